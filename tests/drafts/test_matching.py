"""A revised file: which clause is which, and doubt where there is doubt."""

from consult.drafts.matching import match_clauses
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import read_markdown


def standing(source: str) -> list[ClauseRow]:
    parsed = read_markdown(source, "fr")
    return [
        ClauseRow(
            clause_id=index,
            key=clause.key,
            text_id=index,
            version_id=1,
            language="fr",
            kind=clause.kind,
            position=index,
            parent_id=None,
            number=clause.number,
            heading=clause.heading,
            source=clause.rendered.source,
            html=clause.rendered.html,
            text=clause.rendered.text,
        )
        for index, clause in enumerate(parsed.clauses, 1)
    ]


def matched(before: str, after: str) -> list[tuple[str, str | None, bool]]:
    found = match_clauses(standing(before), read_markdown(after, "fr").clauses)
    return [(m.clause.number, m.existing.key if m.existing else None, m.doubtful) for m in found]


FINE = "Une amende de 49 euros est due par infraction constatée sur la voie publique"


def test_the_same_text_is_itself() -> None:
    text = "### Art. 1. – A\nun mot\n### Art. 2. – B\nun mot\n### Art. 3\ndeux mots"
    assert matched(text, text) == [
        ("Art. 1", "art_1", False),
        ("Art. 2", "art_2", False),
        ("Art. 3", "art_3", False),
    ]


def test_renumbered_moved_and_amended_clauses_are_found() -> None:
    before = f"### Art. 1. – Objet\nLa loi règle les trottoirs.\n### Art. 2. – Amendes\n{FINE}."
    after = (
        f"### Art. 1. – Amendes\n{FINE.replace('49', '59')}.\n### Art. 2. – Bancs\nIl y a des bancs."
        "\n### Art. 3. – Objet\nLa loi règle les trottoirs."
    )
    assert matched(before, after) == [
        ("Art. 1", "art_2", False),
        ("Art. 2", None, False),
        ("Art. 3", "art_1", False),
    ]


def test_two_that_are_as_like_are_new_and_said_to_be_doubtful() -> None:
    before = f"### Art. 1\n{FINE} cyclable.\n### Art. 2\n{FINE} piétonne."
    after = f"### Art. 8\n{FINE} commune."
    assert matched(before, after) == [("Art. 8", None, True)]
