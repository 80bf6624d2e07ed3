"""Writing together: a drafting is begun, its texts are saved, notes are left, it is deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.accounts.models import OrganisationMember
from consult.accounts.organisations.membership import require_lead, require_member
from consult.activity.log import record
from consult.consultations.phases import phase
from consult.consultations.queries import dates
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.markup import Rendered
from consult.submissions import proposing
from consult.submissions.draftings import queries
from consult.submissions.draftings.errors import (
    CannotBeginError,
    EndedError,
    PlaceTakenError,
    StaleTextError,
    TooManyNotesError,
    TooManyTextsError,
)
from consult.submissions.draftings.models import (
    Drafting,
    DraftingNote,
    DraftingRevision,
    DraftingText,
)
from consult.submissions.draftings.queries import WRITABLE, Saved, Spot
from consult.submissions.proposing import Proposal, UnreasonedError

# All of them are sent, and what led to them deleted, in one transaction (law 5).
MOST_TEXTS, MOST_NOTES = 40, 100
# So many revisions of a text are kept, the newest.
KEPT = 12


def begin(
    session: Session, organisation_id: int, consultation_id: int, *, actor: Actor, now: datetime
) -> int:
    """The open drafting of an organisation for a consultation, begun if there is none; its id.

    Raises NotFoundError for who is no member, CannotBeginError.
    """
    require_member(session, organisation_id, actor)
    open_here = select(Drafting.id).where(
        Drafting.organisation_id == organisation_id,
        Drafting.consultation_id == consultation_id,
        Drafting.ended_at.is_(None),
    )
    known = session.scalars(open_here).first()
    if known is not None:
        return known
    if phase(dates(session, consultation_id), now) not in WRITABLE:
        raise CannotBeginError
    made = Drafting(
        organisation_id=organisation_id,
        consultation_id=consultation_id,
        begun_by=actor.user_id,
        begun_at=now,
    )
    session.add(made)
    session.flush()
    log(session, actor, "begun", made, now)
    return made.id


def in_hand(session: Session, drafting_id: int, actor: Actor, *, lead: bool = False) -> Drafting:
    """An open drafting, which nobody else changes until the act ends.

    Raises NotFoundError for who is no member (any more), NotLeadError, EndedError.
    """
    found = session.get(Drafting, drafting_id)
    if found is None:
        raise NotFoundError
    _require(session, found.organisation_id, actor, lead=lead)
    found = session.execute(
        select(Drafting)
        .where(Drafting.id == drafting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if found.ended_at is not None:
        raise EndedError
    return found


def _require(
    session: Session, organisation_id: int, actor: Actor, *, lead: bool
) -> OrganisationMember:
    return (require_lead if lead else require_member)(session, organisation_id, actor)


def save(
    session: Session,
    drafting_id: int,
    spot: Spot,
    *,
    text_id: int | None = None,
    words: Rendered,
    proposal: Proposal | None = None,
    saved: int,
    version_id: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Save a text on the whole, on a clause or on words of it; returns its id.

    `text_id` is a text that may stand elsewhere as yet: it is put here. `proposal` are other words for
    the clause, of which `words` are the reason. `saved` is the revision that its form was made from,
    0 for none. What stands already is no revision. Raises StaleTextError if there is another one by
    now, PlaceTakenError, UnreasonedError, TooManyTextsError, and what `in_hand` raises.
    """
    drafting = in_hand(session, drafting_id, actor)
    if proposal is not None and not words.text.strip():
        raise UnreasonedError
    here = queries.text_on(session, drafting_id, spot)
    before = here if text_id is None else queries.text(session, drafting_id, text_id)
    if text_id is not None and before is None:
        raise NotFoundError
    proposed = None if proposal is None else (proposal.amends_id, proposal.source)
    stands = before and (before.spot, before.source, before.proposed)
    if before is not None and stands == (spot, words.source, proposed):
        return before.text_id
    if (before.number if before else 0) != saved:
        raise StaleTextError
    if before is not None and here is not None and here.text_id != before.text_id:
        raise PlaceTakenError
    place = _put(session, drafting_id, spot, before)
    place.number = saved + 1
    session.flush()
    session.add(
        DraftingRevision(
            text_id=place.id,
            number=place.number,
            source=words.source,
            html=words.html,
            text=words.text,
            **proposing.columns(proposal),
            version_id=version_id,
            written_by=actor.user_id,
            written_at=now,
        )
    )
    session.flush()
    session.execute(
        delete(DraftingRevision).where(
            DraftingRevision.text_id == place.id, DraftingRevision.number <= place.number - KEPT
        )
    )
    log(session, actor, "saved", drafting, now)
    return place.id


def _put(session: Session, drafting_id: int, spot: Spot, before: Saved | None) -> DraftingText:
    """The row of a text, at its place."""
    if before is None:
        if queries.count_texts(session, drafting_id) >= MOST_TEXTS:
            raise TooManyTextsError(limit=MOST_TEXTS)
        made = DraftingText(drafting_id=drafting_id, number=0, **vars(spot))
        session.add(made)
        return made
    found = session.get_one(DraftingText, before.text_id)
    for name, value in vars(spot).items():
        setattr(found, name, value)
    return found


def leave_note(
    session: Session, drafting_id: int, words: str, *, actor: Actor, now: datetime
) -> None:
    """Say something to the other members. Raises TooManyNotesError."""
    drafting = in_hand(session, drafting_id, actor)
    if len(queries.notes(session, drafting_id)) >= MOST_NOTES:
        raise TooManyNotesError(limit=MOST_NOTES)
    session.add(
        DraftingNote(drafting_id=drafting_id, words=words, written_by=actor.user_id, written_at=now)
    )
    session.flush()
    log(session, actor, "noted", drafting, now)


def discard(session: Session, drafting_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a drafting that was not sent. For leads."""
    drafting = in_hand(session, drafting_id, actor, lead=True)
    drafting.ended_at = now
    forget_words(session, [drafting_id])
    session.flush()
    log(session, actor, "deleted", drafting, now)


def forget_words(session: Session, drafting_ids: Sequence[int]) -> None:
    """Take all words out of draftings: their texts, what these were before, and the notes."""
    texts = select(DraftingText.id).where(DraftingText.drafting_id.in_(drafting_ids))
    session.execute(delete(DraftingRevision).where(DraftingRevision.text_id.in_(texts)))
    session.execute(delete(DraftingText).where(DraftingText.drafting_id.in_(drafting_ids)))
    session.execute(delete(DraftingNote).where(DraftingNote.drafting_id.in_(drafting_ids)))


def log(
    session: Session, actor: Actor, act: str, drafting: Drafting, now: datetime, **facts: Any
) -> None:
    """One line of the log: that somebody worked on a drafting, never for which consultation, so that
    officials do not learn from it who is about to speak."""
    record(
        session,
        actor=actor.reference,
        act=f"drafting:{act}",
        thing=f"drafting:{drafting.id}",
        now=now,
        **facts,
    )
