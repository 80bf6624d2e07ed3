"""What an official may read of hand-overs and notes: that of their own bodies, and what is for all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Body, User
from consult.accounts.queries import shown_name
from consult.answers.models import ColleagueNote, Handover
from consult.kernel.db import Texts
from consult.themes.models import Campaign, Theme

NOTES = 200


@dataclass(frozen=True)
class HandoverRow:
    """One hand-over. The notes are empty for whoever belongs to neither body."""

    id: int
    thing: str
    title: Texts | None
    from_body_id: int
    from_body: Texts
    to_body_id: int
    to_body: Texts
    note: str
    asked_by: str
    asked_at: datetime
    state: str
    settled_note: str
    settled_by: str
    settled_at: datetime | None

    @property
    def kind(self) -> str:
        return self.thing.partition(":")[0]

    @property
    def number(self) -> int:
        return int(self.thing.partition(":")[2])


@dataclass(frozen=True)
class NoteRow:
    """What a colleague said."""

    id: int
    body: Texts
    for_all: bool
    author_id: int | None
    author: str
    at: datetime
    words: str
    gone: bool


def handovers(
    session: Session,
    consultation_id: int,
    mine: Collection[int],
    *,
    thing: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[HandoverRow]:
    """The hand-overs of a consultation, or of one thing, newest first."""
    giving, taking, asking, settling = aliased(Body), aliased(Body), aliased(User), aliased(User)
    statement = (
        select(
            Handover, giving.name, taking.name,
            asking.name, asking.email, settling.name, settling.email,
        )
        .join(giving, giving.id == Handover.from_body_id)
        .join(taking, taking.id == Handover.to_body_id)
        .outerjoin(asking, asking.id == Handover.asked_by)
        .outerjoin(settling, settling.id == Handover.settled_by)
        .where(Handover.consultation_id == consultation_id)
        .order_by(Handover.id.desc())
        .limit(limit)
    )  # fmt: skip
    if thing is not None:
        statement = statement.where(Handover.thing == thing)
    if before is not None:
        statement = statement.where(Handover.id < before)
    rows = session.execute(statement).all()
    titles = _titles(session, [row[0].thing for row in rows]) if thing is None else {}
    return [
        HandoverRow(
            id=row.id,
            thing=row.thing,
            title=titles.get(row.thing),
            from_body_id=row.from_body_id,
            from_body=giver,
            to_body_id=row.to_body_id,
            to_body=taker,
            note=row.note if {row.from_body_id, row.to_body_id} & set(mine) else "",
            asked_by=shown_name(*asker),
            asked_at=row.asked_at,
            state=row.state,
            settled_note=row.settled_note if {row.from_body_id, row.to_body_id} & set(mine) else "",
            settled_by=shown_name(*settler),
            settled_at=row.settled_at,
        )
        for row, giver, taker, asker, settler in (
            (r[0], r[1], r[2], (r[3], r[4]), (r[5], r[6])) for r in rows
        )
    ]


def _titles(session: Session, things: Sequence[str]) -> dict[str, Texts]:
    found: dict[str, Texts] = {}
    for kind, model in (("theme", Theme), ("campaign", Campaign)):
        ids = [int(t.partition(":")[2]) for t in things if t.startswith(f"{kind}:")]
        if ids:
            rows = session.execute(select(model.id, model.title).where(model.id.in_(ids)))
            found |= {f"{kind}:{number}": title for number, title in rows if title}
    return found


def notes(
    session: Session, consultation_id: int, thing: str, mine: Collection[int]
) -> list[NoteRow]:
    """What was said about one thing, the first first: by one's own body, or for all."""
    rows = session.execute(
        select(ColleagueNote, Body.name, User.name, User.email)
        .join(Body, Body.id == ColleagueNote.body_id)
        .outerjoin(User, User.id == ColleagueNote.author_id)
        .where(
            ColleagueNote.consultation_id == consultation_id,
            ColleagueNote.thing == thing,
            or_(ColleagueNote.body_id.in_(list(mine)), ColleagueNote.for_all),
        )
        .order_by(ColleagueNote.id)
        .limit(NOTES)
    )
    return [
        NoteRow(
            note.id, body, note.for_all, note.author_id, shown_name(name, email), note.at,
            note.words, note.gone_at is not None,
        )
        for note, body, name, email in rows
    ]  # fmt: skip
