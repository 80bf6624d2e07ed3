"""Joining, splitting, renaming and moving what was read; the Markdown stays the only truth."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.drafts import bringing, reshaping
from consult.drafts.errors import NoSuchPlaceError, UnreadableTextError
from consult.drafts.headings import Marks, heading_line, taken_off
from consult.drafts.reading import ParsedDraft, read_markdown, read_outline
from consult.drafts.reshaping import Reshaped, Section, sections
from tests.drafts.texts import TEXT


def read(source: str) -> ParsedDraft:
    return read_outline(source, "fr")


def tree(done: Reshaped | ParsedDraft) -> list[str]:
    """Each section on a line, indented by its depth, chapters with a colon."""
    draft = read(done.source) if isinstance(done, Reshaped) else done
    return [
        "  " * part.depth + (part.label or "–") + (":" if part.kind == "chapter" else "")
        for part in sections(draft)
    ]


LAW = read(TEXT)
WHOLE = [
    "Chapitre Ier – Généralités:",
    "  Art. 1er – Objet",
    "  Art. 2 – Vitesse",
    "Chapitre II – Dispositions finales:",
    "  Art. 3 – Amendes",
    "  Art. 4 – Entrée en vigueur",
]


def same(one: ParsedDraft, other: ParsedDraft) -> None:
    assert one.title == other.title
    assert sections(one) == sections(other)


def test_what_is_written_is_read_again() -> None:
    assert tree(LAW) == WHOLE
    same(read(reshaping.written(LAW.title, sections(LAW), "fr")), LAW)


def test_a_clause_is_joined_with_the_one_above_and_loses_no_word() -> None:
    done = reshaping.join(LAW, 2)
    assert done.place == 1
    assert tree(done) == [WHOLE[0], WHOLE[1], *WHOLE[3:]]
    words = sections(read(done.source))[1].source
    assert words.startswith("La présente loi règle l’usage")
    assert "Art. 2 – Vitesse" in words
    assert "(2) La zone est signalée" in words


def test_an_article_that_was_only_cited_is_put_back_as_it_stood() -> None:
    draft = read("### Art. 1\n\nVoir\n\n### Art. 2\n\ndu Code civil.\n\n### Art. 2bis\n\nb")
    (first, _) = sections(read(reshaping.join(draft, 1).source))
    assert first.source == "Voir\n\nArt. 2 du Code civil."


def test_a_clause_is_split_where_a_paragraph_begins() -> None:
    source = (
        "### Art. 1. – A\n\neins\n\nArt. 2. – B\n\n- zwei\n  drei\n- vier\n\n| a |\n|---|\n| b |"
    )
    draft = read(source)
    words = sections(draft)[0].source
    points = reshaping.split_points(words)
    assert [words.split("\n")[line] for line in points] == [
        "Art. 2. – B",
        "- zwei",
        "- vier",
        "| a |",
    ]
    done = reshaping.split(draft, 0, points[0], number="", heading="")
    assert (tree(done), done.place) == (["Art. 1 – A", "Art. 2 – B"], 1)
    named = reshaping.split(draft, 0, points[1], number="Art. 9", heading="[Neu] *x*")
    assert tree(named) == ["Art. 1 – A", "Art. 9 – [Neu] *x*"]
    nameless = reshaping.split(draft, 0, points[3], number="", heading="")
    assert tree(nameless) == ["Art. 1 – A", "–"]
    with pytest.raises(NoSuchPlaceError):
        reshaping.split(draft, 0, 0, number="", heading="")


@pytest.mark.parametrize(
    ("place", "facts", "wanted"),
    [
        (1, {"number": "Art. 1bis.", "heading": "Art. 5"}, {1: "  Art. 1bis. – Art. 5"}),
        (1, {"number": "", "heading": "Art. 5 s’applique"}, {1: "  Art. 5 s’applique"}),
        (1, {"number": "Guide 7", "heading": "§ {#x} #"}, {1: "  Guide 7 – § {#x} #"}),
        (1, {"number": "", "heading": ""}, {1: "  –"}),
        (0, {"kind": "clause"}, {0: WHOLE[0][:-1], 1: WHOLE[1].strip(), 2: WHOLE[2].strip()}),
        (3, {"depth": 1}, {3: "  " + WHOLE[3], 4: "  " + WHOLE[4], 5: "  " + WHOLE[5]}),
        (2, {"depth": 0}, {2: WHOLE[2].strip()}),
        (4, {"kind": "chapter"}, {4: WHOLE[4] + ":", 5: "  " + WHOLE[5]}),
        (5, {"kind": "chapter", "depth": 0}, {5: WHOLE[5].strip() + ":"}),
    ],
)
def test_a_section_gets_another_name_kind_or_depth(
    place: int, facts: dict[str, str | int], wanted: dict[int, str]
) -> None:
    part = sections(LAW)[place]
    now = {"number": part.number, "heading": part.heading, "kind": part.kind, "depth": part.depth}
    done = reshaping.rename(LAW, place, **{**now, **facts})  # type: ignore[arg-type]
    assert tree(done) == [wanted.get(at, line) for at, line in enumerate(WHOLE)]


A, B, C, D = WHOLE[1:3] + WHOLE[4:6]
ONE, TWO = WHOLE[0], WHOLE[3]


@pytest.mark.parametrize(
    ("act", "wanted", "place"),
    [
        (lambda d: reshaping.move_up(d, 2), [ONE, B, A, TWO, C, D], 1),
        (lambda d: reshaping.move_up(d, 1), [A.strip(), ONE, B, TWO, C, D], 0),
        (lambda d: reshaping.move_up(d, 4), [ONE, A, B, C, TWO, D], 3),
        (lambda d: reshaping.move_down(d, 2), [ONE, A, TWO, B, C, D], 3),
        (lambda d: reshaping.move_down(d, 4), [ONE, A, B, TWO, D, C], 5),
        (lambda d: reshaping.move_up(d, 3), [TWO, C, D, ONE, A, B], 0),
        (lambda d: reshaping.move_down(d, 0), [TWO, C, D, ONE, A, B], 3),
        (lambda d: reshaping.move(d, 1, after=3), [ONE, B, TWO, A, C, D], 3),
        (lambda d: reshaping.move(d, 5, after=None), [D.strip(), ONE, A, B, TWO, C], 0),
        (lambda d: reshaping.move(d, 0, after=4), [TWO, C, D, ONE, A, B], 3),
        (lambda d: reshaping.drop(d, 3), [ONE, A, B, C, D], 2),
        (lambda d: reshaping.drop(d, 1), [ONE, B, TWO, C, D], 0),
    ],
)
def test_sections_move_and_go(
    act: Callable[[ParsedDraft], Reshaped], wanted: list[str], place: int
) -> None:
    done = act(LAW)
    assert (tree(done), done.place) == (wanted, place)


@pytest.mark.parametrize(
    "act",
    [
        lambda d: reshaping.join(d, 0),
        lambda d: reshaping.join(d, 6),
        lambda d: reshaping.move_up(d, 0),
        lambda d: reshaping.move_down(d, 5),
        lambda d: reshaping.move_down(d, 3),
        lambda d: reshaping.move(d, 0, after=1),
        lambda d: reshaping.move(d, 0, after=99),
        lambda d: reshaping.drop(d, -1),
        lambda d: reshaping.split(d, 0, 1, number="", heading=""),
    ],
)
def test_what_cannot_be_done_is_refused(act: Callable[[ParsedDraft], Reshaped]) -> None:
    with pytest.raises(NoSuchPlaceError):
        act(LAW)


def test_what_could_not_be_saved_is_said() -> None:
    named = reshaping.rename(LAW, 2, number="Art. 1er", heading="", kind="clause", depth=1)
    with pytest.raises(UnreadableTextError):
        read(named.source)


def test_the_preamble_and_the_title_stay_what_they_are() -> None:
    draft = read("# 1. Loi\n\nVu l’avis ;\n\n### Art. 1\n\na")
    done = reshaping.retitle(draft, "")
    assert read(done.source).title == ""
    assert sections(read(done.source))[0].source == "Vu l’avis ;"
    assert read(reshaping.retitle(draft, "Art. 3 {x}").source).title == "Art. 3 {x}"


def test_answers_stay_with_their_clause_wherever_it_goes() -> None:
    done = reshaping.decide(LAW, {2: "art_9", 4: ""})
    moved = read(reshaping.move(read(done.source), 2, after=5).source)
    assert [c.continues for c in moved.clauses] == [None, None, None, "", None, "art_9"]
    undecided = read(reshaping.decide(moved, {5: None}).source)
    assert undecided.clauses[5].continues is None


@pytest.mark.parametrize(
    ("line", "words", "marks"),
    [
        ("Art. 3 {#art_3}", "Art. 3", Marks(ids=("art_3",))),
        ("A {#a #b .chapter}", "A", Marks(ids=("a", "b"), kind="chapter")),
        ('{number="1) a" .clause}', "", Marks(kind="clause", number="1) a")),
        ("A {continues=art_3}", "A", Marks(continues="art_3")),
        ("A {.new}", "A", Marks(continues="")),
        ("A {}", "A {}", Marks()),
        ("A {b}", "A {b}", Marks()),
        ("A{#b}", "A{#b}", Marks()),
        (r"A \{#b}", r"A \{#b}", Marks()),
        (r"A {#b\}", r"A {#b\}", Marks()),
        ("A {.newer}", "A {.newer}", Marks()),
    ],
)
def test_marks_are_taken_off_a_heading(line: str, words: str, marks: Marks) -> None:
    assert taken_off(line) == (words, marks)


WORDS = st.text(st.sampled_from("ab 1.§{}#*_[]&<>\\`=-|–éA\u00a0"), max_size=12).map(
    lambda words: " ".join(words.split())
)
NUMBERS = st.sampled_from(
    ["", "Art. 1", "Art. 2bis", "§ 3", "Chapitre II", "3.1", "4)", "Guide", "x#"]
)
BODIES = st.lists(
    st.sampled_from(
        ["a b", "# c", "d\n---", "===", "- e\n  f", "| g |\n|---|\n| h |", "Art. 1. i", "\\# j"]
    ),
    max_size=3,
).map("\n\n".join)


@st.composite
def texts(draw: st.DrawFn) -> list[Section]:
    count = draw(st.integers(1, 6))
    return [
        Section(
            kind=draw(st.sampled_from(["clause", "clause", "chapter"])),
            depth=draw(st.integers(0, 3)),
            number=draw(NUMBERS) and f"{draw(NUMBERS) or 'Art.'} {at}",
            heading=draw(WORDS),
            source=draw(BODIES),
            ids=tuple(draw(st.lists(st.sampled_from(["art_1", "x-y"]), max_size=2, unique=True))),
            continues=draw(st.sampled_from([None, "", "art_1"])),
        )
        for at in range(count)
    ] + [Section("clause", 0, "Art. 99", "", "fin")]


@given(texts(), WORDS)
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_is_read_as_the_same_tree(parts: list[Section], title: str) -> None:
    try:
        once = read(reshaping.written(title, parts, "fr"))
    except UnreadableTextError:
        return  # the same number twice
    assert [c.kind for c in once.clauses] == [part.kind for part in parts]
    assert [c.number for c in once.clauses] == [part.number for part in parts]
    same(read(reshaping.written(once.title, sections(once), "fr")), once)
    words = [
        c.rendered.text for c in read_markdown(reshaping.written(title, parts, "fr"), "fr").clauses
    ]
    assert len(words) == len(parts)


@given(st.text("ab\n", max_size=30), st.text("ab\n", max_size=30))
def test_a_step_can_be_taken_back(before: str, after: str) -> None:
    step = bringing.step(before, Reshaped(after, 0), "")
    assert step.undone(after) == before


@given(WORDS, WORDS, st.sampled_from([None, "chapter", "clause"]))
def test_a_heading_says_its_number_and_words_again(
    number: str, words: str, kind: str | None
) -> None:
    number = "".join(c for c in number if c not in '{}"\\*_[]<>&`\u00a0').strip()
    line = heading_line(3, number, words, Marks(kind=kind))
    found = read(f"{line}\n\nx\n\n### Art. 99\n\ny").clauses[0]
    assert (found.number, found.heading) == (
        number,
        words.replace("\u00a0", " ") if "\\" in line else words,
    )
