"""The demo, told through the ordinary verbs, is the whole chain on both engines."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.answers.models import Fate, Publication
from consult.consultations.models import Consultation
from consult.drafts.models import Edit, Placement, Version
from consult.kernel import clock
from consult.notifications.models import Letter
from consult.operations.demonstration.telling import tell
from consult.opinions.models import OpinionMap
from consult.submissions.models import Comment, Contact, Point, Submission, Tally


@pytest.mark.xdist_group("demo")
def test_the_story_ends_with_an_answer_for_everybody(app: Flask, session: Session) -> None:
    said: list[str] = []
    worker = app.extensions["consult_job_worker"]
    people = tell(clock.now(), lambda now: worker(now=now), said.append)
    session.rollback()

    assert {role for account in people.accounts for role in account.roles} >= {
        "publisher", "editor", "analyst", "moderator", "auditor",
    }  # fmt: skip
    answered, still_open = session.scalars(select(Consultation).order_by(Consultation.id)).all()
    assert answered.outcome_completed_at is not None
    assert still_open.outcome_completed_at is None
    tally = session.get_one(Tally, answered.id)
    assert 300 < tally.owed == tally.owed_settled
    assert 0 < tally.changed < tally.owed
    open_points = select(func.count()).where(
        Point.consultation_id == answered.id,
        Point.owed,
        Point.settled_by.is_(None),
        Point.retired_at.is_(None),
    )
    assert session.scalar(open_points) == 0
    versions = session.scalars(select(Version).where(Version.published_at.is_not(None)))
    assert sorted(v.number for v in versions) == [1, 1, 2]
    assert session.scalar(select(func.count()).select_from(Publication)) == 2
    assert session.scalar(select(func.count()).select_from(Placement)) == 153
    assert (session.scalar(select(func.count()).where(Edit.gone_at.is_(None))) or 0) > 15
    # One receipt for each address, one answer for each contributor with an address.
    addresses = session.scalar(select(func.count()).where(Contact.email.is_not(None)))
    receipts = select(func.count()).where(Letter.template == "submission_receipt")
    assert session.scalar(receipts) == addresses
    twice = session.execute(
        select(Letter.recipient)
        .where(Letter.template != "submission_receipt")
        .group_by(Letter.recipient, Letter.release_id)
        .having(func.count() > 1)
    ).all()
    assert not twice
    # The correction gave some points a second fate, and nobody lost the first.
    fates = session.scalar(select(func.count()).select_from(Fate)) or 0
    points = session.scalar(select(func.count(func.distinct(Fate.point_id)))) or 0
    assert fates > points >= tally.owed
    # Those who agree and disagree fall into the two groups of the story.
    found = session.get_one(OpinionMap, still_open.id).result
    assert found["reason"] is None
    assert max(group["size"] for group in found["groups"]) > 20
    assert found["shared"]
    assert found["divisive"]
    # Three removed, two withdrawn, one kept; one late comment admitted, two not.
    states = session.execute(select(Comment.state, func.count()).group_by(Comment.state))
    assert dict(states.all()) | {"published": 0} == {
        "published": 0, "removed": 3, "withdrawn": 2,
    }  # fmt: skip
    assert session.scalar(select(func.count()).where(Comment.late)) == 3
    assert session.scalar(select(func.count()).where(Comment.admitted_at.is_not(None))) == 1
    unissued = select(func.count()).where(
        Submission.channel == "paper", Submission.receipt_lookup.is_not(None)
    )
    assert session.scalar(unissued) == 0
