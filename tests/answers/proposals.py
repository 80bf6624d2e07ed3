"""Words proposed for a clause of the small text, and their way into the next version."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from consult.accounts.models import Body
from consult.answers import decisions, publishing
from consult.answers.adoption.adopting import adopt, share_taken
from consult.answers.decisions import PointTarget
from consult.answers.models import Adoption, AdoptionEdit
from consult.consultations.models import Consultation
from consult.consultations.queries import lead_body
from consult.drafts import queries as drafts
from consult.drafts import revision
from consult.drafts.models import Version
from consult.kernel import clock
from consult.kernel.actor import COMMAND, VISITOR, Actor
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.submissions import intake
from consult.submissions.intake import Received
from consult.submissions.models import Point
from consult.submissions.proposing import propose
from consult.submissions.target import ClauseSeen
from tests.drafts.texts import begin, clause, make_text

SPEED = "(1) Les communes peuvent instaurer une zone à 30 km/h.\n\n(2) La zone est signalée à chaque entrée."
SLOWER = SPEED.replace("30", "20")
BOTH = SLOWER.replace("à chaque entrée", "à chaque entrée et à chaque sortie")
KEY = "art_2"


class Round:
    """An open consultation on the small text."""

    def __init__(self, *, begun: bool = True) -> None:
        self.consultation: Consultation = make_text()
        version = drafts.current_version(db.session(), self.consultation.id)
        assert version is not None
        self.first: Version = version
        self.body: Body = lead_body(db.session(), self.consultation.id)
        self.body_id = self.body.id
        db.session.rollback()
        self.next = begin(self.consultation) if begun else version

    def propose(
        self, source: str, reason: str = "C’est mieux ainsi.", *, name: str = "", email: str = "",
        deletes: bool = False, language: str = "fr",
    ) -> Received:  # fmt: skip
        """Words for the second article, through the one door."""
        row = clause(self.first, KEY, language)
        prepared = replace(
            intake.prepare(reason, language="fr"),
            proposal=propose(ClauseSeen.of(row), source, deletes=deletes),
        )
        db.session.rollback()
        now = clock.now()
        with act() as session:
            return intake.receive(
                session,
                session.get_one(Consultation, self.consultation.id),
                prepared,
                clause_id=row.clause_id,
                version_id=self.first.id,
                received_at=now,
                actor=VISITOR,
                now=now,
                language="fr",
                name=name,
                email=email or None,
            )

    def adopt(
        self, proposal: Received, source: str | None, *, saved: int | None = None
    ) -> Adoption:
        """Save the clause as `source` (None: leave it out), naming the author of a proposal."""
        row = clause(self.next, KEY)
        words = None
        if source is not None:
            words = revision.wording(number=row.number, heading=row.heading, source=source)
        version = db.session().get_one(Version, self.next.id)
        stands = share_taken(db.session(), version, proposal.revision_id, words)
        db.session.rollback()
        with act() as session:
            return adopt(
                session,
                session.get_one(Version, self.next.id),
                proposal.revision_id,
                words=words,
                stands=stands,
                saved=row.saved if saved is None else saved,
                actor=COMMAND,
                now=clock.now(),
            )

    def amend(self, source: str) -> None:
        """What an official writes afterwards, without a thought of who proposed what."""
        row = clause(self.next, KEY)
        words = revision.wording(number=row.number, heading=row.heading, source=source)
        db.session.rollback()
        with act() as session:
            revision.amend(
                session,
                session.get_one(Version, self.next.id),
                row.clause_id,
                "fr",
                words=words,
                saved=row.saved,
                actor=COMMAND,
                now=clock.now(),
            )

    def answer(self, proposal: Received, disposition: str = "accepted") -> None:
        """Answer the comment, citing every change of the next version."""
        edits = [row.edit.id for row in drafts.edits_of_version(db.session(), self.next.id, "fr")]
        point = db.session.scalars(
            select(Point.id).where(
                Point.comment_id == proposal.comment_id, Point.retired_at.is_(None)
            )
        ).one()
        db.session.rollback()
        with act() as session:
            decisions.decide(
                session,
                session.get_one(Consultation, self.consultation.id),
                target=PointTarget(point),
                disposition=disposition,
                reason={"fr": "Vous avez raison."},
                edit_ids=edits,
                body_id=self.body_id,
                actor=COMMAND,
                now=clock.now(),
            )

    def publish(self, app: Flask) -> None:
        """Through the real worker."""
        with act() as session:
            publishing.request(
                session,
                session.get_one(Consultation, self.consultation.id),
                with_version=True,
                actor=Actor("command"),
                now=clock.now(),
            )
        worker = app.extensions["consult_job_worker"]()
        while worker.run_one():
            pass
        db.session.rollback()
        db.session.expire_all()

    def stands(self) -> list[str]:
        """How much of each adoption stands, as stored."""
        db.session.rollback()
        return list(db.session.scalars(select(Adoption.stands).order_by(Adoption.id)))

    def linked(self) -> list[int]:
        """The edits that hold adopted words."""
        db.session.rollback()
        return list(db.session.scalars(select(AdoptionEdit.edit_id)))
