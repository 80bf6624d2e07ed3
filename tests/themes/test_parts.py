"""Finding points in words."""

from hypothesis import given
from hypothesis import strategies as st

from consult.themes import parts


@given(st.text(st.sampled_from("ab A.?!\n «»é"), max_size=60), st.lists(st.integers(0, 60)))
def test_points_from_beginnings_cover_every_word(text: str, starts: list[int]) -> None:
    spans = parts.from_beginnings(text, starts)
    assert "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())
    assert parts.left_out(text, spans) == []


def test_pasted_words_are_found_in_order_whatever_the_white_space() -> None:
    text = "Bonjour,\nplus de bus.\nEt plus de\nbus. Merci"
    spans, missing = parts.from_words(text, "plus de bus.\n\nplus  de bus.\n\nvélo")
    assert [text[s:e] for s, e in spans] == ["plus de bus.", "plus de\nbus."]
    assert missing == ["vélo"]
    assert parts.left_out(text, spans) == ["Bonjour,", "Et", "Merci"]
