"""A revised file: which clause is which, and doubt where there is doubt."""

import random

import pytest

from consult.drafts.matching import Names, match_clauses
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedDraft, read_markdown


def standing(source: str) -> list[ClauseRow]:
    parsed = read_markdown(source, "fr")
    ids = {clause.key: index for index, clause in enumerate(parsed.clauses, 1)}
    return [
        ClauseRow(
            clause_id=ids[clause.key],
            key=clause.key,
            text_id=ids[clause.key],
            version_id=1,
            language="fr",
            kind=clause.kind,
            position=ids[clause.key],
            parent_id=ids[clause.parent] if clause.parent else None,
            number=clause.number,
            heading=clause.heading,
            source=clause.rendered.source,
            html=clause.rendered.html,
            text=clause.rendered.text,
        )
        for clause in parsed.clauses
    ]


def keys_as_names(rows: list[ClauseRow]) -> Names:
    return {row.clause_id: [row.key] for row in rows}


def matched(before: str, after: str) -> dict[str, str]:
    """By the number (or heading) in the file: the key it continues, "new", or "? key key"."""
    rows, new = standing(before), read_markdown(after, "fr").clauses
    found = match_clauses(rows, new, keys_as_names(rows))
    return {
        m.clause.number or m.clause.heading: m.existing.key
        if m.existing
        else " ".join(["?", *(row.key for row in m.candidates)])
        if m.doubtful
        else "new"
        for m in found.matches
    }


OBJECT = "La présente loi règle l’usage des trottoirs par les piétons et les cyclistes."
SPEED = "Les communes peuvent instaurer une zone à 30 km/h dans les rues habitées."
FINE = "Une amende de 49 euros est due par infraction constatée sur la voie publique."
FORCE = "Elle entre en vigueur le premier jour du mois qui suit sa publication au Journal officiel."
BENCH = "Chaque rue offre de quoi s’asseoir à l’ombre d’un arbre, entretenu par le propriétaire."


def law(*articles: tuple[str, str] | str) -> str:
    """Articles by heading line and words; a string alone is a chapter."""
    lines = []
    for one in articles:
        lines.append(f"## {one}" if isinstance(one, str) else f"### {one[0]}\n\n{one[1]}")
    return "\n\n".join(lines)


BEFORE = law(
    ("Art. 1. – Objet", OBJECT),
    ("Art. 2. – Vitesse", SPEED),
    ("Art. 3. – Amendes", FINE),
    ("Art. 4. – Vigueur", FORCE),
)
SHORT = FINE.replace("49 euros", "59 euros")
SPLIT = (
    "Une amende de 49 euros est due par infraction constatée."
    " Elle est payable à la caisse dans le délai d’un mois."
)

