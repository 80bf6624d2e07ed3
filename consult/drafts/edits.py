"""The edits of a version that is being written, worked out again after each save.

An edit that is still there keeps its row, so that an answer may point at it: the published text
before never changes, so the words that were struck, and where, recognise it.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.drafts import queries
from consult.drafts.diff import Hunk
from consult.drafts.models import HEADING, TEXT, Draft, Edit, Version
from consult.drafts.phrases import told
from consult.drafts.queries import ClauseRow

CHANGED, INSERTED, DELETED, MOVED = "changed", "inserted", "deleted", "moved"


@dataclass(frozen=True)
class Found:
    """An edit as the word diff sees it: which words of which part, on both sides."""

    kind: str
    part: str = TEXT
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)
    before_words: str = ""
    after_words: str = ""


# The hunks between two texts that were compared before, by both texts.
Compared = Mapping[tuple[str, str], Sequence[Hunk]]


def compare(
    before: ClauseRow | None,
    after: ClauseRow | None,
    *,
    moved: bool = False,
    compared: Compared | None = None,
) -> list[Found]:
    """The edits between two states of a clause. A new number alone is no edit. Pure."""
    if before is None or after is None:
        if before is None and after is None:
            return []
        span = (0, len(before.text)) if before else (0, 0)
        end = (0, len(after.text)) if after else (0, 0)
        return [Found(DELETED if after is None else INSERTED, TEXT, span, end)]
    found = [Found(MOVED)] if moved else []
    found += _phrases(HEADING, before.heading, after.heading)
    known = (compared or {}).get((before.text, after.text))
    return found + _phrases(TEXT, before.text, after.text, known)


def _phrases(
    part: str, before: str, after: str, known: Sequence[Hunk] | None = None
) -> list[Found]:
    return [
        Found(
            CHANGED,
            part,
            (hunk.before_start, hunk.before_end),
            (hunk.after_start, hunk.after_end),
            before[hunk.before_start : hunk.before_end],
            after[hunk.after_start : hunk.after_end],
        )
        for hunk in (told(before, after) if known is None else known)
    ]


def moved_clauses(before: Sequence[int], after: Sequence[int]) -> set[int]:
    """The clauses that stand elsewhere: the fewest whose removal leaves both orders alike."""
    place = {clause_id: index for index, clause_id in enumerate(before)}
    common = [clause_id for clause_id in after if clause_id in place]
    tails: list[int] = []
    at: list[int] = []
    previous: list[int] = []
    for index, clause_id in enumerate(common):
        position = bisect_left(tails, place[clause_id])
        previous.append(at[position - 1] if position else -1)
        if position == len(tails):
            tails.append(place[clause_id])
            at.append(index)
        else:
            tails[position], at[position] = place[clause_id], index
    staying: set[int] = set()
    index = at[-1] if at else -1
    while index >= 0:
        staying.add(common[index])
        index = previous[index]
    return set(common) - staying


def recalculate(
    session: Session,
    version: Version,
    *,
    now: datetime,
    only: Collection[int] | None = None,
    compared: Compared | None = None,
) -> None:
    """Bring the edits of an unpublished version up to date with its words.

    `only` names the clauses that were saved; without it (something was inserted, deleted or
    moved) all are compared. The text is amended in its authentic language; a translation follows,
    and has no edits of its own that an answer would have to explain. `compared` is what was
    compared before the act, so that the lock is not held for it.
    """
    base = queries.base_of(session, version)
    if base is None:
        return
    language = session.get_one(Draft, version.draft_id).language
    _recalculate_language(session, (base, version), language, now, only, compared=compared)


def _recalculate_language(
    session: Session,
    between: tuple[Version, Version],
    language: str,
    now: datetime,
    only: Collection[int] | None,
    *,
    compared: Compared | None,
) -> None:
    base, version = between
    before = {row.clause_id: row for row in queries.clauses(session, base.id, language)}
    after = {row.clause_id: row for row in queries.clauses(session, version.id, language)}
    elsewhere = moved_clauses(list(before), list(after))
    wanted = before.keys() | after.keys() if only is None else set(only)
    known: dict[int, list[Edit]] = {clause_id: [] for clause_id in wanted}
    statement = select(Edit).where(Edit.version_id == version.id, Edit.language == language)
    for edit in session.scalars(statement.order_by(Edit.id)):
        if edit.clause_id in known:
            known[edit.clause_id].append(edit)
    for clause_id in sorted(wanted):
        old, new = before.get(clause_id), after.get(clause_id)
        if _same(old, new) and clause_id not in elsewhere and not known[clause_id]:
            continue
        found = compare(old, new, moved=clause_id in elsewhere, compared=compared)
        chosen = match(known[clause_id], found)
        for change, row in zip(found, chosen, strict=True):
            edit = row or Edit(version_id=version.id, clause_id=clause_id, language=language)
            _write(edit, change, old, new)
            session.add(edit)
        _let_go([e for e in known[clause_id] if e not in chosen], new, now)
    session.flush()


def _same(before: ClauseRow | None, after: ClauseRow | None) -> bool:
    if before is None or after is None:
        return False
    return (before.heading, before.text) == (after.heading, after.text)


def _write(edit: Edit, found: Found, before: ClauseRow | None, after: ClauseRow | None) -> None:
    edit.kind, edit.part, edit.gone_at = found.kind, found.part, None
    edit.before_text_id = before.text_id if before else None
    edit.after_text_id = after.text_id if after else None
    edit.before_start, edit.before_end = found.before
    edit.after_start, edit.after_end = found.after
    edit.before_words, edit.after_words = found.before_words, found.after_words
    edit.said = _digest(found, after)


def _digest(found: Found, after: ClauseRow | None) -> str:
    """What an edit says. Of a new clause that is all of its words."""
    words = [found.kind, found.part, found.before_words, found.after_words]
    if found.kind == INSERTED and after is not None:
        words += [after.heading, after.text]
    return sha256("\0".join(words).encode()).hexdigest()


def _let_go(edits: Sequence[Edit], after: ClauseRow | None, now: datetime) -> None:
    for edit in edits:
        edit.gone_at = edit.gone_at or now
        edit.after_text_id = after.text_id if after else None


def match(known: Sequence[Edit], found: Sequence[Found]) -> list[Edit | None]:
    """For each edit found, the row that already stands for it: same words first, then same place."""
    left = list(known)
    chosen: list[Edit | None] = [None] * len(found)
    for test in (_same_words_and_place, _same_words, _same_place):
        for index, change in enumerate(found):
            if chosen[index] is not None:
                continue
            candidates = [(test(edit, change), -edit.id, edit) for edit in left]
            best = max(candidates, key=lambda c: c[:2], default=None)
            if best is not None and best[0] > 0:
                chosen[index] = best[2]
                left.remove(best[2])
    return chosen


def _alike(edit: Edit, found: Found) -> bool:
    return (edit.kind, edit.part) == (found.kind, found.part)


def _same_words_and_place(edit: Edit, found: Found) -> int:
    return _same_words(edit, found) and int((edit.before_start, edit.before_end) == found.before)


def _same_words(edit: Edit, found: Found) -> int:
    words = (edit.before_words, edit.after_words) == (found.before_words, found.after_words)
    return int(_alike(edit, found) and words)


def _same_place(edit: Edit, found: Found) -> int:
    """How much of the struck words is common; an edit that is gone comes back only word for word."""
    if edit.gone_at is not None or not _alike(edit, found):
        return 0
    if found.before[0] == found.before[1] or edit.before_start == edit.before_end:
        touching = edit.before_start <= found.before[1] and found.before[0] <= edit.before_end
        return int(touching)
    common = min(edit.before_end, found.before[1]) - max(edit.before_start, found.before[0])
    return max(0, common) * 2
