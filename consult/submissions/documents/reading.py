"""From a document, or pasted words, to the source of a comment. Pure.

The file itself is kept beside it. Headings become strong paragraphs, by which places are known again
(`outline`); tables become lines.
"""

import re
from itertools import pairwise

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats import docx, odt, opening
from consult.drafts.headings import taken_off
from consult.drafts.reading import HASHES
from consult.files.sniffing import DOCX, ODT, PDF, Incoming
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.markup import tidy
from consult.submissions.documents import pdf
from consult.submissions.importing import literal

MAX_CHARACTERS = 400_000  # some two hundred pages
KINDS = frozenset({DOCX, ODT, PDF})
LONGEST_HEADING = 120


class UnreadableDocumentError(ConsultError):
    status = 422
    message = mark(
        "The words of “%(name)s” cannot be read: it may be damaged, locked, or a picture of pages."
        " Paste its words, and keep the file afterwards as a scan."
    )


def words_of(file: Incoming) -> str:
    """The source of a DOCX, ODT or PDF file. Raises UnreadableDocumentError."""
    raw, left_out = file.content or b"", list[Complaint]()
    try:
        if file.media_type == PDF:
            return from_pasted(pdf.words_of(raw))
        inside = opening.names(raw)
        reader = docx if docx.BODY in inside else odt
        return as_comment(reader.to_markdown(raw, left_out))
    except (UnreadableTextError, pdf.UnreadablePdfError) as error:
        raise UnreadableDocumentError(name=file.name) from error


_RULE = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?:-{2,})?\s*")


def as_comment(markdown: str) -> str:
    """A text in Markdown with strong paragraphs for headings, and rows of tables as lines."""
    out: list[str] = []
    for line in markdown.split("\n"):
        hashes = HASHES.match(line)
        if hashes:
            words = taken_off(line[hashes.end() :].strip())[0].replace("**", "").strip()
            out += ["", f"**{words}**", ""] if words else [""]
        elif line.lstrip().startswith("|"):
            if not _RULE.fullmatch(line):
                cells = (cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))
                out += [" · ".join(cell for cell in cells if cell), ""]
        else:
            out.append(line)
    return tidy(re.sub(r"\n{3,}", "\n\n", "\n".join(out)))


def from_pasted(text: str) -> str:
    """Pasted words, word for word; a short line of its own above a paragraph is a heading."""
    blocks = [block.strip("\n") for block in re.split(r"\n[ \t]*\n", tidy(text)) if block.strip()]
    out = []
    for block, below in pairwise([*blocks, ""]):
        alone = "\n" not in block and len(block) <= LONGEST_HEADING
        heading = (
            alone
            and bool(below)
            and block.rstrip()[-1:] not in ".!?…,;:"
            and len(below) > len(block)
        )
        out.append(f"**{literal(block.strip())}**" if heading else literal(block))
    return "\n\n".join(out)
