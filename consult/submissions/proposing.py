"""Other words for a clause, proposed in a comment: what they are, and how they are shown."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from consult.drafts.marking import Change
from consult.drafts.models import ClauseText
from consult.drafts.reading import MAX_CLAUSE_CHARACTERS
from consult.drafts.redline import changes, lines, show
from consult.kernel import keys
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.markup import render_clause
from consult.submissions.models import CommentRevision, ProposedColumns
from consult.submissions.target import ClauseSeen

# What can be proposed for a clause: other words, or that it goes.
WORDS, DELETION = "words", "deletion"
WAYS = (WORDS, DELETION)
# Longer ones are shown in lists with the lines only that differ, and no more of these than a
# comment's own words may be: a page holds fifty.
SHORT = 600  # code points, struck ones too
MOST_SHOWN = 6_000


class ProposalWithoutClauseError(ConsultError):
    """It is not said for which clause the words are."""

    status = 422
    message = mark("Please choose the clause for which you propose other words.")


class NothingProposedError(ConsultError):
    """The words are those of the clause; white space and stars alone change nothing."""

    status = 422
    message = mark("These are still the words of the clause. Please change them in the box.")


class EmptyProposalError(ConsultError):
    """No words are left, and nobody said that the clause should go."""

    status = 422
    message = mark(
        "There are no words in the box. If the clause should go, please choose “Leave the clause out”."
    )


class UnreasonedError(ConsultError):
    """Other words without a reason for them."""

    status = 422
    message = mark("Please say why: your reason is what the public body answers.")


class LongProposalError(ConsultError):
    """More than a clause may hold."""

    status = 422
    message = mark("The words are longer than a clause may be: %(limit)s characters.")


@dataclass(frozen=True, slots=True)
class ProposedWords:
    """Proposed words as pages show them: with the marks they need no other text beside them."""

    html: str
    # Empty: the clause should go.
    text: str
    # (start, end, words struck before), offsets in `text`.
    marks: tuple[tuple[int, int, str], ...]
    # Of the clause; "" where the page need not say it.
    language: str = ""

    @property
    def deletes(self) -> bool:
        """Whether the clause should go."""
        return not self.text

    @property
    def inserted(self) -> str:
        """The words that do not stand in the clause, a line for each place."""
        return "\n".join(self.text[start:end] for start, end, _struck in self.marks)

    @property
    def brief(self) -> bool:
        """Whether `excerpt` leaves something out."""
        return self.deletes or len(self.text) + sum(len(mark[2]) for mark in self.marks) > SHORT

    def redline(self) -> Markup:
        """All of the clause, with what is struck and inserted."""
        return lines(show(self.html, self._changes()))

    def excerpt(self) -> Markup:
        """The same for lists: of a long clause only the lines that differ; of a deletion nothing."""
        if not self.brief:
            return self.redline()
        return Markup("") if self.deletes else Markup("").join(self._excerpt())

    def _changes(self) -> list[Change]:
        return [Change(*marked) for marked in self.marks]

    def _excerpt(self) -> Iterator[Markup]:
        at = [0, *(i + 1 for i, sign in enumerate(self.text) if sign == "\n")]
        left_out = Markup("<p>…</p>")
        last, left = -1, MOST_SHOWN
        for first, end, found in _runs(self._changes(), at):
            if first > last + 1:
                yield left_out
            last = end
            begin = at[first]
            until = at[end + 1] - 1 if end + 1 < len(at) else len(self.text)
            whole, until = until, min(until, begin + left)
            words = Markup("").join(
                Markup("<p>{}</p>").format(line) for line in self.text[begin:until].split("\n")
            )
            shown, left = _within(found, begin, until, left - (until - begin))
            yield lines(show(words, shown))
            if until < whole or left <= 0:
                yield left_out
                return
        if last + 1 < len(at):
            yield left_out


def _within(found: Sequence[Change], begin: int, until: int, left: int) -> tuple[list[Change], int]:
    """Changes of the words `[begin, until)` with offsets in these, and how much is left for more
    when their struck words are shown: these are cut off where nothing is."""
    shown = []
    for change in found:
        if change.start <= until:
            struck = change.struck[: max(left, 0)]
            left -= len(change.struck)
            end = min(change.end, until) - begin
            shown.append(replace(change, start=change.start - begin, end=end, struck=struck))
    return shown, left


def _runs(found: Sequence[Change], at: Sequence[int]) -> Iterator[tuple[int, int, list[Change]]]:
    """Lines that belong together because changes touch them: first, last, and the changes."""
    run: tuple[int, int, list[Change]] | None = None
    for change in found:
        first = bisect_right(at, change.start) - 1
        last = bisect_right(at, max(change.start, change.end - 1)) - 1
        if run is not None and first <= run[1] + 1:
            run = (run[0], max(run[1], last), [*run[2], change])
            continue
        if run is not None:
            yield run
        run = (first, last, [change])
    if run is not None:
        yield run


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words proposed for a clause text, ready to be written down with a comment."""

    amends_id: int
    source: str
    shown: ProposedWords
    key: bytes


