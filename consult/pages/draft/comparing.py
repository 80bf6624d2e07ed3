"""Two versions of the text compared: what changed, why, and how much of it because of comments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from consult.answers.behind import caused_by_comments
from consult.drafts import queries as drafts
from consult.drafts.comparison import (
    ClauseChange,
    Summary,
    by_clause,
    compare_versions,
    explained,
    only,
    summary,
    with_moves,
)
from consult.drafts.models import Version
from consult.pages.draft.reasons import Behind, Reason, behind, reasons
from consult.pages.draft.tongues import Tongues


@dataclass(frozen=True)
class Between:
    """All clauses of two versions with what changed, and the edits that led there by clause."""

    clauses: Sequence[ClauseChange]
    edits: dict[int, list[drafts.EditRow]]
    # The two versions follow each other, so that each mark is an edit.
    adjacent: bool

    @property
    def edit_ids(self) -> list[int]:
        return [row.edit.id for rows in self.edits.values() for row in rows]

    def caused(self, change: ClauseChange, edit_ids: frozenset[int]) -> bool:
        """Whether a clause changed because of some edits."""
        rows = self.edits.get(change.row.clause_id, ())
        return change.changed and any(row.edit.id in edit_ids for row in rows)

    def narrowed(self, edit_ids: frozenset[int]) -> list[ClauseChange]:
        """All clauses, with the marks of these edits alone.

        Of versions that do not follow each other, with those of the clauses that they touched.
        """
        if self.adjacent:
            return [only(change, edit_ids) for change in self.clauses]
        return [
            change if self.caused(change, edit_ids) else replace(change, kinds=(), marks=())
            for change in self.clauses
        ]


def between(
    session: Session, first: Version, last: Version, language: str, words: Tongues
) -> Between:
    """One statement. Edits are stored for versions that follow each other, in the authentic
    language; the words of others, and of translations, are compared here."""
    before, after = words.compared(first, last, language)
    authentic = words.authentic
    texts = {row.text_id: row for v in (first, last) for row in words.rows(v, authentic)}
    edits = by_clause(drafts.edits_between(session, first, last, authentic, texts=texts))
    adjacent = last.number == first.number + 1 and language == authentic
    clauses = compare_versions(before, after, edits if adjacent else None)
    return Between(clauses, edits, adjacent)


@dataclass(frozen=True)
class Share:
    """How many of the changed clauses changed because of comments."""

    changed: int
    because: int


def share(found: Between, caused: frozenset[int]) -> Share:
    """Count clauses, not words."""
    changed = [change for change in found.clauses if change.changed]
    return Share(len(changed), sum(found.caused(change, caused) for change in changed))


def redlined(
    session: Session,
    first: Version,
    last: Version,
    language: str,
    words: Tongues,
    *,
    because: bool,
    beside: bool = False,
) -> tuple[list[ClauseChange], Share]:
    """The whole text with its changes, or with those alone that comments asked for.

    What stands `beside` the same text has no marks to which others lead.
    """
    found = between(session, first, last, language, words)
    caused = frozenset(caused_by_comments(session, found.edit_ids))
    clauses = found.narrowed(caused) if because else found.clauses
    shown = list(clauses) if beside else with_moves(clauses)
    return shown, share(found, caused)


@dataclass(frozen=True)
class Explained:
    """A changed clause, and why it changed."""

    change: ClauseChange
    reasons: Sequence[Reason]
    # Changes of this clause that the filter left out.
    others: int = 0


@dataclass(frozen=True)
class Comparison:
    """What the page of two versions shows."""

    changes: Sequence[Explained]
    renumbered: Sequence[ClauseChange]
    # Changed in a version between the two, and changed back.
    restored: Sequence[ClauseChange]
    summary: Summary
    share: Share


def comparison(
    session: Session,
    first: Version,
    last: Version,
    language: str,
    words: Tongues,
    *,
    because: bool,
) -> Comparison:
    """Four statements, however much changed."""
    found = between(session, first, last, language, words)
    known = behind(session, found.edit_ids)
    caused = known.caused
    shown = found.narrowed(caused) if because else list(found.clauses)
    listed = [change for change in shown if change.changed]
    if found.adjacent:
        listed = [explained(change, _ways(change, known)) for change in listed]
    moved = with_moves(listed)
    calm = [change for change in found.clauses if not change.changed]
    return Comparison(
        changes=[_explained(found, change, known, caused if because else None) for change in moved],
        renumbered=[change for change in calm if change.renumbered],
        restored=[change for change in calm if found.edits.get(change.row.clause_id)],
        summary=summary(found.clauses),
        share=share(found, caused),
    )


def _ways(change: ClauseChange, known: Behind) -> dict[int, str]:
    """From each edit to its reason on the same page, where a clause has more than one."""
    why = reasons(change.edits, known)
    if len(why) < 2:
        return {}
    return {
        row.edit.id: f"#why-{change.row.key}-{number}"
        for number, reason in reversed(list(enumerate(why, 1)))
        for row in reason.edits
    }


def _explained(
    found: Between, change: ClauseChange, known: Behind, caused: frozenset[int] | None
) -> Explained:
    rows = found.edits.get(change.row.clause_id, [])
    if caused is None:
        return Explained(change, reasons(rows, known))
    kept = [row for row in rows if row.edit.id in caused]
    others = len(rows) - len(kept) if found.adjacent else 0
    return Explained(change, reasons(kept, known), others)
