"""The line of a heading in Markdown: its number, its words, and the marks in braces behind them. Pure.

    ### Art. 3 – Purpose {#art_3}
    ## Guidelines {.chapter}
    ### First steps {.clause number="Step 1" continues=art_4}

`#…` is an identifier under which others know the clause: a lasting key, a wId, a GUID. `.chapter`
and `.clause` say what the heading begins where its words and place would say something else, and
`number="…"` the printed number where it would not be seen as one. `.title` is the whole text's.
`continues=…` (a lasting key) or `.new` is an official's decision about a revised file.
"""

import re
from dataclasses import dataclass

from consult.drafts.numbering import CHAPTER, CLAUSE, joined, read_number

TITLE = "title"
MAX_IDS = 4
_TOKEN = (
    r"#[^\s{}\"#\\]{1,120}"
    rf"|\.(?:{CHAPTER}|{CLAUSE}|{TITLE}|new)(?![\w])"
    r"|continues=[\w.-]{1,80}"
    r"|number=\"[^\"{}]{0,60}\""
)
_MARKS = re.compile(rf"(?:{_TOKEN})(?:[ \t]+(?:{_TOKEN}))*\Z")
# Links that may stand in a text: nothing but https, and no sign that would end them in Markdown.
SAFE_LINK = re.compile(r"https://[^\s<>\"'()]+\Z")
_SPECIAL = re.compile(r"([\\*_\[\]<>`&])")
# What makes the reader of headings look for Markdown in one.
_SEEN_AS_MARKDOWN = re.compile(r"[*_\\&<\[`]")


@dataclass(frozen=True)
class Marks:
    """What stands in the braces behind a heading.

    `continues` is the key of the clause that an official chose, "" for a new clause, None where
    nobody has decided. `number` is None where the words themselves say it.
    """

    ids: tuple[str, ...] = ()
    kind: str | None = None
    number: str | None = None
    continues: str | None = None


def escaped(words: str) -> str:
    """Words that mean nothing to Markdown."""
    return _SPECIAL.sub(r"\\\1", words)


def taken_off(line: str) -> tuple[str, Marks]:
    """A heading without its marks, and the marks."""
    begin = line.rfind("{")
    before, inside = line[:begin], line[begin + 1 : -1].strip()
    apart = begin == 0 or before[-1:].isspace()
    if begin < 0 or not line.endswith("}") or not apart or not _MARKS.match(inside):
        return line, Marks()
    tokens = re.findall(_TOKEN, inside)
    said = {token.split("=")[0]: token.partition("=")[2] for token in tokens}
    kinds = [kind for kind in (CHAPTER, CLAUSE, TITLE) if f".{kind}" in said]
    marks = Marks(
        ids=tuple(dict.fromkeys(token[1:] for token in tokens if token[0] == "#"))[:MAX_IDS],
        kind=kinds[0] if kinds else None,
        number=said["number"][1:-1] if "number" in said else None,
        continues="" if ".new" in said else said.get("continues"),
    )
    return before.rstrip(), marks


def plain_ids(ids: tuple[str | None, ...]) -> tuple[str, ...]:
    """Those identifiers of a file that can stand behind a heading."""
    found = (one.strip() for one in ids if one)
    fitting = (one for one in found if re.fullmatch(r"[^\s{}\"#\\]{1,120}", one))
    return tuple(dict.fromkeys(fitting))[:MAX_IDS]


def heading_line(level: int, number: str, words: str, marks: Marks | None = None) -> str:
    """A heading that is read again as just this number and these words.

    Words are plain, not Markdown. Where the number would not be seen, or something else would be
    taken for one, a mark gives it.
    """
    marks = marks or Marks()
    text = joined(number, words)
    tokens = [f"#{one}" for one in marks.ids]
    tokens += [f".{marks.kind}"] if marks.kind else []
    if marks.kind == TITLE:
        text = words
    elif _said(text) != (number, words):
        text = words
        tokens.append('number="{}"'.format(re.sub(r"[\"{}]", "", number)))
    if marks.continues is not None:
        tokens.append(f"continues={marks.continues}" if marks.continues else ".new")
    text = _as_markdown(text)
    behind = f"{{{' '.join(tokens)}}}" if tokens else ""
    return " ".join(part for part in ("#" * level, text, behind) if part)


def _said(text: str) -> tuple[str, str]:
    numbered = read_number(text)
    return (numbered.number, numbered.heading) if numbered else ("", text)


def _as_markdown(text: str) -> str:
    """The words of a heading so that nothing in them is read as Markdown or as marks."""
    if _SEEN_AS_MARKDOWN.search(text) or text.endswith(("#", "}")):
        text = escaped(text)
        if text.endswith(("#", "}")):
            text = f"{text[:-1]}\\{text[-1]}"
    return text
