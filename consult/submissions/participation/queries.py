"""Reading who took part: what may be published, from the counters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import queries as drafts
from consult.drafts.queries import ClauseLabel
from consult.kernel.clock import last_day, luxembourg_date
from consult.submissions.models import ArrivalTally, Thread
from consult.submissions.participation.disclosure import Published, publications
from consult.submissions.participation.words import HIDDEN_FIRST

# Clauses that a page lists; the text itself shows the number at every one.
MOST_CLAUSES = 40


@dataclass(frozen=True)
class TookPart:
    """The tables that stand now; None where nothing can be published without single persons.

    `closed`: the consultation has closed, and the tables of its last day can be told.
    """

    closed: bool
    respondent: Published | None
    language: Published | None
    channel: Published | None
    week: Published | None

    def shows(self, part: str, key: str) -> bool:
        """Whether the number of a kind is told ("respondent", "language", "channel")."""
        table: Published | None = getattr(self, part)
        return table is not None and key in table.shown


def took_part(session: Session, consultation: Consultation, now: datetime) -> TookPart:
    """What was written down until last midnight in Luxembourg. One statement, over counters.

    The first tables are those of the day of the close. While people take part, what is hidden early
    would have to stay hidden: tables that grow from three submissions on tell less, in the end, than
    those that begin with all of them.
    """
    today = luxembourg_date(now)
    closes = None if consultation.closes_at is None else last_day(consultation.closes_at)
    if closes is None or today <= closes:
        return TookPart(False, None, None, None, None)
    columns = (
        ArrivalTally.recorded_on,
        ArrivalTally.received_on,
        ArrivalTally.respondent,
        ArrivalTally.language,
        ArrivalTally.channel,
    )
    stored = session.execute(
        select(*columns, ArrivalTally.submissions)
        .where(
            ArrivalTally.consultation_id == consultation.id,
            ArrivalTally.recorded_on < today,
        )
        .order_by(*columns)
    )
    rows: Any = [(max(row[0], closes), *row[1:]) for row in stored]
    found = {
        part: _standing(_days((row[0], row[place], row[5]) for row in rows), HIDDEN_FIRST[part])
        for place, part in ((2, "respondent"), (3, "language"), (4, "channel"))
    }
    weeks = [(row[0], week_of(row[1]).isoformat(), row[5]) for row in rows]
    in_order = sorted({week for _day, week, _count in weeks})
    by_week = _standing(_days(weeks), in_order)
    if by_week is not None:
        cells = sorted(by_week.cells, key=lambda cell: cell.key)
        by_week = Published(by_week.until, by_week.total, tuple(cells))
    return TookPart(True, **found, week=by_week)


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def _days(rows: Iterable[tuple[date, str, int]]) -> list[tuple[date, Mapping[str, int]]]:
    days: dict[date, dict[str, int]] = {}
    for day, key, count in rows:
        of_day = days.setdefault(day, {})
        of_day[key] = of_day.get(key, 0) + count
    return list(days.items())


def _standing(
    days: Sequence[tuple[date, Mapping[str, int]]], order: Sequence[str]
) -> Published | None:
    found = publications(days, order)
    return found[-1] if found else None


@dataclass(frozen=True)
class OnClause:
    """A clause (None: the text as a whole), and how many comments can be read there."""

    clause: ClauseLabel | None
    comments: int


@dataclass(frozen=True)
class OnClauses:
    """The clauses most is said on, and what is left over."""

    rows: Sequence[OnClause]
    others: int
    in_others: int


def on_clauses(session: Session, consultation_id: int, language: str) -> OnClauses:
    """Where comments stand. Two statements.

    These are comments, not persons, and each stands at its clause for everybody to count: nothing
    is hidden here.
    """
    threads = session.execute(
        select(Thread.clause_id, Thread.comments)
        .where(
            Thread.consultation_id == consultation_id,
            Thread.kind != "replies",
            Thread.comments > 0,
        )
        .order_by(Thread.comments.desc(), Thread.id)
    ).all()
    listed, others = threads[:MOST_CLAUSES], threads[MOST_CLAUSES:]
    ids = [row.clause_id for row in listed if row.clause_id is not None]
    labels = drafts.clause_labels(session, ids, language)
    return OnClauses(
        rows=[OnClause(labels.get(row.clause_id or 0), row.comments) for row in listed],
        others=len(others),
        in_others=sum(row.comments for row in others),
    )
