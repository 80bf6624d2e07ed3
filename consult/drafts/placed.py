"""Where words of a comment stand in the newest version, as a person can read it."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from consult.drafts.models import Anchor, Clause, ClauseText, Draft, Placement, Version
from consult.kernel.release import visible


@dataclass(frozen=True)
class Standing:
    """The words that somebody chose, and where and how they stand in the newest version."""

    state: str
    language: str
    # The version and the clause on which the words were chosen.
    version: int
    key: str
    old: str
    # The newest version; the clause and words there, "" where they are gone or nobody knows yet.
    newest: int
    clause_key: str
    clause_name: str
    new: str
    by_person: bool


def standing(session: Session, anchor_id: ScalarSelect[int | None]) -> Standing | None:
    """None while the version on which the words were chosen is the newest one."""
    seen, newest, was = aliased(Version), aliased(Version), aliased(Clause)
    later = (
        select(newest.id)
        .where(newest.draft_id == Draft.id, newest.published_at.is_not(None))
        .order_by(newest.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Placement,
            Anchor.exact,
            seen.number,
            was.key,
            Version.number,
            Clause.key,
            ClauseText.number,
            ClauseText.heading,
            ClauseText.text,
        )
        .join(Anchor, Anchor.id == Placement.anchor_id)
        .join(seen, seen.id == Anchor.version_id)
        .join(was, was.id == Anchor.clause_id)
        .join(Version, Version.id == Placement.version_id)
        .join(Draft, Draft.id == Version.draft_id)
        .outerjoin(Clause, Clause.id == Placement.clause_id)
        .outerjoin(
            ClauseText,
            (ClauseText.version_id == Placement.version_id)
            & (ClauseText.clause_id == Placement.clause_id)
            & (ClauseText.language == Placement.language),
        )
        .where(
            Placement.anchor_id == anchor_id,
            Version.id == later,
            visible(Placement.release_id),
        )
    ).first()
    if row is None:
        return None
    found, old, seen_on, key, number, to, printed, heading, text = row
    words = (text or "")[found.start : found.end] if found.start is not None else ""
    return Standing(
        state=found.state,
        language=found.language,
        version=seen_on,
        key=key,
        old=old,
        newest=number,
        clause_key=to or "",
        clause_name=printed or heading or to or "",
        new=words,
        by_person=found.placed_by is not None,
    )


@dataclass(frozen=True)
class Stood:
    """The last version in which a clause stood, and the newest there is."""

    last: int
    newest: int

    @property
    def gone(self) -> bool:
        return self.last < self.newest


def stood(session: Session, clause_id: int) -> Stood | None:
    """None for a clause of which nothing is public."""
    newest = aliased(Version)
    row = session.execute(
        select(
            func.max(Version.number),
            select(func.max(newest.number))
            .where(
                newest.draft_id
                == select(Clause.draft_id).where(Clause.id == clause_id).scalar_subquery(),
                newest.published_at.is_not(None),
            )
            .scalar_subquery(),
        )
        .join(ClauseText, ClauseText.version_id == Version.id)
        .where(ClauseText.clause_id == clause_id, Version.published_at.is_not(None))
    ).one()
    return None if row[0] is None else Stood(row[0], row[1])
