"""A translation is aligned by what it shares with the text: order, numbers, figures."""

from consult.drafts.aligning import Alignment, align, choose, doubles
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import read_markdown
from tests.drafts.texts import GERMAN, TEXT


def rows(source: str, language: str = "fr") -> list[ClauseRow]:
    parsed = read_markdown(source, language).clauses
    ids = {clause.key: number for number, clause in enumerate(parsed, 1)}
    return [
        ClauseRow(
            clause_id=ids[c.key],
            key=c.key,
            text_id=ids[c.key],
            version_id=1,
            language=language,
            kind=c.kind,
            position=ids[c.key] * 10,
            parent_id=ids.get(c.parent or ""),
            number=c.number,
            heading=c.heading,
            source=c.rendered.source,
            html=c.rendered.html,
            text=c.rendered.text,
        )
        for c in parsed
    ]


def aligned(translation: str, source: str = TEXT) -> Alignment:
    return align(rows(source), read_markdown(translation, "de").clauses)


def told(found: Alignment) -> list[tuple[str, str | None, bool]]:
    return [(p.clause.number, p.row.key if p.row else None, p.doubtful) for p in found.pairs]


def test_every_clause_finds_its_own_by_its_number() -> None:
    found = aligned(GERMAN)
    assert told(found) == [
        ("Kapitel I", "chp_1", False),
        ("Art. 1", "art_1", False),
        ("Art. 2", "art_2", False),
        ("Kapitel II", "chp_2", False),
        ("Art. 3", "art_3", False),
        ("Art. 4", "art_4", False),
    ]
    assert found.missing == ()


def test_paragraphs_of_law_are_the_articles_of_the_other_language() -> None:
    found = aligned(GERMAN.replace("### Art. ", "### § "))
    assert [key for _, key, _ in told(found)] == [row.key for row in rows(TEXT)]
    assert not found.doubtful


def test_a_clause_that_was_left_out_is_missing_and_moves_no_other() -> None:
    start, end = GERMAN.index("### Art. 2"), GERMAN.index("## Kapitel II")
    found = aligned(GERMAN[:start] + GERMAN[end:])
    assert [row.key for row in found.missing] == ["art_2"]
    assert not found.doubtful


def test_other_figures_under_the_same_number_are_asked_about() -> None:
    many = TEXT.replace("49 euros", "49 euros, de 98 euros ou de 250 euros")
    wrong = GERMAN.replace("49 Euro", "12 Euro, von 13 Euro oder von 14 Euro")
    found = aligned(wrong, many)
    assert [found.pairs[i].clause.number for i in found.doubtful] == ["Art. 3"]


def test_a_clause_of_its_own_belongs_nowhere() -> None:
    found = aligned(GERMAN + "\n### Art. 5. – Sprachen\n\nDer Wortlaut gilt.\n")
    assert told(found)[-1] == ("Art. 5", None, True)


def test_a_clause_numbered_otherwise_is_asked_about() -> None:
    found = aligned(GERMAN.replace("### Art. 3.", "### Art. 7."))
    assert told(found)[4] == ("Art. 7", "art_3", True)
    assert not found.missing


UNNUMBERED = (
    "# Guide\n\n## Marcher\n\nÀ 30 km/h.\n\n## Rouler\n\nPrudemment.\n\n## Jouer\n\nPartout.\n"
)
TRANSLATED = (
    "# Leitfaden\n\n## Gehen\n\nBei 30 km/h.\n\n## Fahren\n\nSachte.\n\n## Spielen\n\nÜberall.\n"
)


def test_without_numbers_the_order_tells_as_long_as_none_is_missing() -> None:
    found = aligned(TRANSLATED, UNNUMBERED)
    assert [pair.row.heading for pair in found.pairs if pair.row] == ["Marcher", "Rouler", "Jouer"]
    assert not found.doubtful


def test_without_numbers_and_with_one_missing_an_official_is_asked() -> None:
    found = aligned(TRANSLATED.replace("## Fahren\n\nSachte.\n\n", ""), UNNUMBERED)
    assert len(found.doubtful) == 2
    assert len(found.missing) == 1


def test_what_an_official_decides_takes_the_clause_from_another() -> None:
    text, found = rows(TEXT), aligned(GERMAN)
    art_2 = next(row for row in text if row.key == "art_2")
    changed = choose(text, found, {1: art_2})
    assert told(changed)[1:3] == [("Art. 1", "art_2", False), ("Art. 2", None, True)]
    assert [row.key for row in changed.missing] == ["art_1"]
    assert not doubles(changed)
    twice = choose(text, found, {1: art_2, 2: art_2})
    assert [row.key for row in doubles(twice)] == ["art_2"]
    left_out = choose(text, found, {1: None})
    assert told(left_out)[1] == ("Art. 1", None, False)


def test_nothing_is_translated_and_everything_is() -> None:
    assert align(rows(TEXT), ()).missing == tuple(rows(TEXT))
    assert told(align([], read_markdown(GERMAN, "de").clauses))[0] == ("Kapitel I", None, True)
