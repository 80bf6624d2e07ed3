"""What somebody wrote in a mail, apart from what they quoted and from their signature. Pure.

What is cut off is only set aside: officials can read it. Where quoted words stand between the
author's own, they stay, because the author's words answer them.
"""

import re
from dataclasses import dataclass

_END = re.IGNORECASE
# "On 3 March 2026, A wrote:", over one line or two.
_SAYS = re.compile(
    r"(?:>\s?)*(?:on|le|am|um|den|de|der|il)\b.{0,300}?"
    r"(?:wrote|a écrit|schrieb|schreef|geschriwwen|schreift)\b.{0,120}?:\s*",
    _END | re.DOTALL,
)
_FORMER = re.compile(
    r"\W*(?:original message|forwarded message|begin forwarded message|message d['’]origine"
    r"|message transféré|début du message(?: réexpédié| transféré)?|ursprüngliche nachricht"
    r"|originalnachricht|weitergeleitete nachricht|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|ursprénglech(?:e|en)? (?:message|noriicht|mail)|weidergeleet(?:e|en)? (?:message|mail))\W*",
    _END,
)
# The heads that Outlook and others put above the mail that is answered.
_FROM = re.compile(r"\*?(?:from|de|von|vun)\s?:\*?\s*\S", _END)
_HEAD = re.compile(
    r"\*?(?:sent|date|to|cc|subject|envoyé|à|objet|gesendet|datum|an|betreff|geschéckt|sujet)"
    r"(?: le)?\s?:\*?\s*",
    _END,
)
_RULE = re.compile(r"_{8,}\s*|-{8,}\s*")
_DASHES = re.compile(r"--\s?")
_DEVICE = re.compile(
    r"(?:(?:sent|envoyé|gesendet|geschéckt) (?:from|depuis|de|von|vum|vu|via|mit|mat|aus|à partir de) "
    r"|(?:von|vu) (?:meinem|mengem) \S+ (?:gesendet|geschéckt)|obtenir outlook|get outlook"
    r"|outlook für|téléchargez outlook).{0,80}",
    _END,
)
_GREETING = re.compile(
    r"(?:mit (?:freundlichen|besten|herzlichen|lieben|vielen) grü(?:ß|ss)en"
    r"|(?:freundliche|beste|herzliche|liebe|viele) grü(?:ß|ss)e|hochachtungsvoll|mfg|vg|lg"
    r"|(?:bien |très |sincères |meilleures )?(?:cordialement|salutations)(?: distinguées)?"
    r"|bien à vous|sincèrement|(?:je vous prie|veuillez) (?:d['’]agréer|agréer|de croire|recevoir)\b.{0,150}"
    r"|(?:mat|mëtt?|vill|bescht|déif)\w* ?(?:beschte|frëndleche|frëndlechen|häerzleche|léiwe|vill"
    r"|déiwe)?\w* ?gré(?:iss|ss|i)\w*|mat frëndleche gréiss"
    r"|(?:kind|best|warm|many|with kind|with best) regards|regards|yours (?:sincerely|faithfully|truly)"
    r"|sincerely|best wishes|cheers)\b.{0,60}",
    _END,
)
_LEGAL = re.compile(
    r"\W*(?:this (?:e-?mail|message)\b.{0,120}(?:confidential|intended)"
    r"|ce (?:message|courriel|mail)\b.{0,160}(?:confidentiel|destiné)"
    r"|(?:diese e-?mail|diese nachricht)\b.{0,120}(?:vertraulich|bestimmt)"
    r"|dës (?:e-?mail|noriicht|message)\b.{0,120}(?:vertraulech|geduecht)"
    r"|(?:disclaimer|avertissement|haftungsausschluss)\s?:).*",
    _END | re.DOTALL,
)
SIGNATURE_LINES = 15  # below a greeting stand a name, a function and an address, not an argument
LONGEST_LINE = 600
LONGEST_SAYING = 4  # lines over which mail programs break "… wrote:"


@dataclass(frozen=True)
class Parted:
    """The author's words, and what was set aside: the signature, then what was quoted."""

    words: str
    aside: str


def part(text: str) -> Parted:
    """The author's words apart from history, signature and legal notices.

    If nothing of their own would be left, all of it is theirs: somebody passed a mail on.
    """
    lines = text.split("\n")
    kept, aside = _without_former(lines)
    kept, quoted = _without_quotes(kept)
    kept, signed = _without_signature(kept)
    words = "\n".join(kept).strip()
    if not words:
        return Parted(text.strip(), "")
    set_aside = [
        block for block in ("\n".join(b).strip() for b in (signed, quoted, aside)) if block
    ]
    return Parted(words, "\n\n".join(set_aside))


def _without_former(lines: list[str]) -> tuple[list[str], list[str]]:
    """Up to the line that begins the mail that is answered."""
    for at, line in enumerate(lines):
        if at and (_FORMER.fullmatch(line) or _is_head(lines, at)):
            start = at - 1 if _RULE.fullmatch(lines[at - 1].strip()) else at
            return lines[:start], lines[start:]
    return lines, []


def _is_head(lines: list[str], at: int) -> bool:
    """Whether "From: …" stands here with at least two more lines of a head right below it."""
    if not _FROM.match(lines[at].strip()):
        return False
    below = [line.strip() for line in lines[at + 1 : at + 8] if line.strip()]
    return sum(_HEAD.match(line) is not None for line in below[:5]) >= 2


def _without_quotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Without the quoted lines, if they stand in one block at the beginning or at the end."""
    quoted = [n for n, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not quoted:
        said = _saying_before(lines, len(lines))
        return lines[:said], lines[said:]
    first, last = quoted[0], quoted[-1] + 1
    if any(line.strip() and not line.lstrip().startswith(">") for line in lines[first:last]):
        return lines, []
    first = _saying_before(lines, first)
    before = any(line.strip() for line in lines[:first])
    after = any(line.strip() for line in lines[last:])
    own_after = after and part_is_words(lines[last:])
    if before and own_after:
        return lines, []
    return lines[:first] + lines[last:], lines[first:last]


def part_is_words(lines: list[str]) -> bool:
    """Whether more than a signature stands in these lines."""
    return bool("\n".join(_without_signature(["", *lines])[0]).strip())


def _saying_before(lines: list[str], end: int) -> int:
    """Where "On … A wrote:" begins that ends just above `end`; `end` if there is none."""
    last = end
    while last and not lines[last - 1].strip():
        last -= 1
    for size in range(1, LONGEST_SAYING + 1):
        begin = last - size
        if begin < 0 or not lines[begin].strip():
            break
        said = " ".join(line.strip() for line in lines[begin:last])
        if len(said) < LONGEST_LINE and _SAYS.fullmatch(said):
            return begin
    return end


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Up to the signature: "-- ", a closing formula near the end, a device, a legal notice."""
    filled = [n for n, line in enumerate(lines) if line.strip()]
    near = filled[-SIGNATURE_LINES] if len(filled) > SIGNATURE_LINES else 0
    for at, line in enumerate(lines):
        plain = line.strip(" \t*_,.!")
        if at and _DASHES.fullmatch(line.rstrip("\r")):
            return lines[:at], lines[at:]
        if _DEVICE.fullmatch(plain) and at >= near:
            return lines[:at], lines[at:]
        if len(plain) < 220 and at and at >= near and _GREETING.fullmatch(plain):
            return lines[:at], lines[at:]
        if at and line[:1] and _LEGAL.fullmatch(line[:400]):
            return lines[:at], lines[at:]
    return lines, []
