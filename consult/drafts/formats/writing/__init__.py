"""A version of the text as a file: Akoma Ntoso, Word, HTML, Markdown; and two in one, as tracked changes."""

from collections.abc import Callable
from dataclasses import dataclass

from consult.drafts.formats.writing.akn import to_akn
from consult.drafts.formats.writing.document import Document
from consult.drafts.formats.writing.docx import to_docx
from consult.drafts.formats.writing.html import to_html
from consult.drafts.formats.writing.markdown import to_markdown
from consult.drafts.formats.writing.tracked import to_tracked_docx

__all__ = ["FORMATS", "WORD", "Document", "Form", "to_tracked_docx"]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Form:
    """How a text is written as a file, and what such a file is called on the web."""

    write: Callable[[Document], bytes]
    content_type: str


# By the ending of the file's name.
FORMATS: dict[str, Form] = {
    "docx": Form(to_docx, WORD),
    "akn": Form(to_akn, "application/akn+xml"),
    "html": Form(lambda document: to_html(document).encode(), "text/html; charset=utf-8"),
    "md": Form(lambda document: to_markdown(document).encode(), "text/markdown; charset=utf-8"),
}
