"""Decisions about more points than one act may touch, made in batches by a job."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.jobs import queue
from consult.jobs.models import Job
from consult.kernel.actor import Actor
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading
from consult.themes import campaigns, dividing_work, point_queries, signoff, together
from consult.themes.assignments import MOST_AT_ONCE, person, refuse_while_publishing
from consult.themes.errors import (
    AlreadyAcceptedError,
    CampaignGoneError,
    NoPointsError,
    PointGoneError,
    SameThemeError,
)
from consult.themes.models import ACCEPTED, SET_ASIDE
from consult.themes.point_queries import Filter
from consult.themes.steps import Working

MOVE, SETTLE, SETTLE_MANY = "move_points", "settle_campaign", "settle_campaigns"

_MOVING = mark("Moving points")
_SETTLING = mark("Going through the members of a campaign")
_SETTLING_MANY = mark("Going through the letters of several campaigns")


def request_move(
    session: Session,
    consultation: Consultation,
    theme_id: int,
    into_id: int | None,
    chosen: Filter,
    *,
    last_point: int,
    count: int,
    actor: Actor,
    now: datetime,
) -> Job:
    """Queue the move of all points of a theme that a filter takes, up to `last_point`.

    `count` is what the preview showed. Each batch counts when it is committed: a move that is
    stopped half way has moved what it has moved, each point with its line in the log.
    """
    if theme_id == into_id:
        raise SameThemeError
    if not count:
        raise NoPointsError
    refuse_while_publishing(session, consultation.id)
    return queue.enqueue(
        session,
        kind=MOVE,
        key=f"{MOVE}:{theme_id}:{into_id}:{last_point}:{now.timestamp()}",
        now=now,
        payload={
            "consultation": consultation.id,
            "from": theme_id,
            "into": into_id,
            "language": chosen.language,
            "by": chosen.by,
            "words": chosen.words,
            "last_point": last_point,
            "count": count,
            "person": person(actor),
        },
        reference=f"consultation:{consultation.id}",
    )


def move(job: Working) -> None:
    """The job: move batch after batch until no point of the filter is left."""
    asked = job.payload
    chosen = Filter(language=asked["language"], by=asked["by"], words=asked["words"])
    moved = 0
    while True:
        session = current_session()
        consultation = consultations.by_id(session, asked["consultation"])
        points = point_queries.ids_in_theme(
            session,
            asked["from"],
            chosen,
            last_point=asked["last_point"],
            limit=MOST_AT_ONCE,
        )
        end_reading()
        if not points:
            return
        try:
            with act() as session:
                job.check_lease(session)
                moved += signoff.move_points(
                    session,
                    consultation,
                    points,
                    asked["into"],
                    actor=Actor.user(asked["person"]),
                    now=job.now(),
                )
        except PointGoneError:
            continue  # withdrawn between looking and locking: the next look does not see it
        job.progress(min(0.99, moved / max(1, asked["count"])), _MOVING)


def request_settling(
    session: Session,
    consultation: Consultation,
    campaign_id: int,
    *,
    to: str,
    facts: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> Job:
    """Queue accepting (or setting aside) a campaign with more members than one act may touch.

    `facts` are title and wording of one that is accepted.
    """
    refuse_while_publishing(session, consultation.id)
    return queue.enqueue(
        session,
        kind=SETTLE,
        key=f"{SETTLE}:{campaign_id}:{to}:{now.timestamp()}",
        now=now,
        payload={
            "consultation": consultation.id,
            "campaign": campaign_id,
            "to": to,
            **facts,
            "person": person(actor),
        },
        reference=f"consultation:{consultation.id}",
    )


def settle_campaign(job: Working) -> None:
    """The job: take the members in batches, then accept the campaign or set it aside."""
    asked: dict[str, Any] = job.payload
    total, done = 0, 0
    session = current_session()
    consultation = consultations.by_id(session, asked["consultation"])
    end_reading()
    while True:
        with act() as session:
            job.check_lease(session)
            taken = campaigns.take_members(session, asked["campaign"], to=asked["to"])
        if taken < campaigns.BATCH:
            break
        done += taken
        total = max(total, done + campaigns.BATCH)
        job.progress(done / total, _SETTLING)
    try:
        _decide(job, consultation)
    except (AlreadyAcceptedError, CampaignGoneError):
        return  # killed behind its last act, it was begun again
    dividing_work.look(job.now())


def _decide(job: Working, consultation: Consultation) -> None:
    asked = job.payload
    actor = Actor.user(asked["person"])
    with act() as session:
        job.check_lease(session)
        if asked["to"] == SET_ASIDE:
            campaigns.set_aside(
                session, consultation, asked["campaign"], actor=actor, now=job.now()
            )
            return
        assert asked["to"] == ACCEPTED
        campaigns.accept(
            session,
            consultation,
            asked["campaign"],
            title=asked["title"],
            wording=asked["wording"],
            actor=actor,
            now=job.now(),
        )


def request_settling_many(
    session: Session,
    consultation: Consultation,
    campaign_ids: Sequence[int],
    *,
    to: str,
    actor: Actor,
    now: datetime,
) -> Job:
    """Queue what several campaigns need that have more letters together than one act may touch.

    To be accepted they are gone through before they are, all in one act: nobody sees half of it.
    What is set aside is so already, and its letters follow.
    """
    refuse_while_publishing(session, consultation.id)
    return queue.enqueue(
        session,
        kind=SETTLE_MANY,
        key=f"{SETTLE_MANY}:{consultation.id}:{to}:{now.timestamp()}",
        now=now,
        payload={
            "consultation": consultation.id,
            "campaigns": sorted(campaign_ids),
            "to": to,
            "person": person(actor),
        },
        reference=f"consultation:{consultation.id}",
    )


def settle_campaigns(job: Working) -> None:
    """The job: take the letters in batches; then accept, of the campaigns that were chosen, those on
    which nobody decided meanwhile."""
    asked: dict[str, Any] = job.payload
    session = current_session()
    consultation = consultations.by_id(session, asked["consultation"])
    end_reading()
    done, taken = 0, together.LETTERS
    while taken == together.LETTERS:
        with act() as session:
            job.check_lease(session)
            chosen = asked["campaigns"]
            if asked["to"] == ACCEPTED:
                chosen = together.still_proposed(session, consultation, chosen)
            taken = campaigns.take_members(session, *chosen, to=asked["to"], limit=together.LETTERS)
        done += taken
        job.progress(done / (done + together.LETTERS), _SETTLING_MANY)
    if asked["to"] == ACCEPTED:
        with act() as session:
            job.check_lease(session)
            together.accept_still_proposed(
                session,
                consultation,
                asked["campaigns"],
                actor=Actor.user(asked["person"]),
                now=job.now(),
            )
    dividing_work.look(job.now())
