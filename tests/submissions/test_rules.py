"""The pure rules: lateness, what is owed, receipt codes, spans."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.kernel.ids import ALPHABET
from consult.submissions import points, receipts
from consult.submissions.anchoring import WordsNotThereError, select_span
from consult.submissions.lateness import is_late

CLOSE = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "served", "late"),
    [
        (-1, None, False),
        (-1, -1, False),
        (0, None, True),  # the closing instant belongs to the time after it
        (0, -1, False),
        (1799, -1, False),
        (1800, -1, True),  # half an hour of grace, not a second more
        (1, 0, True),  # a form shown after the close
        (1, None, True),  # no stamp of ours
        (86_400, -86_400, True),
    ],
)
def test_late(received: int, served: int | None, late: bool) -> None:
    served_at = None if served is None else CLOSE + timedelta(seconds=served)
    assert is_late(CLOSE, CLOSE + timedelta(seconds=received), served_at) is late


def test_nothing_is_late_without_a_close() -> None:
    assert not is_late(None, CLOSE)


@pytest.mark.parametrize(
    ("facts", "owed"),
    [
        ({"state": "published"}, True),
        ({"state": "held"}, True),
        ({"state": "removed"}, False),
        ({"state": "withdrawn"}, False),
        ({"state": "erased"}, False),
        ({"state": "published", "late": True}, False),
        ({"state": "published", "late": True, "admitted": True}, True),
        ({"state": "published", "reply": True}, False),
        ({"state": "published", "reply": True, "addressed": True}, True),
        ({"state": "published", "reply": True, "root_gone": True}, True),
        ({"state": "published", "reply": True, "addressed": True, "late": True}, False),
        ({"state": "removed", "reply": True, "addressed": True}, False),
    ],
)
def test_owed(facts: dict[str, object], owed: bool) -> None:
    assert points.is_owed(**facts) is owed  # type: ignore[arg-type]


SECRETS = st.binary(min_size=16, max_size=16)
ISSUES = st.integers(1, 1000)
# The application is the same for all examples: only its key is read.
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@SHARED
@given(secret=SECRETS, issue=ISSUES)
def test_a_code_is_read_however_it_is_written(app: Flask, secret: bytes, issue: int) -> None:
    code = receipts.code(secret, issue)
    plain = code.replace("-", "")
    assert len(plain) * 5 >= 80
    assert set(plain) <= set(ALPHABET)
    misread = plain.lower().replace("0", "o").replace("1", "l")
    for typed in (code, plain, code.lower(), f" {misread} ", code.replace("-", " – ")):
        assert receipts.read(typed) == plain


@SHARED
@given(secret=SECRETS, issue=ISSUES)
def test_each_issue_has_a_code_of_its_own(app: Flask, secret: bytes, issue: int) -> None:
    assert receipts.code(secret, issue) != receipts.code(secret, issue + 1)
    assert receipts.lookup(secret, issue) != receipts.lookup(secret, issue + 1)


@given(st.text())
def test_nonsense_is_read_as_nothing_or_as_sixteen_letters(typed: str) -> None:
    plain = receipts.read(typed)
    assert plain is None or (len(plain) == receipts.LENGTH and set(plain) <= set(ALPHABET))


@given(st.text(min_size=1), st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30))))
def test_spans_are_ordered_apart_and_inside_or_refused(
    text: str, spans: list[tuple[int, int]]
) -> None:
    try:
        kept = points.checked(text, spans)
    except points.SpansError:
        return
    assert kept
    edge = 0
    for start, end in kept:
        assert edge <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        edge = end


@given(st.text(), st.integers(-2, 50), st.integers(-2, 50))
def test_a_selector_says_what_stands_there_or_is_refused(text: str, start: int, end: int) -> None:
    try:
        found = select_span(text, "de", start, end)
    except WordsNotThereError:
        return
    assert text[found.start : found.end] == found.exact
    assert (found.prefix + found.exact + found.suffix) in text
