"""A consultation with everything that publishing meets, and a job that can be killed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.answers import publishing, work
from consult.answers.decisions import CampaignTarget, PointTarget, Target, ThemeTarget, decide
from consult.answers.models import Answer, Fate, Publication
from consult.answers.queries import fates_under
from consult.consultations import counters as consultation_counters
from consult.consultations.models import ConsultationBody
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.release import Release, visible
from consult.kernel.transaction import act
from consult.notifications.models import Letter
from consult.submissions import counters
from consult.submissions.models import Comment, Point, Tally
from tests import builders
from tests.builders import NOW, Said


class KilledError(Exception):
    """What a kill -9 looks like to the next worker: the act that was open never happened."""


class Job:
    """A running job; killed at the start of its nth act, or after it."""

    def __init__(self, publication: Publication, kill_at: int | None = None) -> None:
        self.payload: dict[str, Any] = {"publication": publication.id}
        self.kill_at = kill_at
        self.acts = 0
        # What somebody else does after the nth act.
        self.between: Callable[[], None] | None = None
        self.between_at = 1

    def now(self) -> datetime:
        return NOW

    def progress(self, fraction: float, stage: str = "") -> None:
        assert 0 <= fraction <= 1
        assert stage
        if self.between is not None and self.acts == self.between_at:
            doing, self.between = self.between, None
            doing()

    def check_lease(self, session: Session) -> None:
        assert session.in_transaction()
        self.acts += 1
        if self.kill_at == self.acts:
            raise KilledError


class World:
    """Two themes (one under the other), a campaign, an own answer, an edit, and eleven comments.

    Comments 0 to 3 are in the sub-theme, 4 and 5 in the main one, 6 and 7 in the campaign, 8 is
    answered itself, 9 belongs nowhere; 10 is a reply to 0.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        with act():
            self._build()

    def _build(self) -> None:
        session = self.session
        self.consultation = builders.consultation(session)
        self.body_id = session.scalars(select(ConsultationBody.body_id)).one()
        self.official = builders.official(session)
        self.actor = Actor.user(self.official.id)
        self.said: list[Said] = [
            builders.say(session, self.consultation, f"Avis {n}", email=f"p{n}@example.org")
            for n in range(10)
        ]
        self.said.append(
            builders.say(
                session, self.consultation, "Oui.", root=self.said[0].comment, email="r@example.org"
            )
        )
        self.main = builders.theme(session, self.consultation, "Bus")
        self.sub = builders.theme(session, self.consultation, "Soir", parent=self.main)
        for said in self.said[:4]:
            builders.assign(session, said.point, self.sub)
        for said in self.said[4:6]:
            builders.assign(session, said.point, self.main)
        self.campaign = builders.campaign(
            session, self.consultation, [s.point for s in self.said[6:8]]
        )
        first, clause, text = builders.draft(session, self.consultation)
        self.version, self.edit = builders.amended(
            session, first, clause, text, "Il passe souvent."
        )

    def decide(self, target: Target, disposition: str = "accepted", **other: Any) -> Answer:
        return decide(
            self.session,
            self.consultation,
            target=target,
            disposition=disposition,
            reason={"fr": "Parce que."},
            body_id=self.body_id,
            actor=self.actor,
            now=NOW,
            **other,
        )

    def answer_all(self) -> None:
        """Everything but comment 9: the main theme's answer changes the text."""
        with act():
            self.on_main = self.decide(ThemeTarget(self.main.id), edit_ids=[self.edit.id])
            self.on_campaign = self.decide(CampaignTarget(self.campaign.id), "not_accepted")
            self.own = self.decide(PointTarget(self.said[8].point.id), "noted")

    def request(self, *, with_version: bool = True) -> Publication:
        with act():
            return publishing.request(
                self.session,
                self.consultation,
                with_version=with_version,
                actor=self.actor,
                now=NOW,
            )

    def publish(self, *, with_version: bool = True) -> Publication:
        publication = self.request(with_version=with_version)
        work.publish(Job(publication))
        self.session.expire_all()
        return publication

    def withdraw(self, said: Said) -> None:
        """What a withdrawal does to counters and state, in the order the verb does it."""
        from consult.activity import log
        from consult.moderation.going import changed_the_text

        with act() as session:
            consultation_counters.decided(session, self.consultation.id)
            comment = session.get_one(Comment, said.comment.id)
            point = session.get_one(Point, said.point.id, populate_existing=True)
            changed = changed_the_text(session, [point]) if point.owed else 0
            counters.stop_owing(session, self.consultation.id, [point.id], changed=changed)
            comment.state = "withdrawn"
            log.record(
                session,
                actor=f"receipt:{comment.submission_id}",
                act="comment:withdrawn",
                thing=f"comment:{comment.id}",
                now=NOW,
                consultation=self.consultation.id,
            )

    def tally(self) -> tuple[int, int, int]:
        """Owed, settled, changed."""
        row = self.session.get_one(Tally, self.consultation.id, populate_existing=True)
        return row.owed, row.owed_settled, row.changed

    def seen(self) -> dict[int, tuple[str, bool]]:
        """What readers see: number in `said` → disposition, from the root."""
        self.session.rollback()
        comments = [said.comment for said in self.said]
        found = fates_under(self.session, {each.id: each.root_id for each in comments})
        shown = {}
        for number, said in enumerate(self.said):
            fates = found[said.comment.id]
            for fate in fates.fates:
                shown[number] = (fate.answer.disposition, fates.from_root)
        return shown

    def letters(self) -> list[tuple[str, dict[str, Any]]]:
        """Letters that the sender may take: recipient and payload."""
        rows = self.session.scalars(
            select(Letter).where(visible(Letter.release_id)).order_by(Letter.id)
        )
        return [(letter.recipient, letter.payload) for letter in rows]

    def rows(self) -> dict[str, Any]:
        """All that a publication leaves behind, without ids that depend on the way there."""
        fates = self.session.execute(
            select(Fate.point_id, Fate.answer_id, Fate.theme_id, Fate.changed)
            .join(Release, Release.id == Fate.release_id)
            .where(Release.state == "released")
            .order_by(Fate.point_id, Fate.id)
        )
        return {
            "fates": [tuple(row) for row in fates],
            "tally": self.tally(),
            "letters": sorted(recipient for recipient, _ in self.letters()),
            "seen": self.seen(),
        }


def fresh_session() -> Session:
    """A session as another worker would open it."""
    db.session.remove()
    return db.session()
