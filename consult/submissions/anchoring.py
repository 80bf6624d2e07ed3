"""The exact words of a clause that a comment is about."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.drafts.models import Anchor, ClauseText
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

CONTEXT = 32  # code points kept before and after, to find the words again in a later version


class WordsNotThereError(ConsultError):
    """The chosen words do not stand in the clause at this place."""

    status = 422
    message = mark("These words do not stand in the clause in this form.")


@dataclass(frozen=True)
class Selector:
    """Exact words of a clause text; offsets count code points of its plain text."""

    language: str
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


def select_span(text: str, language: str, start: int, end: int) -> Selector:
    """The selector of `[start, end)` of a clause's plain text. Raises WordsNotThereError."""
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise WordsNotThereError
    return Selector(
        language=language,
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        end=end,
    )


def write_anchor(
    session: Session, selector: Selector, *, clause_id: int | None, version_id: int | None
) -> int:
    """Write the anchor down and return its id.

    Raises WordsNotThereError where the clause text says otherwise.
    """
    text = session.scalar(
        select(ClauseText.text).where(
            ClauseText.version_id == version_id,
            ClauseText.clause_id == clause_id,
            ClauseText.language == selector.language,
        )
    )
    if text is None:
        raise WordsNotThereError
    if select_span(text, selector.language, selector.start, selector.end) != selector:
        raise WordsNotThereError
    row = Anchor(
        clause_id=clause_id,
        version_id=version_id,
        language=selector.language,
        exact=selector.exact,
        prefix=selector.prefix,
        suffix=selector.suffix,
        start=selector.start,
        end=selector.end,
    )
    session.add(row)
    session.flush()
    return row.id
