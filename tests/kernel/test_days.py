from datetime import UTC, datetime

import pytest

from consult.kernel import i18n

# Midnight after 3 March 2027 in Luxembourg: "until 24:00 on 3 March".
END = datetime(2027, 3, 3, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2027, 3, 1, 22, 59, tzinfo=UTC), "2 days left"),
        (datetime(2027, 3, 1, 23, 0, tzinfo=UTC), "1 day left"),
        (datetime(2027, 3, 2, 23, 0, tzinfo=UTC), "today is the last day"),
        (datetime(2027, 3, 3, 22, 59, tzinfo=UTC), "today is the last day"),
    ],
)
def test_days_left_are_calendar_days_in_luxembourg(now: datetime, words: str) -> None:
    with i18n.speaking("en"):
        assert i18n.days_left_text(END, now) == words


def test_an_answer_is_a_day_late_on_the_day_after() -> None:
    with i18n.speaking("en"):
        assert i18n.days_late_text(END, datetime(2027, 3, 3, 23, 0, tzinfo=UTC)) == "1 day"
        assert i18n.days_late_text(END, datetime(2027, 3, 5, 12, 0, tzinfo=UTC)) == "2 days"
