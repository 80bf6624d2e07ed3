"""The moderator's and the authors' acts in the story: removed, reported, withdrawn, admitted."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from consult.kernel.actor import VISITOR, Actor
from consult.kernel.ids import random_token
from consult.kernel.transaction import act
from consult.moderation import admitting, removal, reporting, withdrawal
from consult.operations.demonstration.files import Story
from consult.operations.demonstration.opening import Round
from consult.operations.demonstration.people import People

UNUSUAL = ("removed", "reported", "withdrawn", "late")


def moderate(story: Story, made: Round, people: People) -> None:
    """Tell what became of the comments that were not simply read."""
    days, key = story.facts["days"], story.facts["body"]["key"]
    for given in story.comments():
        if not any(given.get(name) for name in UNUSUAL):
            continue
        now = min(story.at(days["opens"] + given["day"] + 1), story.today)
        with act() as session:
            _happen(session, made, given, moderator=people.official(key, "moderator"), now=now)


def _happen(
    session: Session, made: Round, given: dict[str, Any], *, moderator: Actor, now: datetime
) -> None:
    consultation, comment_id = made.consultation(session), made.comments[given["id"]]
    later = now + timedelta(hours=5)
    if removed := given.get("removed"):
        removal.remove(
            session, consultation, comment_id, reason=removed["reason"], note=removed["note"],
            actor=moderator, now=now,
        )  # fmt: skip
    if reported := given.get("reported"):
        report = reporting.report(
            session, comment_id, reason=reported["reason"], note=reported["note"],
            form_number=random_token(), actor=VISITOR, now=now,
        )  # fmt: skip
        removal.keep(session, consultation, comment_id, seen=report.id, actor=moderator, now=later)
    if given.get("withdrawn"):
        author = Actor.receipt(made.submissions[given["submission"]])
        withdrawal.withdraw(session, comment_id, actor=author, now=now)
    if given.get("late") == "admitted":
        admitting.admit(
            session, consultation, comment_id, ground="prevented", actor=moderator, now=later
        )
