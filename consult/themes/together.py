"""Several proposals decided at once, all of them or none: accepted, or set aside.

Each is decided as the single acts in `signoff` and `campaigns` do it, with its own line in the log;
the number of statements is the same for two and for a hundred.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.themes import campaigns, signoff
from consult.themes.assignments import decide, person
from consult.themes.errors import AnsweredError, ProposalsMovedError, TooManyProposalsError
from consult.themes.models import ACCEPTED, PROPOSED, SET_ASIDE, Campaign, Theme
from consult.themes.standing import campaign_in_view, in_view

# Proposals of one act: each is a row and a line in the log.
MOST = 100
# Letters of theirs that the same act takes, with as many that another campaign may have to give
# back; more are gone through by a job (`bulk_work.settle_campaigns`).
LETTERS = 300

_ACTS = {ACCEPTED: "accepted", SET_ASIDE: "set_aside"}

# Proposal → its fingerprint, as the official saw it.
Chosen = Mapping[int, str]


def decide_themes(
    session: Session,
    consultation: Consultation,
    chosen: Chosen,
    to: str,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Accept proposed themes, or set them aside; returns how many.

    Raises ProposalsMovedError if one was decided on or named otherwise since it was seen,
    TooManyProposalsError, and AnsweredError for one to set aside whose answer is published.
    """
    who = _may(session, consultation, chosen, actor)
    found = session.scalars(
        select(Theme)
        .where(Theme.id.in_(chosen), Theme.consultation_id == consultation.id)
        .order_by(Theme.id)
        .with_for_update(of=Theme)
        .execution_options(populate_existing=True)
    ).all()
    in_sight = select(Theme.id).where(Theme.id.in_(chosen), Theme.state == PROPOSED, in_view())
    open_ones = set(session.scalars(in_sight))
    _refuse_moved(chosen, open_ones, [(t.id, t.state, signoff.fingerprint(t)) for t in found])
    if to == SET_ASIDE:
        if any(theme.settled_by is not None for theme in found):
            raise AnsweredError
        session.execute(update(Theme).where(Theme.parent_id.in_(chosen)).values(parent_id=None))
    session.execute(
        update(Theme).where(Theme.id.in_(chosen)).values(state=to, decided_by=who, decided_at=now)
    )
    log.record_each(
        session,
        actor=actor.reference,
        act=f"theme:{_ACTS[to]}",
        now=now,
        things=[(f"theme:{theme.id}", consultation.id, {}) for theme in found],
    )
    return len(found)


def decide_campaigns(
    session: Session,
    consultation: Consultation,
    chosen: Chosen,
    to: str,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Accept proposed campaigns in the words of their letters, or set them aside; returns how many.

    Takes at most LETTERS members: see `many_letters`. Raises as `decide_themes` does.
    """
    _may(session, consultation, chosen, actor)
    found = _campaigns(session, consultation, chosen)
    open_ones = _open(session, chosen)
    _refuse_moved(chosen, open_ones, [(c.id, c.state, campaigns.fingerprint(c)) for c in found])
    if to == SET_ASIDE and any(campaign.settled_by is not None for campaign in found):
        raise AnsweredError
    _settle(session, consultation, open_ones, to=to, actor=actor, now=now)
    return len(found)


def many_letters(session: Session, campaign_ids: Collection[int], to: str) -> bool:
    """Whether campaigns have more letters than one act may go through."""
    return campaigns.more_to_take(session, campaign_ids, to=to, than=LETTERS)


def refuse_moved_campaigns(session: Session, consultation: Consultation, chosen: Chosen) -> None:
    """What `decide_campaigns` refuses, for campaigns that are left to a job."""
    _refuse_too_many(chosen)
    found = _campaigns(session, consultation, chosen)
    _refuse_moved(
        chosen,
        _open(session, chosen),
        [(c.id, c.state, campaigns.fingerprint(c)) for c in found],
    )


def accept_still_proposed(
    session: Session,
    consultation: Consultation,
    campaign_ids: Collection[int],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Accept together those of some campaigns, whose letters have been gone through, that nobody
    decided on meanwhile; returns how many."""
    decide(session, consultation.id)
    left = still_proposed(session, consultation, campaign_ids)
    _settle(session, consultation, left, to=ACCEPTED, actor=actor, now=now)
    return len(left)


def still_proposed(
    session: Session, consultation: Consultation, campaign_ids: Collection[int]
) -> list[int]:
    """Those of some campaigns on which nobody has decided, locked."""
    _campaigns(session, consultation, campaign_ids)
    return sorted(_open(session, campaign_ids))


def _may(session: Session, consultation: Consultation, chosen: Chosen, actor: Actor) -> int:
    _refuse_too_many(chosen)
    decide(session, consultation.id)
    return person(actor)


def _refuse_too_many(chosen: Chosen) -> None:
    if len(chosen) > MOST:
        raise TooManyProposalsError(most=MOST)


def _campaigns(
    session: Session, consultation: Consultation, campaign_ids: Collection[int]
) -> list[Campaign]:
    """Campaigns of the consultation, locked."""
    return list(
        session.scalars(
            select(Campaign)
            .where(Campaign.id.in_(campaign_ids), Campaign.consultation_id == consultation.id)
            .order_by(Campaign.id)
            .with_for_update(of=Campaign)
            .execution_options(populate_existing=True)
        )
    )


def _open(session: Session, campaign_ids: Collection[int]) -> set[int]:
    return set(
        session.scalars(
            select(Campaign.id).where(
                Campaign.id.in_(campaign_ids), Campaign.state == PROPOSED, campaign_in_view()
            )
        )
    )


def _refuse_moved(
    chosen: Chosen, open_ones: Collection[int], found: Iterable[tuple[int, str, str]]
) -> None:
    """Raise unless every proposal stands as it was seen. `found` are id, state and fingerprint."""
    facts = {number: (state, now) for number, state, now in found}
    accepted = [n for n in sorted(chosen) if n in facts and facts[n][0] == ACCEPTED]
    changed = [n for n in sorted(open_ones) if n in facts and facts[n][1] != chosen[n]]
    standing = {*accepted, *(n for n in open_ones if n in facts)}
    gone = [n for n in sorted(chosen) if n not in standing]
    if accepted or changed or gone:
        raise ProposalsMovedError(accepted, changed, gone)


def _settle(
    session: Session,
    consultation: Consultation,
    campaign_ids: Collection[int],
    *,
    to: str,
    actor: Actor,
    now: datetime,
) -> None:
    if not campaign_ids:
        return
    campaigns.take_members(session, *sorted(campaign_ids), to=to, limit=LETTERS)
    session.execute(
        update(Campaign)
        .where(Campaign.id.in_(campaign_ids))
        .values(state=to, decided_by=person(actor), decided_at=now)
    )
    sizes = campaigns.live_members(session, campaign_ids) if to == ACCEPTED else {}
    session.execute(
        update(Campaign),
        [{"id": number, "points": sizes.get(number, 0)} for number in sorted(campaign_ids)],
    )
    log.record_each(
        session,
        actor=actor.reference,
        act=f"campaign:{_ACTS[to]}",
        now=now,
        things=[
            (
                f"campaign:{n}",
                consultation.id,
                {"points": sizes.get(n, 0)} if to == ACCEPTED else {},
            )
            for n in sorted(campaign_ids)
        ],
    )
    session.flush()
