"""Large all-or-nothing acts: rows written ahead in batches, made visible by one short transaction.

Rows written ahead carry the release's id. Readers and the letter sender take only rows without a
release or with a released one (`visible`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column
from sqlalchemy.sql import ColumnElement

from consult.kernel.db import Base, BigId, Json, one_of, partial_unique
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

PREPARING, RELEASED, ABANDONED = "preparing", "released", "abandoned"


class AlreadyPreparingError(ConsultError):
    """Another release of this kind is being prepared for the same consultation."""

    message = mark("This is already being prepared. Please wait until it is finished.")


class ReleaseGoneError(ConsultError):
    """The release was abandoned or finished meanwhile."""

    message = mark("This has been stopped or finished meanwhile.")


class Release(Base):
    """One all-or-nothing act in several transactions."""

    __tablename__ = "release"
    __table_args__ = (
        partial_unique("uq_release_preparing", "kind", "reference", where="state = 'preparing'"),
        one_of("state", (PREPARING, RELEASED, ABANDONED)),
        CheckConstraint("(state = 'released') = (released_at is not null)", name="released"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    # Opaque: which thing it is about ("consultation:3"); no room's table is named here.
    reference: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12), default=PREPARING)
    # The decision counter of the snapshot that is being prepared.
    decisions: Mapped[int] = mapped_column(default=0)
    # What is to be added to the counters when it is released.
    prepared: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    started_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


def visible(release_id: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """The condition that a row is not part of something still being prepared or abandoned."""
    released = exists(
        select(Release.id).where(and_(Release.id == release_id, Release.state == RELEASED))
    )
    return or_(release_id.is_(None), released)


def begin(session: Session, *, kind: str, reference: str, decisions: int, now: datetime) -> Release:
    """Open a release. Raises AlreadyPreparingError while another of its kind is being prepared."""
    if preparing(session, kind=kind, reference=reference) is not None:
        raise AlreadyPreparingError
    release = Release(
        kind=kind, reference=reference, decisions=decisions, started_at=now, prepared={}
    )
    session.add(release)
    session.flush()
    return release


def preparing(session: Session, *, kind: str, reference: str) -> Release | None:
    """The release of this kind that is being prepared, if any."""
    return session.scalar(
        select(Release).where(
            Release.kind == kind, Release.reference == reference, Release.state == PREPARING
        )
    )


def locked(session: Session, release_id: int) -> Release:
    """The release, locked for this transaction. Raises ReleaseGoneError unless still preparing."""
    release = session.scalar(select(Release).where(Release.id == release_id).with_for_update())
    if release is None or release.state != PREPARING:
        raise ReleaseGoneError
    return release


def finish(release: Release, now: datetime) -> None:
    """Make all its rows visible, in the transaction that also moves the counters."""
    release.state = RELEASED
    release.released_at = now


def abandon(release: Release) -> None:
    """Give it up: its rows are never seen."""
    release.state = ABANDONED


def release_column(*, index: bool = False) -> Mapped[int | None]:
    """The column by which a row belongs to a release."""
    return mapped_column(BigId, ForeignKey(Release.id), index=index)
