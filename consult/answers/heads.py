"""The newest answer of each chain: the one that counts, published or not yet."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql import ColumnElement

from consult.answers.models import Answer, AnswerTarget

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
    """That no answer corrects this one."""
    later = aliased(Answer)
    return ~exists(select(later.id).where(later.corrects_id == Answer.id))


def newest(session: Session, wanted: Wanted) -> Answer | None:
    """The newest answer of one target."""
    column, number = wanted
    return session.scalar(
        select(Answer)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .where(column == number, is_newest())
    )


def of_themes_and_campaigns(session: Session, consultation_id: int) -> Heads:
    """The newest answers of all themes and campaigns of a consultation."""
    rows = session.execute(
        select(AnswerTarget.theme_id, AnswerTarget.campaign_id, Answer.id)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .where(
            Answer.consultation_id == consultation_id,
            AnswerTarget.point_id.is_(None),
            is_newest(),
        )
    ).all()
    return Heads(
        themes={r.theme_id: r.id for r in rows if r.theme_id is not None},
        campaigns={r.campaign_id: r.id for r in rows if r.campaign_id is not None},
    )


def of_points(session: Session, point_ids: Collection[int]) -> dict[int, int]:
    """The newest answers given to these points themselves."""
    rows = session.execute(
        select(AnswerTarget.point_id, Answer.id)
        .join(Answer, Answer.id == AnswerTarget.answer_id)
        .where(
            AnswerTarget.point_id.in_(point_ids),
            is_newest(),
        )
    )
    return {r.point_id: r.id for r in rows if r.point_id is not None}


def all_of(consultation_id: int) -> Select[int]:
    """The ids of all newest answers of a consultation, for a subquery."""
    return select(Answer.id).where(
        Answer.consultation_id == consultation_id,
        is_newest(),
    )
