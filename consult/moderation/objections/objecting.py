"""An author objects once to a removal or a holding back; another official decides."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.counters import touch
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.db import Texts
from consult.kernel.i18n import LANGUAGES
from consult.kernel.markup import tidy
from consult.moderation import comments, going, holding, removal, seconding
from consult.moderation.cases import disowning
from consult.moderation.errors import (
    CannotObjectError,
    ObjectedBeforeError,
    ObjectionDecidedError,
    ReasonNeededError,
    SameOfficialError,
)
from consult.moderation.models import (
    HOLDING,
    OPEN,
    OVERTURNED,
    REMOVAL,
    UPHELD,
    Objection,
    Removal,
    RemovalEnd,
)
from consult.submissions.models import HELD, JUDGED, NOT_ME, REMOVED, Comment

MAX_TEXT = 4_000


def against_what(comment: Comment) -> str | None:
    """What the author of a comment may object to as it stands; None if there is nothing."""
    if comment.state == REMOVED:
        return REMOVAL
    # What waits or looked like spam was not judged by anybody yet.
    return HOLDING if comment.state == HELD and comment.held_for == JUDGED else None


def objection_to(session: Session, comment: Comment) -> Objection | None:
    """The objection to what stands against a comment, if there was one."""
    return session.scalar(
        select(Objection).where(
            Objection.comment_id == comment.id, Objection.against == against_what(comment)
        )
    )


def object_(
    session: Session, comment_id: int, *, text: str, form_number: str, actor: Actor, now: datetime
) -> Objection:
    """The author's one objection. The caller has made sure that `actor` is the author; the same form
    twice is one objection.

    Raises CannotObjectError, ObjectedBeforeError.
    """
    comment = going.lock(session, comment_id)
    against = against_what(comment)
    if against is None:
        raise CannotObjectError
    before = objection_to(session, comment)
    if before is not None and before.form_number == form_number:
        return before
    if before is not None:
        raise ObjectedBeforeError
    gone = standing_removal(session, comment.id) if against == REMOVAL else None
    made = Objection(
        consultation_id=comment.consultation_id,
        comment_id=comment.id,
        against=against,
        text=tidy(text)[:MAX_TEXT],
        made_at=now,
        form_number=form_number,
        removal_id=gone.id if gone else None,
        first_by=gone.removed_by if gone else _holder_back(session, comment),
        state=OPEN,
    )
    session.add(made)
    session.flush()
    if gone is not None:
        touch(session, comment.consultation_id)
    comments.record(session, comment, "objection:made", actor, now, against=against)
    return made


def standing_removal(session: Session, comment_id: int) -> Removal | None:
    """The removal because of which a comment is gone."""
    return session.scalar(select(Removal).where(Removal.comment_id == comment_id, removal.stands()))


def _holder_back(session: Session, comment: Comment) -> int | None:
    """Who held the comment back last."""
    actor = session.scalar(
        select(Activity.actor)
        .where(Activity.thing == f"comment:{comment.id}", Activity.act == "comment:held")
        .order_by(Activity.id.desc())
        .limit(1)
    )
    kind, _, number = (actor or "").partition(":")
    return int(number) if kind == "user" else None


def decide(
    session: Session,
    consultation: Consultation,
    comment_id: int,
    *,
    overturn: bool,
    note: Texts,
    seen: int,
    words: str,
    actor: Actor,
    now: datetime,
) -> Objection:
    """Another official upholds the decision or overturns it: then the comment is read again.

    The reason is public. `words` are the search words of the revision `seen`, made before the act.
    Raises ObjectionDecidedError, SameOfficialError, AnotherDecidesError, ReasonNeededError,
    JudgedWordsChangedError, BeingPublishedError.
    """
    note = {code: words_ for code in LANGUAGES if (words_ := tidy(note.get(code, ""))[:1_000])}
    comment = going.lock(session, comment_id)
    comments.decide(session, consultation, comment)
    found = _lock_open(session, comment)
    if actor.user_id is None or actor.user_id == found.first_by:
        raise SameOfficialError
    if not note:
        raise ReasonNeededError
    seconding.give(session, comment, actor=actor, now=now)
    holding.check_seen(session, seen)
    found.state = OVERTURNED if overturn else UPHELD
    found.note, found.decided_by, found.decided_at = note, actor.user_id, now
    session.flush()
    if overturn and found.removal_id is not None:
        session.add(
            RemovalEnd(
                removal_id=found.removal_id,
                how=OVERTURNED,
                ended_by=actor.user_id,
                ended_at=now,
            )
        )
        _bring_back(session, comment, found.removal_id, words=words, actor=actor, now=now)
    elif overturn:
        holding.show(session, comment, words=words, now=now)
    comments.write_to_author(
        session,
        comment,
        "objection_decided",
        key=f"objection_decided:{found.id}",
        payload={"number": comment.seq, "against": found.against, "state": found.state},
        now=now,
    )
    # Both lists show it.
    touch(session, comment.consultation_id)
    comments.record(session, comment, f"objection:{found.state}", actor, now, against=found.against)
    return found


def _bring_back(
    session: Session,
    comment: Comment,
    removal_id: int,
    *,
    words: str,
    actor: Actor,
    now: datetime,
) -> None:
    """It is read again; unless somebody had said that it is not theirs and that was not decided."""
    removed_at = session.get_one(Removal, removal_id).removed_at
    case = disowning.reopen(session, comment, removed_at=removed_at, actor=actor, now=now)
    going.bring_back(
        session,
        comment,
        words=words,
        held_for=NOT_ME if case else None,
        held_until=case.due_at if case else None,
        now=now,
    )


def _lock_open(session: Session, comment: Comment) -> Objection:
    found = session.scalar(
        select(Objection)
        .where(
            Objection.comment_id == comment.id,
            Objection.against == against_what(comment),
            Objection.state == OPEN,
        )
        .with_for_update()
    )
    if found is None:
        raise ObjectionDecidedError
    return found
