"""Two versions side by side, clause by clause. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup, escape

from consult.drafts.edits import CHANGED, DELETED, INSERTED, MOVED, Found, compare, moved_clauses
from consult.drafts.marking import Change, Gone, Move
from consult.drafts.models import TEXT
from consult.drafts.moving import Stretch, runs
from consult.drafts.queries import ClauseRow, EditRow
from consult.drafts.redline import edit_changes, heading_redline, lines, show, whole
from consult.drafts.sides import Row, rows

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class ClauseChange:
    """A clause of the later text (or one that fell away) and how it differs from the earlier."""

    row: ClauseRow
    before: ClauseRow | None
    after: ClauseRow | None
    kinds: tuple[str, ...]
    marks: tuple[Change, ...]
    # The stored edits that led from the one to the other, also over versions between them.
    edits: tuple[EditRow, ...] = ()
    # All changes of the words, where `marks` are only some of them.
    whole: tuple[Change, ...] | None = None
    # Behind which clauses one that was moved stood and stands; none for the beginning.
    stood_behind: ClauseRow | None = None
    stands_behind: ClauseRow | None = None

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

    @property
    def size(self) -> tuple[int, int]:
        """How many words were put in, and how many were struck; moved ones are neither."""
        text = self.after.text if self.after else ""
        come = sum(_words(text[m.start : m.end]) for m in self.marks if not m.came)
        gone = sum(_words(m.struck) for m in self.marks)
        gone -= sum(
            _words(m.struck[g.start - m.was : g.end - m.was]) for m in self.marks for g in m.went
        )
        return come, gone

    def heading(self) -> Markup:
        """The heading, with what changed in it."""
        if self.after is None:
            return escape(self.row.heading)
        return heading_redline(self.before, self.after)

    def body(self) -> Markup:
        """The words, with what changed in them."""
        later, earlier = self.after, self.before
        return lines(show(later.html if later else "", self.marks, earlier.html if earlier else ""))

    def rows(self) -> list[list[Row]]:
        """The words of both side by side, with what changed in them; what is the same together."""
        later, earlier = self.after, self.before
        found = rows(
            earlier.html if earlier else "", later.html if later else "", self.marks, self.whole
        )
        runs_of_same = groupby(enumerate(found), lambda one: one[0] if one[1].changed else -1)
        return [[row for _, row in run] for _, run in runs_of_same]


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def compare_versions(
    before: Sequence[ClauseRow],
    after: Sequence[ClauseRow],
    edits: Mapping[int, Sequence[EditRow]] | None = None,
    *,
    named: bool = True,
) -> list[ClauseChange]:
    """All clauses in the order of the later text; those that fell away stand where they stood.

    `edits` are the stored ones by clause, of versions that follow each other; without them the
    words are compared here.
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
            kinds, marks = _kinds(changes), _marks(changes) or tuple(whole(was, now))
        else:
            kinds = tuple(dict.fromkeys(r.edit.kind for r in stored))
            marks = tuple(edit_changes(stored, named=named))
        change = ClauseChange(row, was, now, kinds, marks, stored)
        if MOVED in kinds:
            change = replace(
                change,
                stood_behind=_neighbour(before, row.clause_id),
                stands_behind=_neighbour(after, row.clause_id),
            )
        found.append(change)
    return found


def _neighbour(rows: Sequence[ClauseRow], clause_id: int) -> ClauseRow | None:
    last = None
    for row in rows:
        if row.clause_id == clause_id:
            return last
        last = row
    return None


def explained(change: ClauseChange, why: Mapping[int, str]) -> ClauseChange:
    """The same, with the way from each mark to its reason: addresses by edit."""
    by_name = {f"edit-{row.edit.id}": why.get(row.edit.id, "") for row in change.edits}
    marks = tuple(replace(mark, why=by_name.get(mark.id, "")) for mark in change.marks)
    return replace(change, marks=marks)


