"""How laws number: "Art. 1er", "Art. 7bis", "§ 4", "Kapitel II", "3.1". Pure.

From a printed number comes the key in the manner of Akoma Ntoso ("art_1", "chp_2").
"""

import re
from dataclasses import dataclass

CHAPTER, CLAUSE = "chapter", "clause"

_LATIN = "bis|ter|quater|quinquies|sexies|septies|octies|novies|decies"
_NUMBER = (
    r"(?:(?i:premier|premi[eè]re|unique|pr[eé]liminaire)(?!\w)"
    r"|\d{1,4}(?:er|re|ère|ier|e)?|[IVXLC]{1,8}(?:er|re)?(?!\.[ \u00a0]?\d)"
    r"|[LRD]\.?[ \u00a0\u202f]?\d{1,4})"
    rf"(?:[ \u00a0\u202f-]?(?:{_LATIN}))?(?:[a-z](?![\w'’]))?(?:[-.]\d{{1,3}})*"
    # "1er A", "2 bis AA": articles that Parliament put before others, nothing but a heading behind
    r"(?:[ \u00a0\u202f][A-Z]{1,2}(?=[ \u00a0\u202f]*(?:[.:–—-]|\Z)))?"
)
_GAP = r"[ \t\u00a0\u202f]*"
_SPACE = r"[ \t\u00a0\u202f]+"
_SEPARATOR = rf"{_GAP}(?P<separator>[.:]?{_GAP}[–—-]?){_GAP}"

# Words that head a division, and the name Akoma Ntoso has for it.
_DIVISIONS = {
    "chapitre": "chp",
    "chapter": "chp",
    "kapitel": "chp",
    "titre": "title",
    "titel": "title",
    "title": "title",
    "partie": "part",
    "part": "part",
    "teil": "part",
    "deel": "part",
    "livre": "book",
    "buch": "book",
    "book": "book",
    "section": "sec",
    "abschnitt": "sec",
    "sektioun": "sec",
    "sous-section": "subsec",
    "unterabschnitt": "subsec",
    "subsection": "subsec",
    "annexe": "annex",
    "annex": "annex",
    "anhang": "annex",
}
# "Erstes Kapitel", "Zweiter Abschnitt"
_ORDINALS = (
    "erst",
    "zweit",
    "dritt",
    "viert",
    "fünft",
    "sechst",
    "siebt",
    "acht",
    "neunt",
    "zehnt",
)
_DIVISION_WORD = f"(?i:{'|'.join(sorted(_DIVISIONS, key=len, reverse=True))})"

_ARTICLE = re.compile(
    rf"(?P<number>(?:Art(?:icle|ikel)?\.?|ART(?:ICLE|IKEL)?\.?){_GAP}(?P<value>{_NUMBER}))"
    rf"(?![\w]){_SEPARATOR}(?P<heading>.*)\Z"
)
_PARAGRAPH = re.compile(
    rf"(?P<number>§{_GAP}(?P<value>{_NUMBER}))(?![\w]){_SEPARATOR}(?P<heading>.*)\Z"
)
_DIVISION = re.compile(
    rf"(?P<number>(?P<word>{_DIVISION_WORD}){_SPACE}(?P<value>{_NUMBER}|[A-Z](?!\w)))"
    rf"(?![\w]){_SEPARATOR}(?P<heading>.*)\Z"
)
_COUNTED_DIVISION = re.compile(
    rf"(?P<number>(?P<value>\d{{1,3}})\.{_SPACE}(?P<word>{_DIVISION_WORD}))"
    rf"(?![\w]){_SEPARATOR}(?P<heading>.*)\Z"
)
_ORDINAL_DIVISION = re.compile(
    rf"(?P<number>(?P<value>(?i:{'|'.join(_ORDINALS)}))(?i:e[rs]?){_SPACE}(?P<word>{_DIVISION_WORD}))"
    rf"(?![\w]){_SEPARATOR}(?P<heading>.*)\Z"
)
_LONE_ARTICLE = re.compile(
    rf"(?P<number>(?:Einziger Artikel|EINZIGER ARTIKEL|Eenzegen Artikel)){_SEPARATOR}(?P<heading>.*)\Z"
)
_LONE_ANNEX = re.compile(
    rf"(?P<number>(?P<word>(?i:annexe|annex|anhang)))(?![\w]){_SEPARATOR}(?P<heading>.*)\Z"
)
_PLAIN = re.compile(
    r"(?P<number>(?P<value>\d{1,4}(?:\.\d{1,3})+\.?|\d{1,4}(?=[.)])|[A-Z](?=[.)])|"
    r"[IVXLC]{1,8}(?=[.)]))[.)]?)(?:[ \t\u00a0\u202f]+(?P<heading>.*)|)\Z"
)


