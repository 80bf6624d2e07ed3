"""The dry run: what would become of each row of a file, before anything is taken in. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from consult.submissions import importing, work
from consult.submissions.citing import Place
from consult.submissions.importing import KNOWN, LATE, NO_DATE, Columns, Row
from consult.submissions.lateness import is_late
from consult.submissions.tables import Table

PAGE = 25
ALL, REFUSED, REMARKED = "all", "refused", "remarked"


@dataclass(frozen=True)
class Facts:
    """What the verdict on a row depends on, beside the file."""

    known: Collection[str]
    places: Mapping[str, Place]
    closes_at: datetime | None
    # When rows without a date of their own count as received; None: nobody said it.
    received_at: datetime | None
    now: datetime


@dataclass(frozen=True)
class Verdict:
    """What would become of one row: refused for a reason, or taken in, with what is to know."""

    line: int
    refused: str = ""
    row: Row | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A whole file, tried."""

    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Rows that would be taken in now."""
        return sum(not v.refused and KNOWN not in v.remarks for v in self.verdicts)

    @property
    def comments(self) -> int:
        """The comments that they would become."""
        new = (v.row for v in self.verdicts if not v.refused and KNOWN not in v.remarks)
        return sum(len(row.answers) for row in new if row is not None)

    @property
    def refused(self) -> int:
        return sum(bool(v.refused) for v in self.verdicts)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """How many rows each reason and remark concerns, reasons first."""
        why = Counter(v.refused for v in self.verdicts if v.refused)
        noted = Counter(code for v in self.verdicts for code in v.remarks)
        return [*why.most_common(), *noted.most_common()]

    def window(self, show: str, after: int) -> tuple[list[Verdict], int | None]:
        """A page of the verdicts after a line, and the line after which the next one begins."""
        wanted = [v for v in self.verdicts if v.line > after and _asked(v, show)]
        page = wanted[:PAGE]
        return page, page[-1].line if len(wanted) > PAGE else None


def _asked(verdict: Verdict, show: str) -> bool:
    if show == REFUSED:
        return bool(verdict.refused)
    return show != REMARKED or bool(verdict.remarks)


def tried(table: Table, columns: Columns, facts: Facts) -> Trial:
    """What would become of each row, in the order of the file."""
    rows, refused = importing.rows(table, columns, now=facts.now)
    verdicts = [Verdict(refusal.line, refusal.code) for refusal in refused]
    verdicts += [_judged(row, facts) for row in rows]
    return Trial(sorted(verdicts, key=lambda verdict: verdict.line))


def _judged(row: Row, facts: Facts) -> Verdict:
    if row.key in facts.known:
        return Verdict(row.line, row=row, remarks=(KNOWN,))
    received_at = row.received_at or facts.received_at
    if received_at is None:
        return Verdict(row.line, NO_DATE)
    late = (LATE,) if is_late(facts.closes_at, received_at) else ()
    return Verdict(row.line, row=row, remarks=(*late, *work.remarks(row, facts.places)))
