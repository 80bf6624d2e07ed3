"""Which points survive a correction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.moderation.heirs import Heir, heirs


@pytest.mark.parametrize(
    ("before", "points", "after", "expected"),
    [
        # One point stays one, with the same label if the words are still there once.
        ("More buses.", ["More buses."], "More buses. Please!", [("More buses. Please!", 0)]),
        ("More buses.", ["More buses."], "More trains.", [("More trains.", None)]),
        ("Bus.", ["Bus."], "Bus. Bus.", [("Bus. Bus.", None)]),
        # Of a divided comment what stayed stays, and what is new between them is new.
        (
            "Hello! More buses. Fewer cars.",
            ["More buses.", "Fewer cars."],
            "Hello! Fewer cars. And trees. More buses.",
            [("Fewer cars.", 1), ("And trees.", None), ("More buses.", 0)],
        ),
        ("A one. B two.", ["A one.", "B two."], "A one. C three.", [("A one.", 0), ("C three.", None)]),
        ("A one. B two.", ["A one.", "B two."], "All else.", [("All else.", None)]),
        ("Yes. Yes. No.", ["Yes.", "No."], "Yes. No.", [("Yes.", None), ("No.", 1)]),
    ],
)  # fmt: skip
def test_heirs(before: str, points: list[str], after: str, expected: list[tuple[str, int]]) -> None:
    spans = [(before.index(words), before.index(words) + len(words)) for words in points]
    found = heirs(before, spans, after)
    assert [(after[h.start : h.end], h.former) for h in found] == expected


@given(st.text("ab. ", min_size=1), st.text("ab. ", min_size=1), st.data())
def test_new_points_never_overlap_and_keep_their_words(
    before: str, after: str, data: st.DataObject
) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(before)), max_size=6)))
    points = list(zip(edges[::2], edges[1::2], strict=False))
    found: list[Heir] = heirs(before, points, after)
    assert found
    at = 0
    for heir in found:
        assert at <= heir.start < heir.end <= len(after)
        at = heir.end
        if heir.former is not None and len(points) > 1:
            start, end = points[heir.former]
            assert before[start:end] == after[heir.start : heir.end]
