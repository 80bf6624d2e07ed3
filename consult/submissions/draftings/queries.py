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
from consult.submissions.anchoring import Selector, select_span
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
class Spot:
    """What a text is about: the whole, a clause, or words of a clause as it was published."""

    clause_id: int | None = None
    quotes_id: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Quoted:
    """Exact words, and the clause as it was published with them."""

    version_id: int
    language: str
    text: str
    start: int
    end: int

    @property
    def selector(self) -> Selector:
        """They as a comment is put on them."""
        return select_span(self.text, self.language, self.start, self.end)


@dataclass(frozen=True)
class Saved:
    """One text as it was saved last, or at some time."""

    text_id: int
    spot: Spot
    # The key of the clause; none for the whole text.
    key: str | None
    quoted: Quoted | None
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
    def clause_id(self) -> int | None:
        """The clause; none for the whole text."""
        return self.spot.clause_id

    @property
    def bound(self) -> bool:
        """Whether it speaks of what the clause says in that version, to the letter."""
        return self.quoted is not None or self.proposal is not None

    @property
    def proposed(self) -> tuple[int, str] | None:
        """Which words it proposes, in the place of which."""
        return None if self.proposal is None else (self.proposal.amends_id, self.proposal.source)


_Quotes = aliased(ClauseText)
_Row = Select[
    DraftingRevision, DraftingText, str | None, str | None, ClauseText | None, str, str | None
]


def texts(session: Session, drafting_id: int) -> list[Saved]:
    """The texts of a drafting as they stand, on the whole first, then by clause and by place in it."""
    rows = session.execute(
        _standing(drafting_id).order_by(
            DraftingText.clause_id.is_not(None),
            DraftingText.clause_id,
            func.coalesce(DraftingText.start, -1),
            DraftingText.id,
        )
    )
    return [_saved(row) for row in rows]


def text_on(session: Session, drafting_id: int, spot: Spot) -> Saved | None:
    """The text on a place, as it stands."""
    here = (
        getattr(DraftingText, name).is_not_distinct_from(value)
        for name, value in vars(spot).items()
    )
    row = session.execute(_standing(drafting_id).where(*here)).first()
    return None if row is None else _saved(row)


def text(session: Session, drafting_id: int, text_id: int) -> Saved | None:
    """A text by its number, as it stands."""
    row = session.execute(_standing(drafting_id).where(DraftingText.id == text_id)).first()
    return None if row is None else _saved(row)


def _standing(drafting_id: int) -> _Row:
    return _revisions().where(
        DraftingText.drafting_id == drafting_id, DraftingRevision.number == DraftingText.number
    )


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


@dataclass(frozen=True)
class Reading:
    """A clause as it was for a text, and as it reads in the newest version; none if it fell away."""

    before: str
    now: str | None


def readings(session: Session, drafting_id: int, newest_id: int | None) -> dict[int, Reading]:
    """What became of the clause of each text that is bound to an earlier version, by its words or by
    those that it proposes. `newest_id` is the newest version."""
    seen, now = aliased(ClauseText), aliased(ClauseText)
    rows = session.execute(
        select(DraftingText.id, seen.text, now.text)
        .join(
            DraftingRevision,
            (DraftingRevision.text_id == DraftingText.id)
            & (DraftingRevision.number == DraftingText.number),
        )
        .join(seen, seen.id == func.coalesce(DraftingRevision.amends_id, DraftingText.quotes_id))
        .outerjoin(
            now,
            (now.clause_id == seen.clause_id)
            & (now.language == seen.language)
            & (now.version_id == newest_id),
        )
        .where(DraftingText.drafting_id == drafting_id, seen.version_id != newest_id)
    )
    return {row[0]: Reading(row[1], row[2]) for row in rows}


def _revisions() -> _Row:
    return (
        select(
            DraftingRevision,
            DraftingText,
            Clause.key,
            ClauseText.language,
            _Quotes,
            User.name,
            User.email,
        )
        .join(DraftingText, DraftingText.id == DraftingRevision.text_id)
        .outerjoin(Clause, Clause.id == DraftingText.clause_id)
        .outerjoin(ClauseText, ClauseText.id == DraftingRevision.amends_id)
        .outerjoin(_Quotes, _Quotes.id == DraftingText.quotes_id)
        .outerjoin(User, User.id == DraftingRevision.written_by)
    )


def _saved(row: Sequence[Any]) -> Saved:
    found, text, key, language, quotes, name, email = row
    return Saved(
        text_id=text.id,
        spot=Spot(text.clause_id, text.quotes_id, text.start, text.end),
        key=key,
        quoted=Quoted(quotes.version_id, quotes.language, quotes.text, text.start, text.end)
        if quotes
        else None,
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
