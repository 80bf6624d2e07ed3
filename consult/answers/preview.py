"""What a publication would do, before anybody asks for it; and which points still lack an answer.

Works the rule out over all points and writes nothing; it is the publication's own code.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consult.answers import publishing
from consult.answers.fates import Candidate, PlannedFate, candidates, load_plan, plan_points
from consult.answers.models import DISPOSITIONS, Answer
from consult.consultations.models import Consultation
from consult.drafts.models import Version
from consult.drafts.queries import EditRow, edits
from consult.submissions.models import HELD, PUBLISHED, Comment, Contact
from consult.themes.queries import PointRow, point_rows

# Points worked out at once. Reading needs no lock, so this may be more than a batch of writing.
CHUNK = 2_000
# Open points listed on the preview; the list of all of them has pages.
LISTED = 20


@dataclass
class Preview:
    """Figures of what would become public, and what stands in the way."""

    version: Version | None
    # Disposition → owed points that would stand so answered, and those of them that are told now.
    standing: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    owed: int = 0
    open: int = 0
    open_points: list[PointRow] = field(default_factory=list)
    letters: int = 0
    corrections: int = 0
    # Nothing is new, but with nothing open the outcome can be declared complete.
    completes: bool = False
    # Changes of the next version without answer or ground, and answers whose change is gone.
    unexplained: list[EditRow] = field(default_factory=list)
    vanished: list[int] = field(default_factory=list)

    @property
    def dispositions(self) -> list[str]:
        return [d for d in DISPOSITIONS if self.standing[d] or self.told[d]]

    @property
    def nothing_new(self) -> bool:
        return not self.told and self.version is None

    @property
    def refused(self) -> bool:
        return bool(self.unexplained or self.vanished)


def preview(
    session: Session, consultation: Consultation, *, with_version: bool, now: datetime
) -> Preview:
    """Work out what publishing now would do."""
    consultation_id = consultation.id
    version = publishing.next_version(session, consultation_id) if with_version else None
    found = Preview(version=version)
    dispositions = _dispositions(session, consultation_id)
    open_ids: list[int] = []
    told: set[int] = set()
    answered: set[int] = set()
    for planned, without in _worked_out(session, consultation_id, version):
        _count(found, planned, dispositions)
        lacking = [p.id for p in without if p.owed]
        found.owed += sum(p.point.owed for p in planned) + len(lacking)
        found.open += len(lacking)
        open_ids += lacking[: LISTED - len(open_ids)]
        answered |= {p.point.comment_id for p in planned}
        told |= {p.point.comment_id for p in planned if p.news}
    found.letters = _letters(session, told, answered)
    found.completes = found.open == 0 and publishing.may_complete(consultation, now)
    found.open_points = point_rows(session, open_ids)
    if version is not None:
        bare = publishing.unexplained_edits(session, version.id)
        found.unexplained = edits(session, [edit.id for edit in bare])
    gone = publishing.vanished_edits(session, consultation_id)
    found.vanished = sorted({answer for answer, _ in gone})
    return found


def _worked_out(
    session: Session, consultation_id: int, version: Version | None
) -> Iterator[tuple[list[PlannedFate], list[Candidate]]]:
    plan = load_plan(session, consultation_id, version.id if version else None)
    after = 0
    while points := candidates(session, consultation_id, after=after, limit=CHUNK):
        yield plan_points(session, plan, points)
        after = points[-1].id


def _dispositions(session: Session, consultation_id: int) -> dict[int, str]:
    rows = session.execute(
        select(Answer.id, Answer.disposition).where(Answer.consultation_id == consultation_id)
    )
    return {row.id: row.disposition for row in rows}


def _count(found: Preview, planned: list[PlannedFate], dispositions: dict[int, str]) -> None:
    for fate in planned:
        disposition = dispositions[fate.answer_id]
        if fate.point.owed:
            found.standing[disposition] += 1
            found.changed += fate.changed
        if fate.news:
            found.told[disposition] += 1
            found.corrections += fate.former is not None


def _letters(session: Session, told: set[int], answered: set[int]) -> int:
    """How many submissions with an address learn something.

    `told` are comments with something new, `answered` all that have a fate of their own; a reply
    without one is told what its root is told.
    """
    reached: set[int] = set()
    for ids in _chunks(told):
        rows = session.execute(
            select(Comment.id, Comment.submission_id)
            .join(Contact, Contact.submission_id == Comment.submission_id)
            .where(
                or_(Comment.id.in_(ids), Comment.root_id.in_(ids)),
                Comment.state.in_((PUBLISHED, HELD)),
                Contact.email.is_not(None),
            )
        )
        reached |= {r.submission_id for r in rows if r.id in told or r.id not in answered}
    return len(reached)


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def open_points(
    session: Session, consultation_id: int, *, after: int, limit: int
) -> tuple[list[PointRow], int | None]:
    """Owed points that no newest answer reaches, by id, and the key of the next page."""
    plan = load_plan(session, consultation_id, None)
    found: list[int] = []
    while len(found) <= limit:
        points = candidates(session, consultation_id, after=after, limit=CHUNK)
        if not points:
            break
        _, without = plan_points(session, plan, points)
        found += [p.id for p in without if p.owed]
        after = points[-1].id
    page = found[:limit]
    return point_rows(session, page), (page[-1] if len(found) > limit else None)
