"""From what the form of a text holds to what is saved, and back."""

from typing import Any

from sqlalchemy.orm import Session

from consult.drafts.models import ClauseText
from consult.drafts.reading import MAX_CLAUSE_CHARACTERS
from consult.drafts.threeway import merge
from consult.kernel.i18n import gettext
from consult.kernel.markup import render_comment
from consult.kernel.paging import number
from consult.submissions import composing, target
from consult.submissions.composing import Composition
from consult.submissions.draftings import queries
from consult.submissions.draftings.places import Place
from consult.submissions.draftings.queries import Saved
from consult.submissions.draftings.sheet import Amending, Amendings, Table, TextSheet, Written
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.proposing import DELETION, WAYS, WORDS
from consult.submissions.target import CHOSEN_WORDS, ClauseSeen, Target


def begin(form: Any, place: Place, *, proposing: bool) -> None:
    """Fill the form with what is saved."""
    text = place.text
    form.source.data = text.source if text else ""
    proposal = text.proposal if text else None
    if place.clause is not None and (proposal is not None or proposing):
        deletes = proposal is not None and proposal.shown.deletes
        form.proposes.data = DELETION if deletes else WORDS
        form.proposed.data = (proposal.source if proposal else "") or place.clause.source
    if place.words is not None and place.clause is not None:
        _choose(form, place)
    made_from(form, place)


def _choose(form: Any, place: Place) -> None:
    """Let the form say which words are chosen: a sentence of the clause, or others."""
    chosen = place.words
    assert chosen is not None
    name = target.part_name(chosen.start, chosen.end)
    spans = target.parts(Target(place.clause))
    if name in {target.part_name(span.start, span.end) for span in spans}:
        form.part.data = name
        return
    form.part.data, form.words.data = CHOSEN_WORDS, chosen.exact
    _set(form.at, chosen.start)
    _set(form.asked, target.asked(place.key, chosen.exact))


def choose_again(form: Any, place: Place) -> None:
    """The words are looked for in the clause as it reads now, and chosen there."""
    if place.now is None or place.newest is None:
        return
    if place.words is not None:
        form.words.data = place.words.exact
    # A sentence has a name of offsets: those would be other words there.
    form.part.data, form.place.data = CHOSEN_WORDS, None
    _set(form.at, "")
    _set(form.version, place.newest.version_id)


def made_from(form: Any, place: Place) -> None:
    """The form says which revision it was made from."""
    for field in (form.begun, form.saved):
        _set(field, place.text.number if place.text else 0)
    shows(form, place)


def shows(form: Any, place: Place) -> None:
    """The form says which text it is, and in which version and language it shows the clause."""
    _set(form.text, place.text.text_id if place.text else "")
    _set(form.version, place.version_id or "")
    _set(form.spoken, place.clause.language if place.clause else "")


def _set(field: Any, value: object) -> None:
    field.data, field.raw_data = str(value), None


def compose(session: Session, form: Any, place: Place, step: str = "") -> Composition:
    """What the form says about its clause, found and compared in the words that it shows."""
    composing.turn(form, step)
    made = Composition(edition=place.edition, target=Target(place.clause))
    if place.clause is None or place.edition is None:
        return made
    made.proposing = form.proposes.data in WAYS
    _set(form.clause, place.key)
    composing.aim(
        session,
        place.consultation_id,
        made,
        form,
        newest=place.newest,
        language=place.edition.language,
        version_id=place.version_id,
    )
    if made.proposing:
        composing.propose(made, form, place.newest, place.key)
        composing.begin_words(form, made, step)
    return made


def oversized(form: Any) -> bool:
    """Whether it holds more than is taken: two texts as long as a request may be are not compared."""
    return (
        len(form.source.data or "") > MAX_LENGTH
        or len(form.proposed.data or "") > MAX_CLAUSE_CHARACTERS
    )


def carry_over(form: Any, place: Place) -> None:
    """Put what the form changes onto the clause as it reads now."""
    before, now = place.clause, place.now
    if before is not None and now is not None and place.newest is not None:
        form.proposed.data = merge(before.source, form.proposed.data or "", now.source).text
        _set(form.version, place.newest.version_id)


def beside(session: Session, form: Any, place: Place) -> Table | None:
    """What was typed beside what is saved by now; None if nothing is."""
    if place.text is None:
        return None
    begun = queries.revision(session, place.text.text_id, number(form.begun.data) or 0)
    amendings = Amendings(
        gettext("The proposed words"),
        begun=_saved(session, begun),
        mine=_typed(form, place),
        theirs=_saved(session, place.text),
    )
    label = place.label if amendings.sheet is None else gettext("The reason")
    text = TextSheet(
        begun=Written.of(label, begun),
        mine=Written.of(label, render_comment(form.source.data or "")),
        theirs=Written.of(label, place.text),
    )
    return Table(text, amendings, place.text.author)


def _saved(session: Session, text: Saved | None) -> Amending | None:
    if text is None or text.proposal is None:
        return None
    row = session.get_one(ClauseText, text.proposal.amends_id)
    return Amending(ClauseSeen.of(row), row.version_id, text.proposal.source)


def _typed(form: Any, place: Place) -> Amending | None:
    if place.clause is None or place.version_id is None or form.proposes.data not in WAYS:
        return None
    source = "" if form.proposes.data == DELETION else form.proposed.data or ""
    return Amending(place.clause, place.version_id, source)


def join(form: Any, table: Table, *, keep_mine: bool) -> None:
    """Put both into the form."""
    form.source.data = table.text.merged(keep_mine=keep_mine).text
    both = table.amendings.merged(keep_mine=keep_mine)
    if both is None or both.changes_nothing:
        form.proposes.data = form.proposed.data = None
        return
    form.proposes.data = WORDS if both.source else DELETION
    form.proposed.data = both.source or both.clause.source
    _set(form.version, both.version_id)
    _set(form.spoken, both.clause.language)
