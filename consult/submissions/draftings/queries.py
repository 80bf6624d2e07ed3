"""Every read of draftings. All of them ask whether the reader is a member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import User
from consult.accounts.organisations import queries as organisations
from consult.accounts.organisations.queries import Own
from consult.accounts.queries import shown_name
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase
from consult.consultations.queries import in_phase
from consult.drafts.models import Clause, ClauseText
from consult.kernel.errors import NotFoundError
from consult.submissions.draftings.models import (
    Drafting,
    DraftingNote,
    DraftingRevision,
    DraftingText,
)
from consult.submissions.proposing import Proposal, stored

# When a drafting can be begun, worked on and (but for the first) sent.
WRITABLE = (Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED)


@dataclass(frozen=True)
class Opened:
    """A drafting as a member of its organisation finds it."""

    drafting: Drafting
    organisation: Own
    consultation: Consultation


def opened(session: Session, drafting_id: int, user_id: int) -> Opened:
    """A drafting. Raises NotFoundError for everybody who is no member, and for a deleted one."""
    row = session.execute(
        select(Drafting, Consultation)
        .join(Consultation, Consultation.id == Drafting.consultation_id)
        .where(Drafting.id == drafting_id)
    ).first()
    if row is None:
        raise NotFoundError
    own = organisations.own(session, row[0].organisation_id, user_id)
    if row[0].ended_at is not None and row[0].submission_id is None:
        raise NotFoundError
    return Opened(row[0], own, row[1])


def of_organisation(
    session: Session, organisation_id: int
) -> Sequence[tuple[Drafting, Consultation]]:
    """What an organisation drafts and has sent, newest first. The caller has asked who reads."""
    rows = session.execute(
        select(Drafting, Consultation)
        .join(Consultation, Consultation.id == Drafting.consultation_id)
        .where(
            Drafting.organisation_id == organisation_id,
            Drafting.ended_at.is_(None) | Drafting.submission_id.is_not(None),
        )
        .order_by(Drafting.id.desc())
        .limit(100)
    )
    return [(row[0], row[1]) for row in rows]


def to_begin(session: Session, organisation_id: int, now: datetime) -> Sequence[Consultation]:
    """Consultations for which this organisation could begin a drafting, the next to close first."""
    begun = select(Drafting.consultation_id).where(
        Drafting.organisation_id == organisation_id, Drafting.ended_at.is_(None)
    )
    can = in_phase(Phase.OPEN, now) | in_phase(Phase.ANNOUNCED, now)
    return session.scalars(
        select(Consultation)
        .where(can, Consultation.id.not_in(begun))
        .order_by(Consultation.closes_at, Consultation.id)
        .limit(100)
    ).all()


@dataclass(frozen=True)
class Saved:
    """One text as it was saved last, or at some time."""

    text_id: int
    clause_id: int | None
    # The key of the clause; none for the whole text.
    key: str | None
    number: int
    source: str
    html: str
    text: str
    version_id: int | None
    # Other words for the clause, in that version.
    proposal: Proposal | None
    author_id: int | None
    author: str
    written_at: datetime

    @property
    def proposed(self) -> tuple[int, str] | None:
        """Which words it proposes, in the place of which."""
        return None if self.proposal is None else (self.proposal.amends_id, self.proposal.source)


def texts(session: Session, drafting_id: int) -> list[Saved]:
    """The texts of a drafting as they stand, on the whole first, then by clause."""
    rows = session.execute(
        _revisions()
        .where(
            DraftingText.drafting_id == drafting_id,
            DraftingRevision.number == DraftingText.number,
        )
        .order_by(DraftingText.clause_id.is_not(None), DraftingText.clause_id)
    )
    return [_saved(row) for row in rows]


def text_on(session: Session, drafting_id: int, clause_id: int | None) -> Saved | None:
    """The text on a clause, or on the whole, as it stands."""
    here = (
        DraftingText.clause_id.is_(None)
        if clause_id is None
        else DraftingText.clause_id == clause_id
    )
    row = session.execute(
        _revisions().where(
            DraftingText.drafting_id == drafting_id,
            here,
            DraftingRevision.number == DraftingText.number,
        )
    ).first()
    return None if row is None else _saved(row)


def history(session: Session, text_id: int) -> list[Saved]:
    """Every revision of a text, newest first."""
    rows = session.execute(
        _revisions()
        .where(DraftingRevision.text_id == text_id)
        .order_by(DraftingRevision.number.desc())
    )
    return [_saved(row) for row in rows]


def revision(session: Session, text_id: int, number: int) -> Saved | None:
    """A text as it was saved as this number."""
    row = session.execute(
        _revisions().where(DraftingRevision.text_id == text_id, DraftingRevision.number == number)
    ).first()
    return None if row is None else _saved(row)


def overtaken(session: Session, drafting_id: int, newest_id: int | None) -> frozenset[int]:
    """The texts whose clause reads differently by now than where they propose other words for it.

    `newest_id` is the newest version.
    """
    seen, now = aliased(ClauseText), aliased(ClauseText)
    reads = select(DraftingText.id).where(DraftingText.drafting_id == drafting_id)
    rows = session.scalars(
        reads.join(
            DraftingRevision,
            (DraftingRevision.text_id == DraftingText.id)
            & (DraftingRevision.number == DraftingText.number),
        )
        .join(seen, seen.id == DraftingRevision.amends_id)
        .outerjoin(
            now,
            (now.clause_id == seen.clause_id)
            & (now.language == seen.language)
            & (now.version_id == newest_id),
        )
        .where(
            seen.version_id != newest_id,
            now.text.is_(None) | (now.text != seen.text),
        )
    )
    return frozenset(rows)


def _revisions() -> Select[
    DraftingRevision, int, int | None, str | None, str | None, str, str | None
]:
    return (
        select(
            DraftingRevision,
            DraftingText.id,
            DraftingText.clause_id,
            Clause.key,
            ClauseText.language,
            User.name,
            User.email,
        )
        .join(DraftingText, DraftingText.id == DraftingRevision.text_id)
        .outerjoin(Clause, Clause.id == DraftingText.clause_id)
        .outerjoin(ClauseText, ClauseText.id == DraftingRevision.amends_id)
        .outerjoin(User, User.id == DraftingRevision.written_by)
    )


def _saved(row: Sequence[Any]) -> Saved:
    found, text_id, clause_id, key, language, name, email = row
    return Saved(
        text_id=text_id,
        clause_id=clause_id,
        key=key,
        number=found.number,
        source=found.source,
        html=found.html,
        text=found.text,
        version_id=found.version_id,
        proposal=stored(found, language or ""),
        author_id=found.written_by,
        author=shown_name(name, email),
        written_at=found.written_at,
    )


@dataclass(frozen=True)
class Note:
    """A note as the members see it."""

    words: str
    author: str
    written_at: datetime


def notes(session: Session, drafting_id: int) -> list[Note]:
    """What the members said to each other, oldest first."""
    rows = session.execute(
        select(DraftingNote, User.name, User.email)
        .outerjoin(User, User.id == DraftingNote.written_by)
        .where(DraftingNote.drafting_id == drafting_id)
        .order_by(DraftingNote.id)
    )
    return [Note(n.words, shown_name(name, email), n.written_at) for n, name, email in rows]


def count_texts(session: Session, drafting_id: int) -> int:
    """How many texts there are, with words and without."""
    return (
        session.scalar(
            select(func.count())
            .select_from(DraftingText)
            .where(DraftingText.drafting_id == drafting_id)
        )
        or 0
    )
