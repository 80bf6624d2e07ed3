"""Where a consultation stands: derived from its dates and facts, never stored."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Phase(StrEnum):
    """The five phases a reader can meet, and the one before a consultation is public."""

    PREPARATION = "preparation"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Dated(Protocol):
    """The dates and facts that make a phase."""

    @property
    def announced_at(self) -> datetime | None: ...
    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def outcome_completed_at(self) -> datetime | None: ...


def phase(consultation: Dated, now: datetime) -> Phase:
    """The phase at `now`. A closing instant belongs to the time after it."""
    if consultation.cancelled_at is not None:
        return Phase.CANCELLED
    if consultation.announced_at is None:
        return Phase.PREPARATION
    if consultation.opens_at is None or now < consultation.opens_at:
        return Phase.ANNOUNCED
    if consultation.closes_at is None or now < consultation.closes_at:
        return Phase.OPEN
    return Phase.CLOSED if consultation.outcome_completed_at is None else Phase.ANSWERED
