"""What the long acts of this room need of the job in which they run."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

Row = TypeVar("Row")


class Steps(Protocol):
    """The part of a running job that the work needs."""

    def now(self) -> datetime: ...

    def progress(self, fraction: float, stage: str = "") -> None: ...

    def check_lease(self, session: Session) -> None: ...


class Working(Steps, Protocol):
    """A running job with what was asked for."""

    payload: dict[str, Any]


def batches(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """The rows in portions for one act or statement each."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
