"""From what a form holds to what intake needs: the target found, the words prepared."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import gettext
from consult.submissions import intake, target
from consult.submissions.anchoring import WordsNotThereError
from consult.submissions.recording import Prepared
from consult.submissions.target import (
    WHOLE,
    AmbiguousWordsError,
    ClauseGoneError,
    Edition,
    Occurrence,
    Target,
    WordsWithoutClauseError,
)


@dataclass
class Composition:
    """One comment while it is being written."""

    edition: Edition | None = None
    target: Target = WHOLE
    # Where the words stand, if they stand there more than once.
    places: list[Occurrence] = field(default_factory=list)
    prepared: Prepared | None = None
    # The language could not be told from the words, and the person has not said it.
    asks_language: bool = False
    # What is wrong, by the name of the field.
    faults: dict[str, str] = field(default_factory=dict)


def aim(
    session: Session,
    consultation_id: int,
    made: Composition,
    form: Any,
    *,
    newest: Edition | None,
    language: str,
    version_id: int | None = None,
) -> None:
    """Find the clause and the words that the form names, in the version that was seen.

    `newest` is the edition that stands there now; `version_id` says which one was seen, if it is
    known.
    """
    made.edition = newest
    if version_id is not None and (newest is None or newest.version_id != version_id):
        made.edition = target.edition(session, consultation_id, language, version_id)
    try:
        made.target = target.clause(made.edition, form.clause.data or "")
        made.target = target.with_words(made.target, form.words.data or "", form.place.data)
    except AmbiguousWordsError as error:
        made.places = error.places
        made.faults["place"] = _sentence(error)
    except (ClauseGoneError, WordsWithoutClauseError) as error:
        made.faults["clause"] = _sentence(error)
    except WordsNotThereError as error:
        made.faults["words"] = _sentence(error)


def prepare(made: Composition, form: Any, language: str) -> None:
    """Render the words and find their language."""
    try:
        made.prepared = intake.prepare(
            form.source.data or "", language=form.language.data or None, hint=language
        )
    except ConsultError as error:
        made.faults["source"] = _sentence(error)
        return
    made.asks_language = not made.prepared.language_known


def compose(
    session: Session,
    consultation_id: int,
    form: Any,
    *,
    newest: Edition | None,
    language: str,
    version_id: int | None,
    reply: bool,
) -> Composition:
    """Everything about a comment that is to be shown or sent. `version_id` is the version that
    the form showed, from its stamp."""
    made = Composition()
    if not reply:
        aim(
            session,
            consultation_id,
            made,
            form,
            newest=newest,
            language=language,
            version_id=version_id,
        )
    prepare(made, form, language)
    return made


def _sentence(error: ConsultError) -> str:
    return gettext(error.message, **error.facts)
