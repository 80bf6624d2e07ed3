"""What a law of four hundred pages costs: `python -m benchmarks.long_texts`.

It is of made sentences, as Word and as Akoma Ntoso write it, and is read in both; then a revised one, with a
new article in front, a tenth struck and a fifth amended, is matched to it.
1,000 articles in 40 chapters, each with numbered paragraphs and a list: about 195,000 words.
"""

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from benchmarks.figures import alone, timed
from consult.drafts.formats import source_of
from consult.drafts.matching import match_clauses
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedDraft, read_markdown

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"

_WHO = [
    "La commune",
    "Le ministre",
    "Chaque propriétaire",
    "L’exploitant",
    "Le syndicat",
    "L’usager",
    "Le conseil",
]
_DOES = [
    "entretient",
    "signale",
    "autorise",
    "contrôle",
    "finance",
    "déclare",
    "inventorie",
    "surveille",
    "répare",
]
_WHAT = [
    "les arbres de la voie publique",
    "les zones de repos",
    "les captages d’eau",
    "les bancs et les fontaines",
    "les chantiers de nuit",
    "les pistes cyclables",
    "les toitures plantées",
    "les jardins partagés",
]
_HOW = [
    "dans un délai de {n} jours",
    "après avis du comité de quartier",
    "selon le plan de l’année {n}",
    "à raison de {n} euros par unité",
    "sauf en cas de force majeure",
    "avant le {n} du mois suivant",
]


@dataclass(frozen=True)
class Article:
    """An article: its number, heading, numbered paragraphs and the items of its list."""

    number: int
    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]


def articles(count: int = 1_000, seed: int = 1) -> list[Article]:
    """Articles of some 195 words each."""
    rng = random.Random(seed)

    def sentence() -> str:
        ends = " et ".join(rng.choice(_HOW).format(n=rng.randint(2, 99)) for _ in range(2))
        said = f"{rng.choice(_WHO)} {rng.choice(_DOES)} {rng.choice(_WHAT)} {ends}"
        return f"{said}, sous le dossier {rng.randint(1000, 9999)}."

    return [
        Article(
            number,
            f"{rng.choice(_WHAT).capitalize()} ({number})",
            tuple(" ".join(sentence() for _ in range(2)) for _ in range(3)),
            tuple(sentence() for _ in range(2)),
        )
        for number in range(1, count + 1)
    ]


def words(law: list[Article]) -> int:
    """How many words the articles have."""
    said = (" ".join((one.heading, *one.paragraphs, *one.items)) for one in law)
    return sum(len(text.split()) for text in said)


def _chapters(law: list[Article]) -> Iterator[tuple[int, list[Article]]]:
    for number, start in enumerate(range(0, len(law), 25), 1):
        yield number, law[start : start + 25]


def akn(law: list[Article]) -> bytes:
    """The law in Akoma Ntoso, with identifiers."""
    out = [f'<?xml version="1.0" encoding="UTF-8"?><akomaNtoso xmlns="{AKN}"><act><preface>']
    out.append("<longTitle><p>Loi sur l’espace public</p></longTitle></preface><body>")
    for chapter, inside in _chapters(law):
        out.append(
            f'<chapter wId="chp_{chapter}"><num>Chapitre {chapter}</num><heading>Livre</heading>'
        )
        out += [_akn_article(one) for one in inside]
        out.append("</chapter>")
    out.append("</body></act></akomaNtoso>")
    return "".join(out).encode()


def _akn_article(one: Article) -> str:
    said = "".join(
        f"<paragraph><num>({at})</num><content><p>{escape(text)}</p></content></paragraph>"
        for at, text in enumerate(one.paragraphs, 1)
    )
    points = "".join(
        f"<point><num>{'ab'[at]})</num><content><p>{escape(text)}</p></content></point>"
        for at, text in enumerate(one.items)
    )
    return (
        f'<article wId="art_{one.number}"><num>Art. {one.number}</num><heading>{escape(one.heading)}'
        f"</heading>{said}<paragraph><num>(4)</num><list>{points}</list></paragraph></article>"
    )


def docx(law: list[Article], runs: int = 6) -> bytes:
    """The law in Word, its words cut into as many runs as Word likes, its numbers counted by it."""
    body = [_paragraph("Loi sur l’espace public", "Titre", runs)]
    for _chapter, inside in _chapters(law):
        body.append(_paragraph("Livre", "Titre1", runs, (1, 0)))
        for one in inside:
            body.append(_paragraph(one.heading, "Titre2", runs, (1, 1)))
            body += [_paragraph(text, "", runs, (1, 2)) for text in one.paragraphs]
            body += [_paragraph(text, "", runs, (1, 3)) for text in one.items]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", _root("document", f"<w:body>{''.join(body)}</w:body>")
        )
        archive.writestr("word/styles.xml", _root("styles", _STYLES))
        archive.writestr("word/numbering.xml", _root("numbering", _LISTS))
    return file.getvalue()


