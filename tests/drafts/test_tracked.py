"""Two versions in one Word file: accepted it is the later one, rejected the earlier."""

import io
import zipfile

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from consult.drafts.errors import UnreadableTextError
from consult.drafts.formats.writing import Document, to_tracked_docx
from tests.drafts.grammar import markdown
from tests.drafts.outgoing import document, outline, read_again
from tests.drafts.rejecting import rejected
from tests.drafts.test_writing import LAW

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def versions(before: str, after: str) -> tuple[Document, Document]:
    ids: dict[str, int] = {}
    return document(before, ids=ids), document(after, number=2, ids=ids)


def holds(first: Document, last: Document) -> etree._Element:
    raw = to_tracked_docx(first, last)
    assert outline(read_again(raw).clauses) == outline(last.rows)
    assert outline(read_again(rejected(raw)).clauses) == outline(first.rows)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def words(body: etree._Element, kind: str) -> list[str]:
    """The words that came or went, run by run."""
    return [said for e in body.iter(f"{W}{kind}") if (said := "".join(e.itertext()))]


def test_words_are_struck_and_inserted_where_they_changed() -> None:
    body = holds(*versions(LAW, LAW.replace("49 euros", "145 euros")))
    assert (words(body, "del"), words(body, "ins")) == (["49"], ["145"])
    change = next(body.iter(f"{W}ins"))
    assert change.get(f"{W}author") == "Ministère de la Mobilité"
    assert change.get(f"{W}date") == "2026-03-05T09:00:00Z"


def test_whole_clauses_come_and_go() -> None:
    after = LAW.replace(
        "#### Art. 3bis\n\nUne amende de 49 euros est due.", "#### Art. 3ter\n\nNon."
    )
    body = holds(*versions(LAW, after))
    assert "Art. 3bis" in words(body, "del")
    assert words(body, "ins")[0] == "Art. 3ter"


def test_a_clause_that_moved_is_moved_with_its_new_words() -> None:
    moved = "### Art. 4. – Vigueur\n\n\\# Ceci non plus\n\nNi ceci :\n\\---\n"
    assert moved in LAW
    after = LAW.replace(moved, "").replace(
        "### Art. 2. – Accès", moved.replace("Ni ceci", "Ni même ceci") + "\n### Art. 2. – Accès"
    )
    body = holds(*versions(LAW, after))
    assert words(body, "moveFrom") == ["Art. 4 – Vigueur", "# Ceci non plus", "Ni ceci :---"]
    assert words(body, "moveTo") == ["Art. 4 – Vigueur", "# Ceci non plus", "Ni ", "ceci :---"]
    assert words(body, "ins") == ["même "]
    names = {
        e.get(f"{W}name") for kind in ("From", "To") for e in body.iter(f"{W}move{kind}RangeStart")
    }
    assert names == {"move1"}


def test_rows_cells_looks_and_lists_are_tracked() -> None:
    after = (
        LAW.replace("| A | 30 m² |\n", "| A | 35 m² |\n| C | 9 m² |\n")
        .replace("| **B** | 50 \\| 60 m² |\n", "| B | 50 \\| 60 m² |\n")
        .replace("- les enfants\n", "les enfants\n\n")
        .replace("*l’usage*", "l’usage")
        .replace("> « Texte", "« Texte")
    )
    body = holds(*versions(LAW, after))
    assert len(body.findall(f".//{W}trPr/{W}ins")) == 1
    assert body.find(f".//{W}rPrChange") is not None
    assert body.find(f".//{W}pPrChange") is not None


def test_tables_of_other_widths_replace_each_other() -> None:
    wide = "| Zone | Surface | Ville |\n| --- | --- | --- |\n| A | 1 | Esch |\n\n"
    start, end = LAW.index("| Zone"), LAW.index("### Art. 2.")
    holds(*versions(LAW, LAW[:start] + wide + LAW[end:]))


def test_a_text_that_did_not_change_has_no_marks() -> None:
    body = holds(*versions(LAW, LAW))
    assert not [e for kind in ("ins", "del", "moveTo", "moveFrom") for e in body.iter(f"{W}{kind}")]


def test_every_mark_has_a_number_of_its_own() -> None:
    body = holds(*versions(LAW, "# Autre\n\n## Art. 4 – Rien\n\nMot.\n\n## Art. 1er\n\nNon."))
    kinds = ("ins", "del", "moveTo", "moveFrom", "pPrChange", "rPrChange")
    numbers = [e.get(f"{W}id") for kind in kinds for e in body.iter(f"{W}{kind}")]
    assert len(numbers) == len(set(numbers)) > 10


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(markdown(longest=4), markdown(longest=4))
def test_any_two_texts(before: str, after: str) -> None:
    try:
        first, last = versions(before, after)
    except UnreadableTextError:
        assume(False)  # the same number twice
    holds(first, last)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_of_clauses(data: st.DataObject) -> None:
    parts = [f"## Art. {n} – Objet {n}\n\nMots de l’article {n}.\n" for n in range(1, 8)]
    order = data.draw(st.permutations(parts))
    kept = order[: data.draw(st.integers(1, 7))]
    holds(*versions("# T\n\n" + "\n".join(parts), "# T\n\n" + "\n".join(kept)))
