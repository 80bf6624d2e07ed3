"""From what a form holds to what intake needs: the target found, the words prepared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import gettext, text_language
from consult.kernel.paging import Keyset, number
from consult.submissions import intake, proposing, target
from consult.submissions.anchoring import WordsNotThereError
from consult.submissions.passage_queries import (
    NEWEST,
    Words,
    count_on,
    newest_under,
    on_words,
    passages,
)
from consult.submissions.proposing import (
    DELETION,
    WAYS,
    WORDS,
    Proposal,
    ProposalWithoutClauseError,
)
from consult.submissions.recording import Prepared
from consult.submissions.rows import CommentRow
from consult.submissions.target import (
    WHOLE,
    AmbiguousWordsError,
    ClauseGoneError,
    ClauseSeen,
    Edition,
    Occurrence,
    PartGoneError,
    Target,
    TooManyPlacesError,
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
    # It proposes other words for its clause; and those, once there are any.
    proposing: bool = False
    proposal: Proposal | None = None
    # The clause reads differently in a newer version than in the one that was seen.
    overtaken: bool = False
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
    words, part = form.words.data or "", form.part.data or ""
    try:
        made.target = target.clause(made.edition, form.clause.data or "")
        if made.proposing:
            # Who proposes other words for a clause speaks about all of it.
            words = part = ""
        if form.asked.data != target.asked(form.clause.data or "", words):
            # It was chosen among the places of other words.
            form.place.data = None
        place, at = form.place.data, number(form.at.data)
        if place is None and at is not None:
            place = target.place_at(made.target, words, at)
        made.target = target.with_part(made.target, part, words, place)
    except AmbiguousWordsError as error:
        made.places = error.places
        form.asked.data = target.asked(form.clause.data or "", words)
        made.faults["place"] = _sentence(error)
    except PartGoneError as error:
        # Nothing is chosen then: the same offsets in another clause are other words.
        form.part.data = None
        made.faults["part"] = _sentence(error)
    except (ClauseGoneError, WordsWithoutClauseError) as error:
        made.faults["clause"] = _sentence(error)
    except (WordsNotThereError, TooManyPlacesError) as error:
        made.faults["words"] = _sentence(error)


def turn(form: Any, step: str) -> None:
    """From a comment on a clause to other words for it, and back; what was typed stays."""
    if step == "propose" and form.proposes.data not in WAYS:
        form.proposes.data = WORDS
    if step == "plain":
        form.proposes.data = None


def begin_words(form: Any, made: Composition, step: str) -> None:
    """Who begins to propose has the words of the clause before them."""
    clause = made.target.clause
    if step == "propose" and clause is not None and not form.proposed.data:
        form.proposed.data = clause.source
        made.faults.pop("proposed", None)


def propose(made: Composition, form: Any, newest: Edition | None, key: str) -> None:
    """Compare the proposed words with the clause that was found under this key."""
    clause = made.target.clause
    if clause is None:
        made.faults.setdefault("clause", _sentence(ProposalWithoutClauseError()))
        return
    made.overtaken = made.edition != newest and _reads_differently(newest, key, clause)
    try:
        deletes = form.proposes.data == DELETION
        made.proposal = proposing.propose(clause, form.proposed.data or "", deletes=deletes)
    except ConsultError as error:
        made.faults["proposed"] = _sentence(error)


def _reads_differently(newest: Edition | None, key: str, seen: ClauseSeen) -> bool:
    try:
        now = target.clause(newest, key).clause
    except ClauseGoneError:
        return True
    return now is None or now.text != seen.text


@dataclass(frozen=True)
class Said:
    """What others have said about a clause, and about the words that a comment will be about."""

    # The sentences of the clause as the form offers them: value, words, comments on them.
    parts: Sequence[tuple[str, str, int]] = ()
    count: int = 0
    newest: Sequence[CommentRow] = ()
    # Parameters for the address of the conversation on the words.
    address: Mapping[str, object] = field(default_factory=dict)


def already_said(session: Session, made: Composition, *, language: str) -> Said:
    """What stands already where somebody is about to speak. `language` is the reader's."""
    clause, shown, chosen = made.target.clause, made.edition, made.target.selector
    if clause is None or shown is None:
        return Said()
    found = passages(session, shown.version_id, clause.language, clause_id=clause.id)
    parts = [
        (
            target.part_name(span.start, span.end),
            span.words,
            count_on(found, span.start, span.end),
        )
        for span in target.parts(made.target)
    ]
    address = {"version": shown.number, "in": clause.language}
    if chosen is None:
        return Said(parts, address=address)
    words = Words(clause.id, shown.version_id, clause.language, chosen.start, chosen.end)
    count = count_on(found, words.start, words.end)
    newest: Sequence[CommentRow] = ()
    if count:
        newest = newest_under(
            session, on_words(words), Keyset(), language=language, size=NEWEST
        ).rows
    return Said(parts, count, newest, {**address, "from": words.start, "to": words.end})


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
    made.prepared = replace(made.prepared, proposal=made.proposal)


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
    made = Composition(proposing=not reply and form.proposes.data in WAYS)
    if not reply:
        aim(
            session,
            consultation_id,
            made,
            form,
            newest=newest,
            language=text_language(),
            version_id=version_id,
        )
    if made.proposing:
        propose(made, form, newest, form.clause.data)
    prepare(made, form, language)
    return made


def _sentence(error: ConsultError) -> str:
    return gettext(error.message, **error.facts)
