"""What a page says in which language."""

from datetime import UTC, date, datetime

import pytest

from consult.kernel import clock, i18n


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "3 mars 2026 à 24:00"),
        ("de", "3. März 2026, 24:00\N{NO-BREAK SPACE}Uhr"),
        ("lb", "3. Mäerz 2026, 24:00 Auer"),
        ("en", "3 March 2026 at 24:00"),
    ],
)
def test_a_midnight_deadline_is_the_end_of_the_last_day(language: str, expected: str) -> None:
    end = clock.end_of_day(date(2026, 3, 3))
    assert end == datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    with i18n.speaking(language):
        assert i18n.deadline_text(end) == expected


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    with i18n.speaking("fr"):
        days = [i18n.day_text(date(2026, 11, day)) for day in (1, 11, 21)]
    assert days == ["1er novembre 2026", "11 novembre 2026", "21 novembre 2026"]


@pytest.mark.parametrize(
    ("language", "nothing"),
    [("fr", "0 jour"), ("de", "0 Tage"), ("lb", "0 Deeg"), ("en", "0 days")],
)
def test_nothing_is_one_in_french_and_many_elsewhere(language: str, nothing: str) -> None:
    with i18n.speaking(language):
        assert i18n.ngettext("%(num)s day", "%(num)s days", 0) == nothing


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_days_of_the_clock_change_end_at_midnight_all_the_same(day: date) -> None:
    assert clock.last_day(clock.end_of_day(day)) == day
    hours = (clock.end_of_day(day) - clock.start_of_day(day)).total_seconds() / 3600
    assert hours in {23, 25}


def test_a_text_that_lacks_the_language_says_which_it_is() -> None:
    with i18n.speaking("lb"):
        assert i18n.choose({"de": "Haus", "fr": "Maison"}) == ("fr", "Maison")
        assert i18n.choose({"lb": "Haus", "fr": "Maison"}) == ("lb", "Haus")
        assert i18n.choose({}) == ("lb", "")
