"""Two versions in one Word file, as tracked changes: accepted it is the later one, rejected the earlier.

Paragraphs are paired by the word diff of the product, and within a pair its phrases are struck and
inserted. A clause that moved is moved, in Word's sense, with its new words inserted at its new place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from consult.drafts.diff import EQUAL, paired, word_diff
from consult.drafts.edits import moved_clauses
from consult.drafts.formats.writing import word_runs
from consult.drafts.formats.writing.blocks import Run, Runs, words_of
from consult.drafts.formats.writing.document import Document, Place, fit, in_order, opening, tree
from consult.drafts.formats.writing.docx import title
from consult.drafts.formats.writing.flow import Grid, Line, Piece, body, heading, row_words
from consult.drafts.formats.writing.word_package import package
from consult.drafts.formats.writing.word_runs import Links, words
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import speaking

INSERTED, DELETED, MOVED_FROM, MOVED_TO = "ins", "del", "moveFrom", "moveTo"


@dataclass(frozen=True)
class Step:
    """A clause on its way: in both versions (`move` says at which of its places), or in one."""

    before: Place | None
    after: Place | None
    move: str = ""


def to_tracked_docx(first: Document, last: Document) -> bytes:
    """The changes that lead from the first to the last, by its body and of its day."""
    with speaking(last.language):
        about = _("Version %(first)s to %(last)s", first=first.number, last=last.number)
    tracker = _Tracker(first, last)
    content = tracker.written()
    return package(last, content, about=about, links=tracker.links.by_name())


def steps(before: Sequence[Place], after: Sequence[Place]) -> Iterator[Step]:
    """All clauses of both texts in an order that holds the order of each."""
    old = {place.row.clause_id: place for place in before}
    new = {place.row.clause_id: place for place in after}
    moved = moved_clauses(list(old), list(new))

    def entering(place: Place) -> Step:
        clause_id = place.row.clause_id
        return Step(old.get(clause_id), place, MOVED_TO if clause_id in moved else "")

    coming = list(after)
    for place in before:
        clause_id = place.row.clause_id
        if clause_id in moved:
            yield Step(place, new[clause_id], MOVED_FROM)
        elif clause_id not in new:
            yield Step(place, None)
        else:
            while coming[0].row.clause_id != clause_id:
                yield entering(coming.pop(0))
            yield Step(place, coming.pop(0))
    yield from map(entering, coming)


@dataclass
class _Tracker:
    first: Document
    last: Document
    links: Links = field(default_factory=Links)
    _changes: int = 0
    _moves: dict[int, str] = field(default_factory=dict)

    def written(self) -> str:
        before, after = (list(in_order(tree(text.rows))) for text in (self.first, self.last))
        parts = [self._pair(title(self.first), title(self.last))]
        parts += [self._step(step) for step in steps(before, after)]
        # The last paragraph of a file cannot go: it is none of the text.
        parts.append(word_runs.end_of_table())
        return "".join(parts)

    def _step(self, step: Step) -> str:
        before = self._pieces(self.first, step.before)
        after = self._pieces(self.last, step.after)
        if step.move == MOVED_FROM:
            moved = "".join(self._whole(piece, MOVED_FROM) for piece in before)
            return self._range(step, moved)
        if step.after is None:
            return "".join(self._whole(piece, DELETED) for piece in before)
        if step.before is None:
            return "".join(self._whole(piece, INSERTED) for piece in after)
        if step.move == MOVED_TO:
            return self._range(step, "".join(self._aligned(before, after, moved=True)))
        return "".join(self._aligned(before, after))

    def _pieces(self, document: Document, place: Place | None) -> list[Piece]:
        """The heading and the words of a clause."""
        if place is None:
            return []
        headed = place.row is not opening(document.rows, document.language)
        return [*([heading(place)] if headed else []), *body(place)]

    def _aligned(
        self, before: Sequence[Piece], after: Sequence[Piece], *, moved: bool = False
    ) -> Iterator[str]:
        """The pieces of one clause: pairs with what changed in them, whole ones for the rest."""
        for pair in paired([piece.words for piece in before], [piece.words for piece in after]):
            old, new = before[slice(*pair.before)], after[slice(*pair.after)]
            if pair.likeness and _alike(old[0], new[0]):
                yield self._pair(old[0], new[0], moved=moved)
                continue
            if not moved:
                yield from (self._whole(piece, DELETED) for piece in old)
            yield from (self._whole(piece, INSERTED) for piece in new)

    # Marks

    def _who(self) -> str:
        self._changes += 1
        at = f"{self.last.at:%Y-%m-%dT%H:%M:%SZ}"
        return f'w:id="{self._changes}" w:author={quoteattr(fit(self.last.body))} w:date="{at}"'

    def _mark(self, kind: str) -> str:
        return f"<w:{kind} {self._who()}/>"

    def _range(self, step: Step, content: str) -> str:
        """The two places of a clause that moved have one name."""
        assert step.after is not None
        name = self._moves.setdefault(step.after.row.clause_id, f"move{len(self._moves) + 1}")
        who = self._who()
        number = who.split(" ")[0]
        start = f'<w:{step.move}RangeStart {who} w:name="{name}"/>'
        return f"{start}{content}<w:{step.move}RangeEnd {number}/>"

    # Pieces

    def _whole(self, piece: Piece, kind: str) -> str:
        """A paragraph or table that came or went as a whole."""
        if isinstance(piece, Line):
            return word_runs.paragraph(
                piece.style, self._runs(piece.runs, kind), mark=self._mark(kind)
            )
        rows = [
            self._row(cells, kind, head=index == 0, wide=word_runs.width(piece))
            for index, cells in enumerate(piece.table.rows)
        ]
        end = word_runs.end_of_table(self._mark(_of_row(kind)))
        return word_runs.table(rows, word_runs.width(piece)) + end

    def _row(self, cells: Sequence[Runs], kind: str, *, head: bool, wide: int) -> str:
        own = _of_row(kind)
        return word_runs.row(
            [self._runs(cell, own) for cell in cells],
            head=head,
            wide=wide,
            tracked=self._mark(own),
            ended=lambda: self._mark(own),
        )

    def _pair(self, before: Piece, after: Piece, *, moved: bool = False) -> str:
        """A paragraph or table that stands in both."""
        if isinstance(before, Line) and isinstance(after, Line):
            content = self._changed(before.runs, after.runs, moved=moved)
            # Marked as moved, it would take the style of what follows with it in LibreOffice.
            mark = self._mark(INSERTED) if moved else ""
            change = ""
            if before.style != after.style and not moved:
                was = f'<w:pPr><w:pStyle w:val="{before.style}"/></w:pPr>'
                change = f"<w:pPrChange {self._who()}>{was}</w:pPrChange>"
            return word_runs.paragraph(after.style, content, mark=mark, change=change)
        assert isinstance(before, Grid)
        assert isinstance(after, Grid)
        return self._whole(after, INSERTED) if moved else self._grids(before, after)

    def _grids(self, before: Grid, after: Grid) -> str:
        wide = word_runs.width(after)
        old, new = before.table.rows, after.table.rows
        rows: list[str] = []
        for pair in paired([row_words(row) for row in old], [row_words(row) for row in new]):
            (left, gone), (right, come) = pair.before, pair.after
            if pair.likeness and len(old[left]) == len(new[right]):
                cells = zip(old[left], new[right], strict=True)
                said = [self._changed(*cell) for cell in cells]
                rows.append(word_runs.row(said, head=right == 0, wide=wide))
                continue
            for kind, part, start, end in (
                (DELETED, old, left, gone),
                (INSERTED, new, right, come),
            ):
                rows += [
                    self._row(part[index], kind, head=index == 0, wide=wide)
                    for index in range(start, end)
                ]
        return word_runs.table(rows, wide) + word_runs.end_of_table()

    # Words

    def _runs(self, runs: Runs, kind: str) -> str:
        element = "delText" if kind == DELETED else "t"
        return "".join(
            self.links.around(run, self._within(kind, words(run, element))) for run in runs
        )

    def _within(self, kind: str, content: str) -> str:
        return f"<w:{kind} {self._who()}>{content}</w:{kind}>" if content else ""

    def _changed(self, before: Runs, after: Runs, *, moved: bool = False) -> str:
        """Words with what was struck and inserted; at a new place nothing is struck."""
        out: list[str] = []
        for hunk in word_diff(words_of(before), words_of(after)):
            old = cut(before, hunk.before_start, hunk.before_end)
            new = cut(after, hunk.after_start, hunk.after_end)
            if hunk.tag != EQUAL:
                out.append("" if moved else self._runs(old, DELETED))
                out.append(self._runs(new, INSERTED))
            elif moved:
                out.append(self._runs(new, MOVED_TO))
            else:
                out += self._looks(old, new)
        return "".join(out)

    def _looks(self, before: Runs, after: Runs) -> Iterator[str]:
        """The same words, where their look may have changed."""
        at = 0
        for run in after:
            start = at
            for old in cut(before, at, at + len(run.words)):
                piece = Run(run.words[at - start : at - start + len(old.words)], *run.look)
                at += len(old.words)
                change = ""
                if word_runs.look(old) != word_runs.look(piece):
                    was = word_runs.look(old) or "<w:rPr/>"
                    change = f"<w:rPrChange {self._who()}>{was}</w:rPrChange>"
                yield self.links.around(piece, words(piece, change=change))


def cut(runs: Runs, start: int, end: int) -> Runs:
    """The runs between two offsets of their words."""
    out: list[Run] = []
    at = 0
    for run in runs:
        piece = run.words[max(0, start - at) : max(0, end - at)]
        if piece:
            out.append(Run(piece, *run.look))
        at += len(run.words)
    return tuple(out)


def _alike(before: Piece, after: Piece) -> bool:
    """Whether two pieces can be one that changed: tables only with as many columns."""
    if isinstance(before, Grid) and isinstance(after, Grid):
        return word_runs.width(before) == word_runs.width(after)
    return isinstance(before, Line) and isinstance(after, Line)


def _of_row(kind: str) -> str:
    """Word moves no rows: they are deleted here and inserted there."""
    return {MOVED_FROM: DELETED, MOVED_TO: INSERTED}.get(kind, kind)
