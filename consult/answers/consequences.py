"""What an answer means for the text: the changes that it names, or why there are none.

An answer that accepts and says neither promises what nobody can check. It may be drafted like that,
but is neither approved nor published.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from consult.answers import heads
from consult.answers.errors import AnswerError
from consult.answers.models import Answer, AnswerEdit, AnswerTarget, Fate
from consult.drafts.models import Edit
from consult.kernel.i18n import LANGUAGES, mark
from consult.kernel.markup import tidy
from consult.submissions.models import HELD, PUBLISHED, Comment, Point
from consult.themes.models import ACCEPTED, Campaign, Theme

ACCEPTING = ("accepted", "partly_accepted")
LONGEST = 2_000


def agree(disposition: str, *, changes: bool, unchanged: bool) -> bool:
    """Whether disposition and changes agree: what accepts names a change, or why there is none."""
    return disposition not in ACCEPTING or changes or unchanged


def stated(
    disposition: str, unchanged: Mapping[str, str], edits: Collection[int]
) -> dict[str, str] | None:
    """Why the text stays as it is, as it is stored; None if nothing was said.

    Raises AnswerError where it would contradict the rest of the answer.
    """
    words = {code: tidy(text) for code, text in unchanged.items() if tidy(text)}
    if not words:
        return None
    if not set(words) <= set(LANGUAGES) or any(len(text) > LONGEST for text in words.values()):
        raise AnswerError(mark("This text is too long."))
    if disposition not in ACCEPTING:
        raise AnswerError(
            mark(
                "Only an answer that accepts says apart why the text stays as it is. In any other,"
                " write it into the reason."
            )
        )
    if edits:
        raise AnswerError(
            mark(
                "You chose a change of the text and also said why there is none. Keep one of the"
                " two."
            )
        )
    return words


def disagrees() -> ColumnElement[bool]:
    """That an answer accepts, but names no change that is in the text, nor why there is none."""
    named = (
        select(AnswerEdit.edit_id)
        .join(Edit, Edit.id == AnswerEdit.edit_id)
        .where(AnswerEdit.answer_id == Answer.id, Edit.gone_at.is_(None))
    )
    return and_(Answer.disposition.in_(ACCEPTING), Answer.unchanged.is_(None), ~exists(named))


def among(session: Session, answer_ids: Collection[int]) -> Sequence[int]:
    """Those of these answers that do not agree with their changes."""
    wanted = select(Answer.id).where(Answer.id.in_(answer_ids), disagrees())
    return session.scalars(wanted.order_by(Answer.id)).all()


def to_be_published(session: Session, consultation_id: int) -> Sequence[int]:
    """The answers that a publication would take and that do not agree with their changes.

    What is public already stands as it was given. Left out is what can be answered no more: a
    theme that was merged or set aside, a point that is gone. Where one of those still reaches
    somebody, `given_by` finds it before anything is public.
    """
    rows = (
        select(Answer.id)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .outerjoin(Theme, Theme.id == AnswerTarget.theme_id)
        .outerjoin(Campaign, Campaign.id == AnswerTarget.campaign_id)
        .outerjoin(Point, Point.id == AnswerTarget.point_id)
        .outerjoin(Comment, Comment.id == Point.comment_id)
        .where(
            Answer.consultation_id == consultation_id,
            disagrees(),
            heads.counts(),
            ~heads.given(Answer),
            or_(
                Theme.state == ACCEPTED,
                Campaign.state == ACCEPTED,
                and_(Point.retired_at.is_(None), Comment.state.in_((PUBLISHED, HELD))),
                AnswerTarget.selection_id.is_not(None),
            ),
        )
    )
    return session.scalars(rows.order_by(Answer.id)).all()


def given_by(session: Session, release_id: int) -> Sequence[int]:
    """The answers that a prepared release gives to somebody and that do not agree."""
    given = select(Fate.answer_id).where(Fate.release_id == release_id)
    rows = select(Answer.id).where(Answer.id.in_(given), disagrees(), ~heads.given(Answer))
    return session.scalars(rows.order_by(Answer.id)).all()
