"""Every read of second readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from consult.kernel.i18n import day_text, ngettext, percent_text
from consult.kernel.i18n import gettext as _
from consult.submissions.models import Comment, Point
from consult.themes.models import SET_ASIDE, Assignment, Reading, ReadingPoint, Theme
from consult.themes.reading import agreement
from consult.themes.reading.agreement import Figures, Pair
from consult.themes.standing import by_person, live, standing

_First, _Second = aliased(Theme), aliased(Theme)
_FirstHome, _SecondHome = aliased(Theme), aliased(Theme)


def labelled(session: Session, consultation_id: int) -> dict[int, int]:
    """Every live point with a label: point → the label that counts. What a lot is drawn from."""
    rows = session.execute(
        select(Point.id, Assignment.id)
        .join(Comment, Comment.id == Point.comment_id)
        .join(Assignment, and_(Assignment.point_id == Point.id, standing()))
        .where(Point.consultation_id == consultation_id, live())
    )
    return dict(rows.all())


def newest(session: Session, consultation_id: int) -> Reading | None:
    """The reading that is under way, else the last one."""
    return session.scalar(
        select(Reading)
        .where(Reading.consultation_id == consultation_id)
        .order_by(Reading.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


@dataclass(frozen=True)
class Measured:
    """What the last reading that has ended measured, and of which analysis."""

    run_id: int | None
    ended_at: datetime
    seed: int
    size: int
    among: int
    figures: Figures

    @property
    def error_rate(self) -> str:
        """How wrong the machine's labels are, in words; "" where none of them was read."""
        wrong = self.figures.wrong
        if wrong is None:
            return ""
        said = [
            ngettext(
                "How wrong it is: somebody read %(num)s point drawn by lot without seeing what the"
                " program had said.",
                "How wrong it is: somebody read %(num)s points drawn by lot without seeing what the"
                " program had said.",
                wrong.number,
            ),
            _(
                "They put %(share)s elsewhere; of all its labels that is between %(low)s and"
                " %(high)s, in 95 of 100 such samples.",
                share=percent_text(wrong.share),
                low=percent_text(wrong.low),
                high=percent_text(wrong.high),
            ),
        ]
        if self.run_id:
            said.append(
                _(
                    "Measured on analysis %(number)s, on %(day)s.",
                    number=self.run_id,
                    day=day_text(self.ended_at),
                )
            )
        return " ".join(said)


def measured(session: Session, consultation_id: int) -> Measured | None:
    """None before a reading has ended. One statement."""
    row = session.scalar(
        select(Reading)
        .where(Reading.consultation_id == consultation_id, Reading.ended_at.is_not(None))
        .order_by(Reading.id.desc())
        .limit(1)
    )
    if row is None or row.ended_at is None:
        return None
    figures = agreement.read(row.figures)
    return Measured(row.run_id, row.ended_at, row.seed, row.size, row.among, figures)


@dataclass(frozen=True)
class Left:
    """What one reader has before them, and how far all have come."""

    mine: Sequence[int]
    read: int
    left: int
    # Points that this person may not read: they gave the label themselves.
    own: int


def left(session: Session, reading_id: int, person_id: int, now: datetime) -> Left:
    """One statement, over a sample."""
    rows = session.execute(
        select(
            ReadingPoint.point_id,
            ReadingPoint.read_at,
            ReadingPoint.held_by,
            ReadingPoint.held_until,
            Assignment.person_id,
        )
        .join(Assignment, Assignment.id == ReadingPoint.first_id)
        .join(Point, Point.id == ReadingPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            ReadingPoint.reading_id == reading_id, or_(live(), ReadingPoint.read_at.is_not(None))
        )
        .order_by(ReadingPoint.point_id)
    ).all()
    open_ = [row for row in rows if row.read_at is None]
    mine = [r.point_id for r in open_ if r.held_by == person_id and r.held_until > now]
    own = sum(row.person_id == person_id for row in open_)
    return Left(mine, len(rows) - len(open_), len(open_), own)


def _read(*columns: Any) -> Any:
    """What was read, with both themes as they stand after merges."""
    first, second = (
        func.coalesce(_First.merged_into_id, _First.id),
        func.coalesce(_Second.merged_into_id, _Second.id),
    )
    return (
        select(*columns)
        .select_from(ReadingPoint)
        .join(Assignment, Assignment.id == ReadingPoint.first_id)
        .outerjoin(_First, _First.id == Assignment.theme_id)
        .outerjoin(_FirstHome, and_(_FirstHome.id == first, _FirstHome.state != SET_ASIDE))
        .outerjoin(_Second, _Second.id == ReadingPoint.theme_id)
        .outerjoin(_SecondHome, and_(_SecondHome.id == second, _SecondHome.state != SET_ASIDE))
        .where(ReadingPoint.read_at.is_not(None))
        .order_by(ReadingPoint.point_id)
    )


def pairs(session: Session, reading_id: int) -> list[Pair]:
    """Both labels of every point that was read, as they stand after merges."""
    rows = session.execute(
        _read(_FirstHome.id, Assignment.run_id, _SecondHome.id).where(
            ReadingPoint.reading_id == reading_id
        )
    )
    return [Pair(one, run is not None, two) for one, run, two in rows]


@dataclass(frozen=True)
class Difference:
    """A point on which the readings differ; ids of themes, None for none."""

    point_id: int
    comment_id: int
    seq: int
    first: int | None
    second: int | None


def differences(session: Session, reading_id: int, limit: int = 50) -> list[Difference]:
    """Points that a person had placed and the second reader puts elsewhere, until somebody decides."""
    rows = session.execute(
        _read(Point.id, Comment.id, Comment.seq, _FirstHome.id, _SecondHome.id)
        .join(Point, Point.id == ReadingPoint.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            ReadingPoint.reading_id == reading_id,
            by_person(),
            func.coalesce(_FirstHome.id, 0) != func.coalesce(_SecondHome.id, 0),
            live(),
        )
        .limit(limit)
    )
    return [Difference(p, c, seq, one, two) for p, c, seq, one, two in rows]
