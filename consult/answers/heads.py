"""The newest answers: the one that officials work on, and the one that a publication takes.

They are the same unless the consultation asks for four eyes: then what nobody has approved waits,
and the answer that was approved or published before it goes on to count.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql import ColumnElement

from consult.answers.models import (
    APPROVED,
    CHECKING,
    DRAFTING,
    Answer,
    AnswerEdit,
    AnswerStep,
    AnswerTarget,
    Fate,
    SelectionPoint,
)
from consult.consultations.models import Consultation
from consult.drafts.models import Edit
from consult.kernel.release import RELEASED, Release

Wanted = tuple[InstrumentedAttribute[int | None], int]


@dataclass(frozen=True)
class Heads:
    """Target → newest answer."""

    themes: dict[int, int]
    campaigns: dict[int, int]

    @property
    def answers(self) -> set[int]:
        return {*self.themes.values(), *self.campaigns.values()}


def is_newest() -> ColumnElement[bool]:
    """That no answer corrects this one: officials work on it."""
    later = aliased(Answer)
    return ~exists(select(later.id).where(later.corrects_id == Answer.id))


def given(answer: type[Answer]) -> ColumnElement[bool]:
    """That a publication gave this answer to somebody: it is public. Asked for each answer, because
    one of them may have been given to fifty thousand points."""
    return exists(
        select(Fate.id)
        .join(Release, Release.id == Fate.release_id)
        .where(Fate.answer_id == answer.id, Release.state == RELEASED)
    )


def counts() -> ColumnElement[bool]:
    """That a publication takes this answer: it may become public, and none after it may."""
    later = aliased(Answer)
    chain = or_(
        later.first_id == Answer.id,
        and_(later.first_id == Answer.first_id, later.id > Answer.id),
    )
    return and_(
        _may_be_public(Answer), ~exists(select(later.id).where(chain, _may_be_public(later)))
    )


def _may_be_public(answer: type[Answer]) -> ColumnElement[bool]:
    """Approved, or public already, or of a consultation in which nobody need approve."""
    asked = select(Consultation.id).where(
        Consultation.id == answer.consultation_id, Consultation.four_eyes
    )
    return or_(~exists(asked), state_of(answer) == APPROVED, given(answer))


def state_of(answer: type[Answer]) -> ColumnElement[str]:
    """How far an answer came: where the newest of its steps led. One that was approved is to be
    checked again if a change of the text that it names became another since."""
    newest = (
        select(AnswerStep.state)
        .where(AnswerStep.answer_id == answer.id)
        .order_by(AnswerStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    other = (
        select(AnswerEdit.edit_id)
        .join(Edit, Edit.id == AnswerEdit.edit_id)
        .where(AnswerEdit.answer_id == answer.id, AnswerEdit.approved.is_distinct_from(Edit.said))
    )
    return case(
        (and_(newest == APPROVED, exists(other)), CHECKING), else_=func.coalesce(newest, DRAFTING)
    )


def newest(session: Session, wanted: Wanted) -> Answer | None:
    """The newest answer of one target."""
    column, number = wanted
    return session.scalar(
        select(Answer)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .where(column == number, is_newest())
    )


def of_themes_and_campaigns(
    session: Session, consultation_id: int, *, counting: bool = True
) -> Heads:
    """The answers of all themes and campaigns of a consultation: those that count, or the newest."""
    rows = session.execute(
        select(AnswerTarget.theme_id, AnswerTarget.campaign_id, Answer.id)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .where(
            Answer.consultation_id == consultation_id,
            AnswerTarget.point_id.is_(None),
            AnswerTarget.selection_id.is_(None),
            counts() if counting else is_newest(),
        )
    ).all()
    return Heads(
        themes={r.theme_id: r.id for r in rows if r.theme_id is not None},
        campaigns={r.campaign_id: r.id for r in rows if r.campaign_id is not None},
    )


def of_points(session: Session, point_ids: Collection[int]) -> dict[int, int]:
    """The answers that count of those given to these points themselves."""
    rows = session.execute(
        select(AnswerTarget.point_id, Answer.id)
        .join(Answer, Answer.id == AnswerTarget.answer_id)
        .where(AnswerTarget.point_id.in_(point_ids), counts())
    )
    return {r.point_id: r.id for r in rows if r.point_id is not None}


def of_selections(session: Session, point_ids: Collection[int]) -> dict[int, int]:
    """Point → the answer that counts of the newest selection with one that it belongs to."""
    rows = session.execute(
        select(SelectionPoint.point_id, Answer.id)
        .join(AnswerTarget, AnswerTarget.selection_id == SelectionPoint.selection_id)
        .join(Answer, Answer.id == AnswerTarget.answer_id)
        .where(SelectionPoint.point_id.in_(point_ids), counts())
        .order_by(SelectionPoint.selection_id)
    )
    return {row[0]: row[1] for row in rows}


def newest_of(consultation_id: int) -> Select[int]:
    """The ids of the answers of a consultation that officials work on, for a subquery."""
    return select(Answer.id).where(Answer.consultation_id == consultation_id, is_newest())


def counting_of(consultation_id: int) -> Select[int]:
    """The ids of the answers of a consultation that a publication takes, for a subquery."""
    return select(Answer.id).where(Answer.consultation_id == consultation_id, counts())