CASES = {
    "the same": (BEFORE, BEFORE, "Art. 1 art_1, Art. 2 art_2, Art. 3 art_3, Art. 4 art_4"),
    "amended": (
        BEFORE,
        BEFORE.replace("49", "59"),
        "Art. 1 art_1, Art. 2 art_2, Art. 3 art_3, Art. 4 art_4",
    ),
    "renumbered by a new one": (
        BEFORE,
        law(
            ("Art. 1. – Objet", OBJECT),
            ("Art. 2. – Bancs", BENCH),
            ("Art. 3. – Vitesse", SPEED),
            ("Art. 4. – Amendes", SHORT),
            ("Art. 5. – Vigueur", FORCE),
        ),
        "Art. 1 art_1, Art. 2 new, Art. 3 art_2, Art. 4 art_3, Art. 5 art_4",
    ),
    "swapped with their numbers": (
        law(("Art. 1.", OBJECT), ("Art. 2.", SPEED)),
        law(("Art. 1.", SPEED.replace("30", "20")), ("Art. 2.", OBJECT)),
        "Art. 1 art_2, Art. 2 art_1",
    ),
    "retitled": (
        BEFORE,
        BEFORE.replace("– Amendes", "– Sanctions administratives"),
        "Art. 1 art_1, Art. 2 art_2, Art. 3 art_3, Art. 4 art_4",
    ),
    "retitled, renumbered and amended": (
        BEFORE,
        law(
            ("Art. 1. – Objet", OBJECT),
            ("Art. 2. – Vitesse", SPEED),
            ("Art. 7. – Sanctions", SHORT),
            ("Art. 8. – Vigueur", FORCE),
        ),
        "Art. 1 art_1, Art. 2 art_2, Art. 7 art_3, Art. 8 art_4",
    ),
    "rewritten under its number and heading": (
        BEFORE,
        BEFORE.replace(FINE, "Nul ne paie rien."),
        "Art. 1 art_1, Art. 2 art_2, Art. 3 art_3, Art. 4 art_4",
    ),
    "replaced by something else under its number": (
        BEFORE,
        BEFORE.replace("Amendes", "Bancs").replace(FINE, BENCH),
        "Art. 1 art_1, Art. 2 art_2, Art. 3 ? art_3, Art. 4 art_4",
    ),
    "deleted": (
        BEFORE,
        law(("Art. 1. – Objet", OBJECT), ("Art. 2. – Vigueur", FORCE)),
        "Art. 1 art_1, Art. 2 art_4",
    ),
    "split in halves": (
        law(("Art. 1.", OBJECT), ("Art. 2.", SPLIT)),
        law(
            ("Art. 1.", OBJECT),
            ("Art. 8.", SPLIT[: SPLIT.index(" Elle")]),
            ("Art. 9.", SPLIT[SPLIT.index("Elle") :]),
        ),
        "Art. 1 art_1, Art. 8 ? art_2, Art. 9 ? art_2",
    ),
    "joined": (
        BEFORE,
        law(
            ("Art. 1. – Objet", OBJECT),
            ("Art. 2. – Vitesse", f"{SPEED} {FINE}"),
            ("Art. 3. – Vigueur", FORCE),
        ),
        "Art. 1 art_1, Art. 2 art_2, Art. 3 art_4",
    ),
    "look-alike siblings renumbered": (
        law(("Art. 1.", f"{FINE} (1)"), ("Art. 2.", f"{FINE} (2)")),
        law(("Art. 8.", f"{FINE} (3)")),
        "Art. 8 ? art_1 art_2",
    ),
    "identical texts, as many as before": (
        law(("Art. 1.", FINE), ("Art. 2.", FINE)),
        law(("Art. 3.", FINE), ("Art. 4.", FINE)),
        "Art. 3 art_1, Art. 4 art_2",
    ),
    "identical texts, one left": (
        law(("Art. 1.", FINE), ("Art. 2.", FINE)),
        law(("Art. 3.", FINE)),
        "Art. 3 ? art_1 art_2",
    ),
    "identical texts, one left under its number": (
        law(("Art. 1.", FINE), ("Art. 2.", FINE)),
        law(("Art. 2.", FINE)),
        "Art. 2 art_2",
    ),
    "moved between chapters that were renumbered": (
        law(
            "Chapitre I – A",
            ("Art. 1.", OBJECT),
            ("Art. 2.", SPEED),
            "Chapitre II – B",
            ("Art. 3.", FORCE),
        ),
        law(
            "Chapitre I – B",
            ("Art. 1.", FORCE),
            "Chapitre II – A",
            ("Art. 2.", OBJECT),
            ("Art. 3.", SPEED),
        ),
        "Chapitre I chp_2, Art. 1 art_3, Chapitre II chp_1, Art. 2 art_1, Art. 3 art_2",
    ),
    "a chapter with another heading": (
        law("Chapitre I – A", ("Art. 1.", OBJECT), "Chapitre II – B", ("Art. 2.", FORCE)),
        law("Chapitre I – Neuf", ("Art. 1.", OBJECT), "Chapitre II – B", ("Art. 2.", FORCE)),
        "Chapitre I chp_1, Art. 1 art_1, Chapitre II chp_2, Art. 2 art_2",
    ),
    "a chapter whose clauses went": (
        law("Chapitre I – Aa", ("Art. 1.", OBJECT), "Chapitre II – Bb", ("Art. 2.", FORCE)),
        law("Chapitre I – Zz", ("Art. 1.", BENCH), "Chapitre II – Bb", ("Art. 2.", FORCE)),
        "Chapitre I ? chp_1, Art. 1 ? art_1, Chapitre II chp_2, Art. 2 art_2",
    ),
    "nothing in common": (
        law(("Art. 1.", OBJECT)),
        law(("Art. 7.", BENCH), ("Art. 8.", FORCE)),
        "Art. 7 new, Art. 8 new",
    ),
    "an identifier keeps a rewritten clause": (
        BEFORE,
        law(("Art. 9. – Bancs {#art_3}", BENCH), ("Art. 10. – Objet {#art_1}", OBJECT)),
        "Art. 9 art_3, Art. 10 art_1",
    ),
    "an identifier at other words, whose own stand elsewhere": (
        BEFORE,
        law(("Art. 8. {#art_3}", BENCH), ("Art. 9. – Amendes", FINE)),
        "Art. 8 ? art_3, Art. 9 ? art_3",
    ),
    "identifiers that were swapped": (
        law(("Art. 1.", OBJECT), ("Art. 2.", SPEED)),
        law(("Art. 1. {#art_2}", OBJECT), ("Art. 2. {#art_1}", SPEED)),
        "Art. 1 ? art_1 art_2, Art. 2 ? art_2 art_1",
    ),
    "an identifier at words much more like another's": (
        law(("Art. 1.", OBJECT), ("Art. 2.", SPEED)),
        law(("Art. 8. {#art_1}", SPEED.replace("30", "20"))),
        "Art. 8 ? art_2 art_1",
    ),
    "an identifier that nothing has, and one of a chapter": (
        law("Chapitre I – A", ("Art. 1.", OBJECT)),
        law("Chapitre I – A", ("Art. 1. {#zz #chp_1}", OBJECT)),
        "Chapitre I chp_1, Art. 1 art_1",
    ),
    "an identifier that stands twice": (
        law(("Art. 1.", OBJECT), ("Art. 2.", SPEED)),
        law(("Art. 1. {#art_1}", OBJECT), ("Art. 2. {#art_1}", SPEED)),
        "Art. 1 art_1, Art. 2 art_2",
    ),
    "decided by an official": (
        BEFORE,
        law(("Art. 8. {continues=art_3}", BENCH), ("Art. 9. – Amendes {.new}", FINE)),
        "Art. 8 art_3, Art. 9 new",
    ),
    "decided twice for one": (
        BEFORE,
        law(("Art. 8. {continues=art_3}", BENCH), ("Art. 9. {continues=art_3}", FINE)),
        "Art. 8 ? art_3, Art. 9 ? art_3",
    ),
    "decided for a clause that is gone": (
        BEFORE,
        law(("Art. 1. – Objet {continues=art_77}", OBJECT)),
        "Art. 1 art_1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_which_clause_is_which(case: str) -> None:
    before, after, wanted = CASES[case]
    assert matched(before, after) == dict(map(_parted, wanted.split(", ")))


def _parted(line: str) -> tuple[str, str]:
    """ "Art. 8 ? art_1 art_2" as ("Art. 8", "? art_1 art_2")."""
    words = line.split(" ")
    return " ".join(words[:2]), " ".join(words[2:])


def test_when_all_is_doubtful_all_is_asked_and_nothing_guessed() -> None:
    before = law(*((f"Art. {n}.", f"{FINE} Alinéa.") for n in range(1, 9)))
    after = law(*((f"Art. {n}.", f"{FINE} Paragraphe.") for n in range(11, 19)))
    found = match_clauses(standing(before), read_markdown(after, "fr").clauses)
    assert all(match.doubtful and match.existing is None for match in found.matches)


def test_identifiers_that_follow_the_order_are_not_used() -> None:
    words = [OBJECT, SPEED, FINE, FORCE, BENCH, OBJECT + SPEED, FINE + FORCE]
    before = law(*((f"Art. {n}.", text) for n, text in enumerate(words, 1)))
    new = [("Art. 1. {#art_1}", "Un article tout à fait neuf, que personne n’a encore lu.")]
    moved = [(f"Art. {n}. {{#art_{n}}}", text) for n, text in enumerate(words, 2)]
    rows = standing(before)
    found = match_clauses(rows, read_markdown(law(*new, *moved), "fr").clauses, keys_as_names(rows))
    assert found.ids_ignored
    assert [m.existing.key if m.existing else None for m in found.matches] == [
        None,
        *(f"art_{n}" for n in range(1, 8)),
    ]


def test_a_foreign_name_from_an_earlier_import_is_known_again() -> None:
    rows = standing(BEFORE)
    new = read_markdown(law(("Art. 9. – Bancs {#akn_art_X}", BENCH)), "fr").clauses
    (match,) = match_clauses(rows, new, {rows[2].clause_id: ["art_3", "akn_art_X"]}).matches
    assert match.existing == rows[2]


def large(count: int, amended: random.Random | None = None) -> ParsedDraft:
    """Articles of words that are common to all, and a few of their own."""
    rng = random.Random(7)
    common = [f"mot{n}" for n in range(300)]
    articles = []
    for number in range(1, count + 1):
        words = [*rng.choices(common, k=60), f"propre{number}", f"seul{number}"]
        if amended is not None:
            words = [word for word in words if amended.random() > 0.1]
            words.insert(5, f"neuf{number}")
        articles.append((f"Art. {number if amended is None else number + count}.", " ".join(words)))
    return read_markdown(law(*articles), "fr")


def test_a_thousand_amended_and_renumbered_clauses_are_found_without_comparing_all_pairs() -> None:
    before, after = large(1_000), large(1_000, random.Random(3))
    rows = standing("\n\n".join(f"### {c.number}\n\n{c.rendered.source}" for c in before.clauses))
    found = match_clauses(rows, after.clauses)
    right = [
        match.existing is not None and match.existing.clause_id == place
        for place, match in enumerate(found.matches, 1)
    ]
    assert sum(right) >= 990
    wrong = [m for m, good in zip(found.matches, right, strict=True) if not good and m.existing]
    assert not wrong
