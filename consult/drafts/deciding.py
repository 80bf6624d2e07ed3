"""An official says where words of a comment stand now, or that they are not in the text any more."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations import counters
from consult.drafts import queries
from consult.drafts.errors import NewerTextError, PlacedMeanwhileError, WordsElsewhereError
from consult.drafts.models import (
    DELETED,
    EDITED,
    MOVED,
    UNCHANGED,
    UNCLEAR,
    Anchor,
    Draft,
    Placement,
    Version,
)
from consult.drafts.writing import refuse_while_publishing
from consult.kernel import ids
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError


def standing(placement: Placement) -> str:
    """A short name for where an anchor is said to stand: a form made from another state is stale."""
    return ids.fingerprint(
        placement.state,
        placement.clause_id,
        placement.start,
        placement.end,
        placement.placed_by,
    )


def open_to_decision(placement: Placement) -> bool:
    """Whether a person decides: the machine was not sure, or another person decided before."""
    return placement.state == UNCLEAR or placement.placed_by is not None


def place(
    session: Session,
    placement_id: int,
    words: tuple[int, int, int] | None,
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Placement:
    """Put an anchor on words (clause, start, end) of the newest version; None: they are gone.

    `seen` is `standing` as the form showed it. Raises PlacedMeanwhileError when somebody else
    decided since, NewerTextError when the version is not the newest any more, WordsElsewhereError
    where the clause has no such words, BeingPublishedError during a publication.
    """
    draft = _draft(session, placement_id)
    counters.hold(session, draft.consultation_id)
    refuse_while_publishing(session, draft.consultation_id)
    found = session.scalars(
        select(Placement)
        .where(Placement.id == placement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    newest = queries.current_version(session, draft.consultation_id)
    if newest is None or found.version_id != newest.id:
        raise NewerTextError
    if standing(found) != seen or not open_to_decision(found):
        raise PlacedMeanwhileError
    anchor = session.get_one(Anchor, found.anchor_id)
    if words is None:
        found.state, found.clause_id, found.start, found.end = DELETED, None, None, None
    else:
        _put(session, found, anchor, words)
    found.placed_by = actor.user_id
    counters.touch(session, draft.consultation_id)
    log.record(
        session,
        actor=actor.reference,
        act="anchor:placed",
        thing=f"anchor:{anchor.id}",
        now=now,
        consultation=draft.consultation_id,
        version=newest.number,
        state=found.state,
    )
    session.flush()
    return found


def _draft(session: Session, placement_id: int) -> Draft:
    found = session.scalar(
        select(Draft)
        .join(Version, Version.draft_id == Draft.id)
        .join(Placement, Placement.version_id == Version.id)
        .where(Placement.id == placement_id)
    )
    if found is None:
        raise NotFoundError
    return found


def _put(session: Session, found: Placement, anchor: Anchor, words: tuple[int, int, int]) -> None:
    clause_id, start, end = words
    row = queries.clause_text(session, found.version_id, clause_id, found.language)
    if row is None or not 0 <= start < end <= len(row.text) or not row.text[start:end].strip():
        raise WordsElsewhereError
    same = row.text[start:end] == anchor.exact
    here = clause_id == anchor.clause_id
    found.state = EDITED if not same else UNCHANGED if here else MOVED
    found.clause_id, found.start, found.end = clause_id, start, end
