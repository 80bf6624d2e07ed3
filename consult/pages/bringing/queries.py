"""A text that is being brought in, as its pages show it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.drafts import bringing, import_queries
from consult.drafts.bringing import Step
from consult.drafts.desk_queries import Bench
from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.import_queries import Plan
from consult.drafts.matching import Match
from consult.drafts.models import READ, TextImport
from consult.drafts.numbering import CHAPTER
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause, ParsedDraft, read_outline, rendered
from consult.drafts.reshaping import Section, sections
from consult.drafts.sheets import as_written
from consult.kernel.errors import NotFoundError
from consult.submissions.models import Thread

AT_ONCE = 150  # chapters and clauses on one page
ASKED_AT_ONCE = 10  # questions on one page


@dataclass(frozen=True)
class Row:
    """One chapter or clause of the tree."""

    place: int
    part: Section
    match: Match | None

    @property
    def level(self) -> int:
        """Of its heading on the page, which begins with a second-level one above the tree."""
        return min(3 + self.part.depth, 6)

    @property
    def name(self) -> str:
        """How to call it in a sentence."""
        return self.part.number or self.part.heading or self.excerpt[:40]

    @property
    def changed(self) -> bool:
        """Whether it continues a clause of the current text, in other words."""
        standing = self.match.existing if self.match else None
        if self.match is None or standing is None:
            return False
        read = self.match.clause
        words = (standing.number, standing.heading, standing.source)
        return words != (read.number, read.heading, read.rendered.source)

    @property
    def excerpt(self) -> str:
        return plain(self.part.source[:400])


@dataclass(frozen=True)
class Question:
    """A clause of the file that may continue several clauses, or one of which that is not sure."""

    place: int
    clause: ParsedClause
    candidates: Sequence[tuple[ClauseRow, ClauseRow]]


@dataclass(frozen=True)
class Brought:
    """The text that lies on the table, what was read in it, and what it would do."""

    at: Bench
    found: TextImport
    draft: ParsedDraft
    plan: Plan | None
    last: Step | None = None
    by: str = ""
    talk: dict[int, int] = field(default_factory=dict)

    @property
    def consultation(self) -> Consultation:
        return self.at.consultation

    @property
    def parts(self) -> list[Section]:
        return sections(self.draft)

    def rows(self) -> list[Row]:
        matches = self.plan.matches if self.plan else [None] * len(self.draft.clauses)
        pairs = zip(self.parts, matches, strict=True)
        return [Row(place, part, match) for place, (part, match) in enumerate(pairs)]

    def questions(self) -> list[Question]:
        """The first doubtful clauses, each beside what it may continue."""
        if self.plan is None:
            return []
        return [
            Question(
                place,
                self.plan.matches[place].clause,
                [
                    (row, as_written(row, self.plan.matches[place].clause))
                    for row in self.plan.matches[place].candidates
                ],
            )
            for place in self.plan.open[:ASKED_AT_ONCE]
        ]

    def lost(self) -> list[tuple[ClauseRow, int]]:
        """Published clauses that would fall away, with how many comments stand at each."""
        falling = self.plan.falling if self.plan else ()
        return [(row, self.talk.get(row.clause_id, 0)) for row in falling]

    def place_at(self, line: int | None) -> int | None:
        """The clause in which a line of the source stands."""
        begun = [place for place, c in enumerate(self.draft.clauses) if line and c.line <= line]
        return begun[-1] if begun else None

    def remarks(self) -> list[tuple[Complaint, int | None]]:
        """What was left out of the file, and what looks odd, with the clause where it stands."""
        said: list[tuple[Complaint, int | None]] = [(c, None) for c in bringing.told(self.found)]
        return said + [(one, self.place_at(one.line)) for one in self.draft.warnings]


# What begins a point of a list, a quotation or a row of a table, and what ends that row; a line
# below the head of a table has no words at all.
_RULED = re.compile(r"^ *\|[ :|-]+\|[ \t]*(?:\n|\Z)", re.MULTILINE)
_BEGUN = re.compile(r"^[ >]*(?:- +|\| *)?| *(?<!\\)\| *$", re.MULTILINE)


def plain(words: str) -> str:
    """Markdown without the signs of its look, for a line of a list."""
    return re.sub(r"\\(?=\W)|\*+", "", _BEGUN.sub("", _RULED.sub("", words)))


def brought(
    session: Session, at: Bench, found: TextImport, *, shown: bool = False, by: str = ""
) -> Brought | None:
    """What lies there and was read; None if its source cannot be read any more.

    `shown` also says what the page of the tree does: who touched it last, and how many comments
    stand at what would fall away.
    """
    if found.state != READ:
        raise NotFoundError
    try:
        draft = read_outline(found.source or "", found.language)
    except UnreadableTextError:
        return None
    plan = None
    if at.current is not None:
        draft = rendered(draft)
        plan = import_queries.plan(
            session, draft, current=at.current, next_version=at.next, basis=at.basis
        )
    if not shown:
        return Brought(at, found, draft, plan)
    falling = [row.clause_id for row in plan.falling] if plan else []
    return Brought(
        at=at,
        found=found,
        draft=draft,
        plan=plan,
        last=bringing.last_step(found),
        by=by,
        talk=_talk(session, at.consultation.id, falling) if falling else {},
    )


def _talk(session: Session, consultation_id: int, clause_ids: Sequence[int]) -> dict[int, int]:
    """How many comments stand at each of these clauses."""
    rows: Any = session.execute(
        select(Thread.clause_id, Thread.comments).where(
            Thread.consultation_id == consultation_id, Thread.clause_id.in_(list(clause_ids))
        )
    )
    return {row.clause_id: row.comments for row in rows}


def chapters_above(parts: Sequence[Section], place: int) -> list[Section]:
    """The chapters in which a section could stand, the outermost first."""
    path: list[Section] = []
    for part in parts[:place]:
        path = path[: part.depth]
        if part.kind == CHAPTER:
            path.append(part)
    return path