def propose(clause: ClauseSeen, source: str, *, deletes: bool = False) -> Proposal:
    """Render proposed words and find where they differ. Before the act, because it is slow.

    Raises NothingProposedError, EmptyProposalError, LongProposalError.
    """
    if len(source) > MAX_CLAUSE_CHARACTERS:
        raise LongProposalError(limit=MAX_CLAUSE_CHARACTERS)
    rendered = render_clause("" if deletes else source)
    if not deletes and not rendered.text.strip():
        raise EmptyProposalError
    if _spoken(rendered.text) == _spoken(clause.text):
        raise NothingProposedError
    found = [Change(0, 0, clause.text)] if deletes else changes(clause.text, rendered.text)
    marks = tuple((change.start, change.end, change.struck) for change in found)
    return Proposal(
        amends_id=clause.text_id,
        source=rendered.source,
        shown=ProposedWords(rendered.html, rendered.text, marks, clause.language),
        key=keys.keyed("proposal", _spoken(rendered.text).encode()),
    )


def _spoken(text: str) -> str:
    """The words without what no reader hears: how white space is set."""
    return " ".join(text.split())


def shown(
    html: str | None,
    text: str | None,
    marks: Sequence[Sequence[int | str]] | None,
    language: str = "",
) -> ProposedWords | None:
    """What the columns of a revision say; None where it proposes nothing (any more)."""
    if html is None or text is None or marks is None:
        return None
    found = tuple((int(m[0]), int(m[1]), str(m[2])) for m in marks)
    return ProposedWords(html, text, found, language)


def columns(proposal: Proposal | None) -> dict[str, Any]:
    """How a proposal is kept (`ProposedColumns`)."""
    return {
        "amends_id": proposal.amends_id if proposal else None,
        "proposed_source": proposal.source if proposal else None,
        "proposed_html": proposal.shown.html if proposal else None,
        "proposed_text": proposal.shown.text if proposal else None,
        "proposed_marks": [list(marked) for marked in proposal.shown.marks] if proposal else None,
        "proposed_key": proposal.key if proposal else None,
    }


def stored(row: ProposedColumns, language: str) -> Proposal | None:
    """The proposal that is kept in a row. `language` is that of the clause text."""
    words = shown(row.proposed_html, row.proposed_text, row.proposed_marks, language)
    if words is None:
        return None
    assert row.amends_id is not None, "the database keeps all of it or nothing"
    assert row.proposed_source is not None
    assert row.proposed_key is not None
    return Proposal(row.amends_id, row.proposed_source, words, row.proposed_key)


def of_revision(revision: CommentRevision) -> ProposedWords | None:
    """The words that a revision proposes."""
    return shown(revision.proposed_html, revision.proposed_text, revision.proposed_marks)


def carried(session: Session, revision: CommentRevision, source: str) -> Proposal | None:
    """The proposal of a revision in the words of its correction, for the same clause text.

    None where it proposes nothing. Raises as `propose`. Read before the act.
    """
    if revision.proposed_source is None:
        return None
    clause = ClauseSeen.of(session.get_one(ClauseText, revision.amends_id))
    return propose(clause, source, deletes=not revision.proposed_source)