def only(change: ClauseChange, edit_ids: Collection[int]) -> ClauseChange:
    """The same with the marks of some of its stored edits; without any of them it is unchanged."""
    kept = tuple(row for row in change.edits if row.edit.id in edit_ids)
    names = {f"edit-{row.edit.id}" for row in kept}
    return replace(
        change,
        kinds=tuple(dict.fromkeys(row.edit.kind for row in kept)),
        marks=tuple(mark for mark in change.marks if mark.id in names),
        whole=change.marks,
        edits=kept,
    )


def _kinds(changes: Sequence[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.kind for change in changes))


def _marks(changes: Sequence[Found]) -> tuple[Change, ...]:
    return tuple(
        Change(*change.after, change.before_words, change.before[0])
        for change in changes
        if change.part == TEXT and change.kind == CHANGED
    )


# The address of one place of moved words: the clause in which it stands, and its name on a page.
Address = Callable[[ClauseChange, str], str]


def _on_this_page(_change: ClauseChange, name: str) -> str:
    return f"#{name}"


def with_moves(
    changes: Sequence[ClauseChange], address: Address = _on_this_page
) -> list[ClauseChange]:
    """The same, with words that were struck at one place and put in at another marked as moved."""
    struck: list[tuple[int, int]] = []
    inserted: list[tuple[int, int]] = []
    for number, change in enumerate(changes):
        struck += [(number, i) for i, mark in enumerate(change.marks) if mark.struck]
        inserted += [(number, i) for i, mark in enumerate(change.marks) if mark.start < mark.end]
    found = runs(
        [Stretch(at, changes[at[0]].marks[at[1]].struck) for at in struck],
        [Stretch(at, _put_in(changes[at[0]], at[1])) for at in inserted],
    )
    cuts: dict[tuple[int, int], list[_Cut]] = {}
    for number, run in enumerate(found, 1):
        old, new = struck[run.struck], inserted[run.inserted]
        for here, there, span, gone in (
            (old, new, run.struck_span, True),
            (new, old, run.inserted_span, False),
        ):
            other, name = changes[there[0]], f"moved-{number}-"
            move = Move(
                place="" if here[0] == there[0] else other.row.name,
                below=there[1] > here[1],
                href=address(other, name + ("to" if gone else "from")),
                id=name + ("from" if gone else "to"),
            )
            cuts.setdefault(here, []).append(_Cut(span, gone, move))
    return [
        replace(
            change,
            marks=tuple(
                part
                for i, mark in enumerate(change.marks)
                for part in _worded(_cut_up(mark, cuts.get((number, i), ())), change)
            ),
        )
        for number, change in enumerate(changes)
    ]


def _worded(parts: Sequence[Change], change: ClauseChange) -> list[Change]:
    """Without the white space left over between moved words."""
    if len(parts) == 1 or change.after is None:
        return list(parts)
    text = change.after.text
    kept = [part for part in parts if part.struck or text[part.start : part.end].strip()]
    return [*kept[:-1], replace(kept[-1], why=parts[-1].why)]


def _put_in(change: ClauseChange, index: int) -> str:
    mark = change.marks[index]
    return change.after.text[mark.start : mark.end] if change.after else ""


@dataclass(frozen=True)
class _Cut:
    """A stretch of the struck or the inserted words of a mark that was moved."""

    span: tuple[int, int]
    gone: bool
    move: Move


def _cut_up(mark: Change, cuts: Sequence[_Cut]) -> list[Change]:
    """A mark with what of it was moved: inserted words become several marks."""
    went = sorted((cut for cut in cuts if cut.gone), key=lambda cut: cut.span)
    came = sorted((cut for cut in cuts if not cut.gone), key=lambda cut: cut.span)
    gone = tuple(Gone(mark.was + c.span[0], mark.was + c.span[1], c.move) for c in went)
    if not came:
        return [replace(mark, went=gone)]
    rest = replace(mark, struck="", id="", why="")
    parts = [replace(mark, end=mark.start, why="", went=gone)] if mark.struck else []
    at = mark.start
    for cut in came:
        start, end = mark.start + cut.span[0], mark.start + cut.span[1]
        parts += [
            replace(rest, start=at, end=start),
            replace(rest, start=start, end=end, came=cut.move),
        ]
        at = end
    parts.append(replace(rest, start=at, end=mark.end))
    parts[-1] = replace(parts[-1], why=mark.why)
    return parts


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
