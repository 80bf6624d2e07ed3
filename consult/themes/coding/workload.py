"""What is left to read in a consultation, and the forecast for it: one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.submissions.models import Comment, Point, Tally
from consult.themes.coding import forecast
from consult.themes.models import Assignment, CodingDay, CurrentRun, Theme, ThemeTally
from consult.themes.standing import by_person, live


def of(session: Session, consultation: Consultation, now: datetime) -> forecast.Forecast | None:
    """The forecast as of now; None before there is anything to read.

    To be read are the points that are owed an answer, and any others that only a program has placed.
    """
    rows = session.execute(_facts(consultation.id)).all()
    owed, placed, alone, nowhere, *_day = (number or 0 for number in rows[0])
    if not owed and not placed and not alone:
        return None
    due = consultation.answer_due_at
    return forecast.forecast(
        {row.day: row.points for row in rows if row.day is not None},
        left=max(owed - placed - nowhere, alone),
        today=clock.luxembourg_date(now),
        due=None if due is None else clock.last_day(due),
    )


def _facts(consultation_id: int) -> Select[Any]:
    """Points owed, those that people placed in themes, those that the analysis placed and no person
    read, those that a person said belong to none; and what was read on each day."""
    run = select(CurrentRun.run_id).where(CurrentRun.consultation_id == consultation_id)
    return (
        select(
            select(Tally.owed).where(Tally.consultation_id == consultation_id).scalar_subquery(),
            _in_themes(consultation_id).where(ThemeTally.run_id.is_(None)).scalar_subquery(),
            _in_themes(consultation_id).where(ThemeTally.run_id.in_(run)).scalar_subquery(),
            _nowhere(consultation_id),
            CodingDay.day,
            CodingDay.points,
        )
        .select_from(Consultation)
        .outerjoin(CodingDay, CodingDay.consultation_id == Consultation.id)
        .where(Consultation.id == consultation_id)
        .order_by(CodingDay.day)
    )


def _in_themes(consultation_id: int) -> Select[Any]:
    return (
        select(func.sum(ThemeTally.points))
        .join(Theme, Theme.id == ThemeTally.theme_id)
        .where(Theme.consultation_id == consultation_id)
    )


def _nowhere(consultation_id: int) -> ScalarSelect[int]:
    """Counted from the labels: they are few, and an index finds those without a theme."""
    return (
        select(func.count())
        .select_from(Assignment)
        .join(Point, Point.id == Assignment.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Assignment.theme_id.is_(None),
            by_person(),
            Point.consultation_id == consultation_id,
            live(),
        )
        .scalar_subquery()
    )
