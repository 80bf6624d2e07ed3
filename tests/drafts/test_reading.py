"""Reading Markdown: the tree, the keys, and complaints that name the line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.decoding import decode
from consult.drafts.errors import UnreadableTextError
from consult.drafts.numbering import CHAPTER, CLAUSE, read_number
from consult.drafts.reading import (
    MAX_CLAUSE_CHARACTERS,
    MAX_CLAUSES,
    ParsedDraft,
    read_markdown,
)

DEMO = Path(__file__).resolve().parents[2] / "consult" / "operations" / "demo"


def outline(parsed: ParsedDraft) -> list[str]:
    return [f"{c.key}|{c.number}|{c.heading}|{c.parent or ''}" for c in parsed.clauses]


@pytest.mark.parametrize(
    ("line", "number", "heading", "key", "kind"),
    [
        ("Art. 1er. – Objet", "Art. 1er", "Objet", "art_1", CLAUSE),
        ("Art. 7bis. – Bus", "Art. 7bis", "Bus", "art_7bis", CLAUSE),
        ("Article 12-1", "Article 12-1", "", "art_12-1", CLAUSE),
        ("Artikel 2 Zweck", "Artikel 2", "Zweck", "art_2", CLAUSE),
        ("Art. L. 121-3. Codes", "Art. L. 121-3", "Codes", "art_l121-3", CLAUSE),
        ("§ 4a Überschrift", "§ 4a", "Überschrift", "para_4a", CLAUSE),
        ("Chapitre Ier – Dispositions", "Chapitre Ier", "Dispositions", "chp_1", CHAPTER),
        ("KAPITEL IV", "KAPITEL IV", "", "chp_4", CHAPTER),
        ("2. Abschnitt – Fristen", "2. Abschnitt", "Fristen", "sec_2", CHAPTER),
        ("Annexe II. Barème", "Annexe II", "Barème", "annex_2", CHAPTER),
        ("3. Heading", "3.", "Heading", "cl_3", None),
        ("3.1 Part of it", "3.1", "Part of it", "cl_3-1", None),
    ],
)
def test_printed_numbers(line: str, number: str, heading: str, key: str, kind: str | None) -> None:
    found = read_number(line)
    assert found is not None
    assert (found.number, found.heading, found.key, found.kind) == (number, heading, key, kind)


@pytest.mark.parametrize(
    "line", ["Participation", "Articles of law", "2024 in review", "Titrage", "", "Arty 3"]
)
def test_words_that_only_look_like_numbers(line: str) -> None:
    assert read_number(line) is None


def test_the_demo_text_is_read_whole() -> None:
    raw = (DEMO / "mobility" / "draft-1.md").read_bytes()
    parsed = read_markdown(raw, "fr")
    assert parsed.title == "Avant-projet de loi relative à la mobilité quotidienne"
    assert [c.key for c in parsed.clauses if c.kind == CHAPTER] == [f"chp_{n}" for n in range(1, 5)]
    assert [c.key for c in parsed.clauses if c.kind == CLAUSE] == [f"art_{n}" for n in range(1, 27)]
    # Numbers of paragraphs are text: others cite them.
    assert parsed.clauses[1].rendered.text.startswith("(1) La présente loi")
    assert not parsed.warnings


def test_numbered_lines_without_headings() -> None:
    parsed = read_markdown(
        "Règlement sur le bruit\n\nVu la loi ;\n\nChapitre Ier – Champ\n\n"
        "Art. 1er. Le présent texte vise le bruit.\n\nArt. 3 de la loi reste applicable.\n\n"
        "Art. 2. – Horaires\n\n1. le jour\n2. la nuit\n",
        "fr",
    )
    assert parsed.title == "Règlement sur le bruit"
    assert outline(parsed) == [
        "preamble||Préambule|",
        "chp_1|Chapitre Ier|Champ|",
        "art_1|Art. 1er||chp_1",
        "art_2|Art. 2|Horaires|chp_1",
    ]
    assert "Art. 3 de la loi" in parsed.clauses[2].rendered.text
    assert parsed.clauses[3].rendered.text == "1. le jour\n2. la nuit"


def test_plain_numbers_go_on_where_they_were() -> None:
    parsed = read_markdown("1. First\n\n2. Second\n\n1. inner\n\n3. Third", "en")
    assert [c.key for c in parsed.clauses] == ["cl_1", "cl_2", "cl_3"]


def test_headings_without_numbers_and_headings_within_a_clause() -> None:
    parsed = read_markdown(
        "# Guide\n## Aims\ntext\n## Means\n### Money\nx\n### § 4 Time\n#### Late\ny", "en"
    )
    assert outline(parsed) == [
        "cl_nn1||Aims|",
        "chp_nn1||Means|",
        "cl_nn2||Money|chp_nn1",
        "para_4|§ 4|Time|chp_nn1",
    ]
    assert parsed.clauses[3].rendered.text == "Late\ny"


def test_the_same_number_in_two_chapters_is_allowed_and_said() -> None:
    parsed = read_markdown("## Chapter I\n### Art. 1\na\n## Chapter II\n### Art. 1\nb", "en")
    assert [c.key for c in parsed.clauses] == ["chp_1", "art_1", "chp_2", "chp_2__art_1"]
    assert parsed.warnings[0].line == 5


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("", None),
        (" \n\x00\n", None),
        ("Just a letter.\n\nWith two paragraphs.", None),
        ("### Art. 1\na\n\n### Art. 1\nb", 4),
        ("\n\n### Art. 1\n" + "x" * (MAX_CLAUSE_CHARACTERS + 1), 4),
        ("### Art. 1\n" + "a b\n" * MAX_CLAUSE_CHARACTERS, 1),
        ("### Art. 1\na\n### " + "Heading " * 100, 3),
        ("\n".join(f"### Art. {n}\nx" for n in range(1, MAX_CLAUSES + 99)), None),
        (b"PK\x03\x04rest of a word file", None),
        ("### Art. 1\n" + "y" * 2_000_000, 2),
    ],
)
def test_what_cannot_be_read_says_where(source: str | bytes, line: int | None) -> None:
    with pytest.raises(UnreadableTextError) as refused:
        read_markdown(source, "fr")
    assert refused.value.complaints[0].line == line


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_files_in_other_encodings(codec: str) -> None:
    parsed = read_markdown("### Art. 1er. – Été\nà l’école".encode(codec), "fr")
    assert outline(parsed) == ["art_1|Art. 1er|Été|"]
    assert parsed.clauses[0].rendered.text == "à l’école"
    assert bool(parsed.warnings) == (codec == "cp1252")


def test_a_damaged_file_is_read_and_said_to_be_damaged() -> None:
    parsed = read_markdown("### Art. 1\néèà\n".encode() + b"x\xff", "fr")
    assert parsed.warnings[0].line == 3


def test_hostile_text_becomes_harmless() -> None:
    parsed = read_markdown(
        "### Art. 1. – <script>alert(1)</script>\u202egnp\n<img src=x onerror=alert(1)>"
        " [x](javascript:alert(1)) \u2066y\u2069\x00",
        "fr",
    )
    clause = parsed.clauses[0]
    assert "<script" not in clause.rendered.html
    assert "<img" not in clause.rendered.html
    assert "href" not in clause.rendered.html
    assert "\u202e" not in clause.heading
    assert "\u2066" not in clause.rendered.text


@given(st.text(alphabet=st.sampled_from("#§ \n123.ArtIer–(*_[]<>|-=\u00a0\u202eé"), max_size=300))
def test_any_text_is_read_or_refused_and_keys_are_unique(source: str) -> None:
    try:
        parsed = read_markdown(source, "fr")
    except UnreadableTextError:
        return
    keys = [c.key for c in parsed.clauses]
    assert len(set(keys)) == len(keys)
    seen: set[str] = set()
    for clause in parsed.clauses:
        assert clause.parent is None or clause.parent in seen
        seen.add(clause.key)
        assert 0 < len(clause.key) <= 80


@given(st.binary(max_size=300))
def test_any_file_is_decoded_or_refused(raw: bytes) -> None:
    try:
        decode(raw)
    except UnreadableTextError:
        page = raw.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        assert raw[:2] in {b"PK", b"%P", b"\xd0\xcf", b"{\\"} or page.startswith(
            (b"<!doc", b"<html")
        )