@dataclass(frozen=True)
class Numbered:
    """What a heading says: its printed number, the words behind it, and what it numbers.

    `kind` is None where only the place among other headings tells (a plain "3.").
    """

    number: str
    heading: str
    key: str
    kind: str | None
    separated: bool = False


def read_number(line: str) -> Numbered | None:
    """The number at the beginning of a heading, or None."""
    for pattern, abbreviation in ((_ARTICLE, "art"), (_PARAGRAPH, "para"), (_LONE_ARTICLE, "art")):
        if found := pattern.match(line):
            return _numbered(found, abbreviation, CLAUSE)
    for pattern in (_DIVISION, _COUNTED_DIVISION, _ORDINAL_DIVISION, _LONE_ANNEX):
        if found := pattern.match(line):
            return _numbered(found, _DIVISIONS[found["word"].lower()], CHAPTER)
    if found := _PLAIN.match(line):
        key = f"cl_{_value(found['value'])}"
        return Numbered(found["number"], (found["heading"] or "").strip(), key, None)
    return None


def joined(number: str, heading: str) -> str:
    """Number and heading on one line, with a sign between them that lets both be found again."""
    if not number or not heading:
        return number or heading
    for sign in (" – ", " "):
        found = read_number(f"{number}{sign}{heading}")
        if found is not None and (found.number, found.heading) == (number, heading):
            return f"{number}{sign}{heading}"
    return f"{number} – {heading}"


def _numbered(found: re.Match[str], abbreviation: str, kind: str) -> Numbered:
    value = found.groupdict().get("value")
    lone = "unique" if abbreviation == "art" else ""
    key = "_".join(part for part in (abbreviation, _value(value) if value else lone) if part)
    number = " ".join(found["number"].split(" "))
    return Numbered(number, found["heading"].strip(), key, kind, bool(found["separator"].strip()))


def _value(value: str) -> str:
    """A printed number in plain figures: "1er" → "1", "IV" → "4", "7 bis" → "7bis"."""
    if value.lower() in _ORDINALS:
        return str(_ORDINALS.index(value.lower()) + 1)
    if value.lower().startswith("premi"):
        return "1"
    value = re.sub(r"[\s\u00a0\u202f]|(?<=\w)-(?=[a-z])", "", value).strip(".")
    value = re.sub(r"(?<=\d)(?:er|re|ère|ier|e)(?![a-zè])", "", value)
    value = re.sub(r"^([LRD])\.(?=\d)", r"\1", value)
    if roman := re.match(r"([IVXLC]+)(?:er|re)?(?![A-Z\d])", value):
        value = f"{arabic(roman[1])}{value[roman.end() :]}"
    return re.sub(r"[.]", "-", value).lower().replace("é", "e").replace("è", "e")


def arabic(roman: str) -> int:
    """The value of a Roman number; of nonsense too, which then merely makes an odd key."""
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in roman]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def rank(key: str) -> tuple[int, str]:
    """How a number follows others: (7, "bis") after (7, ""), before (8, "")."""
    if key.endswith("_unique"):
        return 1, ""
    found = re.search(r"_(\d+)(.*)\Z", key)
    return (int(found[1]), found[2]) if found else (0, "")
