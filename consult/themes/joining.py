"""Letters that come in after a run: each is proposed to the accepted campaign that it is one of.

The machine's proposal, as a run's would be: it waits on the campaign's page until a person decides,
and counts for nothing before. A letter that turns the campaign's round or quotes it joins none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import Document
from consult.activity import log
from consult.consultations import counters as consultation_counters
from consult.kernel.actor import SYSTEM
from consult.submissions.models import Point
from consult.themes import campaign_queries, campaign_recording
from consult.themes.models import ACCEPTED, Campaign, CampaignMember
from consult.themes.standing import campaign_in_view, member_in_view

if TYPE_CHECKING:
    from analysis import CampaignIndex


@dataclass(frozen=True)
class Joining:
    """A point, the campaign whose letter it is, and the spans that it adds (in the point)."""

    point_id: int
    campaign_id: int
    additions: list[tuple[int, int]]


def index(session: Session, consultation_id: int) -> "CampaignIndex | None":
    """The letters of the accepted campaigns, made once to be asked about many points."""
    rows = campaign_queries.letters(session, consultation_id)
    if not rows:
        return None
    from analysis import CampaignIndex, KnownLetter

    known = {campaign for campaign, *_ in rows}
    return CampaignIndex(
        KnownLetter(campaign, words, turned if turned in known else None, language)
        for campaign, words, language, turned in rows
    )


def asked(letters: "CampaignIndex | None", documents: Sequence[Document]) -> list[Joining]:
    """Which of these points are one of the letters; before the act, since it takes its time."""
    if letters is None:
        return []
    return [
        Joining(int(document.id), int(found.letter_id), found.additions)
        for document in documents
        if (found := letters.join(document)) is not None
    ]


def propose(
    session: Session, consultation_id: int, joinings: Sequence[Joining], now: datetime
) -> None:
    """Propose points, which the caller holds, to the campaigns whose letter they are.

    A point that is in a campaign stays where it is, and one that a person took out stays out. The
    consultation's row is held, so that this and the end of a run follow one another; a run that is
    being recorded learns of it by the decision counter.
    """
    if not joinings:
        return
    consultation_counters.hold(session, consultation_id)
    points = [one.point_id for one in joinings]
    placed = set(
        session.scalars(
            select(CampaignMember.point_id)
            .join(Campaign, Campaign.id == CampaignMember.campaign_id)
            .where(CampaignMember.point_id.in_(points), member_in_view(), campaign_in_view())
        )
    )
    accepted = set(
        session.scalars(
            select(Campaign.id).where(
                Campaign.id.in_({one.campaign_id for one in joinings}), Campaign.state == ACCEPTED
            )
        )
    )
    starts = dict(session.execute(select(Point.id, Point.start).where(Point.id.in_(points))).all())
    made = campaign_recording.propose(
        session,
        [
            (one.campaign_id, one.point_id, _moved(one.additions, starts[one.point_id]))
            for one in joinings
            if one.point_id not in placed and one.campaign_id in accepted
        ],
    )
    if made:
        consultation_counters.decided(session, consultation_id)
        _log(session, consultation_id, made, now)


def _moved(spans: Sequence[tuple[int, int]], by: int) -> list[list[int]]:
    return [[start + by, end + by] for start, end in spans]


def _log(
    session: Session, consultation_id: int, made: Sequence[tuple[int, int]], now: datetime
) -> None:
    points: dict[int, list[int]] = defaultdict(list)
    for campaign, point in made:
        points[campaign].append(point)
    for campaign in sorted(points):
        log.record(
            session,
            actor=SYSTEM.reference,
            act="campaign:members_proposed",
            thing=f"campaign:{campaign}",
            now=now,
            consultation=consultation_id,
            points=sorted(points[campaign]),
        )
