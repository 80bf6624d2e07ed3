"""Files of word processors and legal databases, read as the Markdown in which drafts are written.

Each format becomes headings, paragraphs, lists and tables; the tree of chapters and clauses is then
made by `consult.drafts.reading`, the same for all of them.
"""

from consult.drafts.decoding import decode
from consult.drafts.errors import Complaint
from consult.drafts.formats import akn, docx, odt, opening


def source_of(raw: bytes, language: str, warnings: list[Complaint]) -> str:
    """The Markdown of a file in any format that is known; says in `warnings` what was left out.

    `language` names what a file leaves without a name. Raises UnreadableTextError.
    """
    if akn.is_xml(raw):
        return akn.to_markdown(raw, language, warnings)
    inside = opening.names(raw)
    if docx.BODY in inside:
        return docx.to_markdown(raw, warnings)
    if {odt.CONTENT, odt.MIMETYPE} <= inside:
        return odt.to_markdown(raw, warnings)
    return decode(raw, warnings)
