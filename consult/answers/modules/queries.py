"""Reading text modules."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body, User
from consult.accounts.queries import shown_name
from consult.answers.models import TextModule
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError

MOST = 500  # of one body; a select has to hold them


@dataclass(frozen=True)
class ModuleRow:
    """A module, whose it is, and who changed it last."""

    id: int
    title: str
    words: Texts
    saved: int
    body: Texts
    by: str
    changed_at: datetime


def of_body(session: Session, body_id: int) -> Sequence[ModuleRow]:
    """A body's modules, by title."""
    return _rows(session, TextModule.body_id == body_id)


def of_bodies(session: Session, body_ids: Collection[int]) -> Sequence[ModuleRow]:
    """The modules of some bodies, for whoever answers for them."""
    return _rows(session, TextModule.body_id.in_(list(body_ids)))


def module(session: Session, body_id: int, number: int) -> ModuleRow:
    """One module of a body. Raises NotFoundError."""
    for row in _rows(session, TextModule.body_id == body_id, TextModule.id == number):
        return row
    raise NotFoundError


def _rows(session: Session, *conditions: object) -> Sequence[ModuleRow]:
    rows = session.execute(
        select(TextModule, Body.name, User.name, User.email)
        .join(Body, Body.id == TextModule.body_id)
        .outerjoin(User, User.id == TextModule.changed_by)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(TextModule.body_id, TextModule.title, TextModule.id)
        .limit(MOST)
    )
    return [
        ModuleRow(m.id, m.title, m.words, m.saved, body, shown_name(name, email), m.changed_at)
        for m, body, name, email in rows
    ]
