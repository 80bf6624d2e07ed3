"""Words that were struck at one place and put in at another."""

from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.moving import MIN_SENTENCE, Stretch, runs

STRETCHES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.lists(
            st.sampled_from(["la", "zone", "est", "à", "trente", "ici", "là", "et"]), max_size=30
        ).map(" ".join),
    ).map(lambda pair: Stretch(*pair)),
    max_size=4,
)
SENTENCE = "Le bourgmestre informe chaque habitant de la rue."


def found(struck: list[str], inserted: list[str]) -> list[str]:
    old = [Stretch(("old", i), words) for i, words in enumerate(struck)]
    new = [Stretch(("new", i), words) for i, words in enumerate(inserted)]
    return [old[r.struck].words[slice(*r.struck_span)] for r in runs(old, new)]


@given(STRETCHES, STRETCHES)
def test_both_places_hold_the_same_words_and_no_run_overlaps(
    struck: list[Stretch], inserted: list[Stretch]
) -> None:
    taken: list[tuple[str, int, int, int]] = []
    for run in runs(struck, inserted):
        old = struck[run.struck].words[slice(*run.struck_span)]
        new = inserted[run.inserted].words[slice(*run.inserted_span)]
        assert old.split() == new.split()
        assert len(old.split()) >= MIN_SENTENCE
        assert struck[run.struck].change != inserted[run.inserted].change
        for side, number, span in (
            ("old", run.struck, run.struck_span),
            ("new", run.inserted, run.inserted_span),
        ):
            for other, place, start, end in taken:
                apart = span[1] <= start or end <= span[0]
                assert (other, place) != (side, number) or apart
            taken.append((side, number, *span))


def test_a_sentence_moved_and_what_was_changed_around_it() -> None:
    assert found([f"(2) {SENTENCE}"], [f"(5) {SENTENCE} De même par courriel."]) == [SENTENCE]


def test_a_few_words_in_common_are_no_move() -> None:
    assert not found(
        ["une zone au sens de la présente loi"], ["un engin au sens de la présente loi"]
    )


def test_words_that_came_to_two_places_are_not_said_to_be_moved() -> None:
    assert not found([SENTENCE], [SENTENCE, SENTENCE])


def test_words_within_one_change_are_not_moved() -> None:
    one = [Stretch("same", f"{SENTENCE} Et plus.")]
    assert not runs(one, [Stretch("same", f"Avant. {SENTENCE}")])
