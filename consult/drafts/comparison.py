"""Two versions side by side, clause by clause. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from consult.drafts.edits import CHANGED, DELETED, INSERTED, MOVED, Found, compare, moved_clauses
from consult.drafts.models import TEXT
from consult.drafts.queries import ClauseRow, EditRow
from consult.drafts.redline import (
    Change,
    clause_redline,
    edit_changes,
    heading_redline,
    lines,
    show,
)


@dataclass(frozen=True)
class ClauseChange:
    """A clause of the later text (or one that fell away) and how it differs from the earlier."""

    row: ClauseRow
    before: ClauseRow | None
    after: ClauseRow | None
    kinds: tuple[str, ...]
    marks: tuple[Change, ...]
    # The stored edits, where the two versions follow each other.
    edits: tuple[EditRow, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.kinds)

    @property
    def kind(self) -> str:
        """The one word for the summary; a clause that was moved and changed counts as moved."""
        for kind in (INSERTED, DELETED, MOVED, CHANGED):
            if kind in self.kinds:
                return kind
        return ""

    @property
    def renumbered(self) -> str:
        """The number it had before, if that was another one."""
        if self.before is None or self.after is None or self.before.number == self.after.number:
            return ""
        return self.before.number

    def heading(self) -> Markup:
        """The heading, with what changed in it."""
        if self.after is None:
            return escape(self.row.heading)
        return heading_redline(self.before, self.after)

    def body(self) -> Markup:
        """The words, with what changed in them."""
        if self.after is None or self.before is None:
            return lines(clause_redline(self.before, self.after))
        return lines(show(self.after.html, self.marks))


def compare_versions(
    before: Sequence[ClauseRow],
    after: Sequence[ClauseRow],
    edits: Mapping[int, Sequence[EditRow]] | None = None,
    why: Mapping[int, str] | None = None,
    *,
    named: bool = True,
) -> list[ClauseChange]:
    """All clauses in the order of the later text; those that fell away stand where they stood.

    `edits` are the stored ones by clause, of versions that follow each other; without them the
    words are compared here. `why` are addresses by clause at which the edits are explained.
    """
    old = {row.clause_id: row for row in before}
    new = {row.clause_id: row for row in after}
    elsewhere = moved_clauses(list(old), list(new))
    found = []
    for row in _merged(before, after):
        was, now = old.get(row.clause_id), new.get(row.clause_id)
        stored = tuple((edits or {}).get(row.clause_id, ()))
        if edits is None:
            changes = compare(was, now, moved=row.clause_id in elsewhere)
            kinds, marks = _kinds(changes), _marks(changes)
        else:
            kinds = tuple(dict.fromkeys(r.edit.kind for r in stored))
            marks = tuple(edit_changes(stored, (why or {}).get(row.clause_id, ""), named=named))
        found.append(ClauseChange(row, was, now, kinds, marks, stored))
    return found


def _kinds(changes: Sequence[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.kind for change in changes))


def _marks(changes: Sequence[Found]) -> tuple[Change, ...]:
    return tuple(
        Change(*change.after, change.before_words)
        for change in changes
        if change.part == TEXT and change.kind == CHANGED
    )


def _merged(before: Sequence[ClauseRow], after: Sequence[ClauseRow]) -> list[ClauseRow]:
    """The later text with the clauses that fell away behind the one they stood behind."""
    standing = {row.clause_id for row in after}
    behind: dict[int | None, list[ClauseRow]] = {}
    last: int | None = None
    for row in before:
        if row.clause_id in standing:
            last = row.clause_id
        else:
            behind.setdefault(last, []).append(row)
    merged = list(behind.get(None, []))
    for row in after:
        merged.append(row)
        merged += behind.get(row.clause_id, [])
    return merged


@dataclass(frozen=True)
class Summary:
    """How many clauses changed in which way."""

    changed: int
    inserted: int
    deleted: int
    moved: int
    renumbered: int


def summary(changes: Sequence[ClauseChange]) -> Summary:
    """Count clauses, not words; chapters count like clauses."""
    kinds = Counter(change.kind for change in changes if change.changed)
    renumbered = sum(1 for change in changes if change.renumbered)
    return Summary(kinds[CHANGED], kinds[INSERTED], kinds[DELETED], kinds[MOVED], renumbered)


def by_clause(rows: Sequence[EditRow]) -> dict[int, list[EditRow]]:
    """Edits by clause, in their order."""
    found: dict[int, list[EditRow]] = {}
    for row in rows:
        found.setdefault(row.edit.clause_id, []).append(row)
    return found