def _root(name: str, content: str) -> str:
    return f'<?xml version="1.0"?><w:{name} xmlns:w="{W}">{content}</w:{name}>'


def _paragraph(text: str, style: str, runs: int, listed: tuple[int, int] | None = None) -> str:
    said = text.split(" ")
    size = max(1, -(-len(said) // runs))
    look = '<w:rPr><w:rFonts w:ascii="Arial"/><w:sz w:val="22"/><w:lang w:val="fr-LU"/></w:rPr>'
    cut = (" ".join(said[at : at + size]) for at in range(0, len(said), size))
    joined = "".join(
        f'<w:r w:rsidR="00A1">{look}<w:t xml:space="preserve">{escape(part)} </w:t></w:r>'
        for part in cut
    )
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if listed:
        number, level = listed
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{joined}</w:p>"


_STYLES = "".join(
    f'<w:style w:styleId="{name}"><w:name w:val="{said}"/>{outline}</w:style>'
    for name, said, outline in (
        ("Titre", "Title", ""),
        ("Titre1", "heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
        ("Titre2", "heading 2", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
    )
)
_LISTS = (
    '<w:abstractNum w:abstractNumId="0">'
    + "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{printed}"/></w:lvl>'
        for level, style, printed, more in (
            (0, "decimal", "Chapitre %1", ""),
            (1, "decimal", "Art. %2.", '<w:lvlRestart w:val="0"/>'),
            (2, "decimal", "(%3)", ""),
            (3, "lowerLetter", "%4)", ""),
        )
    )
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def _read(raw: bytes) -> tuple[ParsedDraft, float, float]:
    source, opening = timed(source_of, raw, "fr", [])
    draft, reading = timed(read_markdown, source, "fr")
    return draft, opening, reading


def _standing(draft: ParsedDraft) -> list[ClauseRow]:
    ids = {clause.key: at for at, clause in enumerate(draft.clauses, 1)}
    return [
        ClauseRow(
            ids[c.key], c.key, ids[c.key], 1, draft.language, c.kind, ids[c.key],
            ids[c.parent] if c.parent else None, c.number, c.heading, "", "", c.rendered.text,
        )
        for c in draft.clauses
    ]  # fmt: skip


def _revised(law: list[Article]) -> list[Article]:
    """The same law with a new article in front, every tenth struck and every fifth amended."""
    rng = random.Random(4)
    kept = [one for one in law if rng.random() > 0.1]
    kept.insert(0, articles(1, seed=99)[0])
    return [
        Article(
            at,
            one.heading,
            one.paragraphs
            if rng.random() > 0.2
            else ("Nouveau " + one.paragraphs[0], *one.paragraphs[1:]),
            one.items,
        )
        for at, one in enumerate(kept, 1)
    ]


def measure(kind: str) -> dict[str, object]:
    """What reading a law of four hundred pages costs, and matching its revision."""
    law = articles()
    make = {"docx": docx, "akn": akn}[kind]
    raw = make(law)
    draft, opening, reading = _read(raw)
    after, _, _ = _read(make(_revised(law)))
    matching, seconds = timed(match_clauses, _standing(draft), after.clauses)
    truth = {clause.rendered.text[-200:]: at for at, clause in enumerate(draft.clauses, 1)}
    pairs = [
        (m.existing.clause_id, m.clause)
        for m in matching.matches
        if m.existing and m.clause.kind == "clause"
    ]
    wrong = [c.number for i, c in pairs if truth.get(c.rendered.text[-200:], i) != i]
    return {
        "bytes": len(raw),
        "words": words(law),
        "clauses": len(draft.clauses),
        "opening": opening,
        "reading": reading,
        "matching": seconds,
        "matched": len(pairs),
        "doubtful": sum(m.doubtful for m in matching.matches),
        "wrong": wrong,
    }


def main() -> None:
    """The made law in both formats, each in a process of its own."""
    for kind in ("docx", "akn"):
        facts, megabytes = alone(measure, kind)
        seconds = sum(float(str(facts[name])) for name in ("opening", "reading", "matching"))
        print(
            f"four hundred pages, {kind}: {facts['words']} words, {facts['clauses']} clauses,"
            f" {int(str(facts['bytes'])) / 1e6:.1f} MB; CPU {facts['opening']:.2f} s to Markdown,"
            f" {facts['reading']:.2f} s to clauses, {facts['matching']:.2f} s to match a revision"
            f" ({facts['matched']} matched, {facts['doubtful']} doubtful, {facts['wrong']} wrong);"
            f" {megabytes:.0f} MB{'' if seconds < 20 and not facts['wrong'] else '  MISSED'}"
        )


if __name__ == "__main__":
    main()
