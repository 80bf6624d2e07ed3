"""A version in several languages: the authentic one leads, the others are aligned by clause. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from consult.drafts.queries import ClauseRow


def in_language(authentic: Sequence[ClauseRow], translated: Sequence[ClauseRow]) -> list[ClauseRow]:
    """The whole text for a reader of a translation, in the order of the authentic one.

    A clause that is not translated stands in the authentic language: nobody reads a text with
    holes in it. Each row says its language.
    """
    words = {row.clause_id: row for row in translated}
    return [
        replace(words[row.clause_id], kind=row.kind, position=row.position, parent_id=row.parent_id)
        if row.clause_id in words
        else row
        for row in authentic
    ]


@dataclass(frozen=True)
class Standing:
    """How far a translation is: what is missing, and what still follows an earlier wording."""

    language: str
    translated: int
    missing: tuple[ClauseRow, ...]
    behind: tuple[ClauseRow, ...]

    @property
    def whole(self) -> bool:
        return not self.missing and not self.behind


def standing(
    language: str, authentic: Sequence[ClauseRow], translated: Sequence[ClauseRow]
) -> Standing:
    """Compare a translation with the authentic text clause by clause."""
    words = {row.clause_id: row for row in translated}
    return Standing(
        language,
        len(words),
        tuple(row for row in authentic if row.clause_id not in words),
        tuple(
            words[row.clause_id]
            for row in authentic
            if row.clause_id in words and words[row.clause_id].follows is not None
        ),
    )


# A version's text in the authentic language, and its translation.
Both = tuple[Sequence[ClauseRow], Sequence[ClauseRow]]


def comparable(first: Both, last: Both) -> tuple[list[ClauseRow], list[ClauseRow]]:
    """Two versions for a reader of a translation, so that what changed can be shown.

    Words are compared in one language only: where a clause is translated in one of the two versions
    alone, or its translation has not followed a change, it stands in the authentic language in both.
    """
    old, new = _by_clause(first[0]), _by_clause(last[0])
    before, after = _by_clause(in_language(*first)), _by_clause(in_language(*last))
    for clause_id in before.keys() & after.keys():
        was, now = before[clause_id], after[clause_id]
        changed = old[clause_id].text != new[clause_id].text
        missed = now.follows is not None and changed and was.text == now.text
        if was.language != now.language or missed:
            before[clause_id], after[clause_id] = old[clause_id], new[clause_id]
    return list(before.values()), list(after.values())


def _by_clause(rows: Sequence[ClauseRow]) -> dict[int, ClauseRow]:
    return {row.clause_id: row for row in rows}
