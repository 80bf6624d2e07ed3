"""What a publication would do, before anybody asks for it; and which points still lack an answer.

Writes nothing. The database works the rule out over all points (`prospects.py`).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from consult.answers import consequences, prospects, publishing
from consult.answers.fates import load_plan
from consult.answers.models import DISPOSITIONS
from consult.answers.prospects import Group
from consult.answers.queries import AnswerRow, bare_answers
from consult.consultations.models import Consultation
from consult.drafts.models import Draft, Version
from consult.drafts.queries import EditRow, edits
from consult.drafts.translations.queries import Tongues, tongues
from consult.themes.queries import PointRow, point_rows

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
    # How far the version's translations are. They hold nothing up: the authentic text is the law,
    # and readers are told where a translation is missing or behind.
    tongues: Tongues | None = None
    vanished: list[int] = field(default_factory=list)
    # Answers that accept, but name no change of the text, nor why there is none.
    silent: list[AnswerRow] = field(default_factory=list)

    @property
    def dispositions(self) -> list[str]:
        return [d for d in DISPOSITIONS if self.standing[d] or self.told[d]]

    @property
    def nothing_new(self) -> bool:
        return not self.told and self.version is None

    @property
    def refused(self) -> bool:
        return bool(self.unexplained or self.vanished or self.silent)


def preview(
    session: Session, consultation: Consultation, *, with_version: bool, now: datetime
) -> Preview:
    """Work out what publishing now would do."""
    consultation_id = consultation.id
    version = publishing.next_version(session, consultation_id) if with_version else None
    version_id = version.id if version else None
    found = Preview(version=version)
    plan = load_plan(session, consultation_id, version_id)
    for group in prospects.groups(session, plan, version_id):
        _count(found, group)
    found.letters = prospects.letters(session, plan, version_id)
    found.completes = found.open == 0 and publishing.may_complete(consultation, now)
    if found.open:
        listed = prospects.open_points(session, plan, after=0, limit=LISTED)
        found.open_points = point_rows(session, listed)
    if version is not None:
        reached = prospects.reached(plan, version_id)
        bare = publishing.unexplained_edits(session, version.id, reached)
        found.unexplained = edits(session, [edit.id for edit in bare])
        authentic = session.get_one(Draft, version.draft_id).language
        found.tongues = tongues(session, version, authentic)
    gone = publishing.vanished_edits(session, consultation_id)
    found.vanished = sorted({answer for answer, _ in gone})
    silent = set(consequences.to_be_published(session, consultation_id)) - set(found.vanished)
    rows = bare_answers(session, silent)
    found.silent = [rows[number] for number in sorted(silent)]
    return found


def unexplained(session: Session, consultation_id: int, version: Version | None) -> list[EditRow]:
    """The changes of the next version without an answer that reaches somebody and without ground,
    in document order."""
    if version is None:
        return []
    reached = prospects.reached(load_plan(session, consultation_id, version.id), version.id)
    bare = publishing.unexplained_edits(session, version.id, reached)
    return edits(session, [edit.id for edit in bare])


def _count(found: Preview, group: Group) -> None:
    if group.owed:
        found.owed += group.points
        if group.disposition is None:
            found.open += group.points
        else:
            found.standing[group.disposition] += group.points
            found.changed += group.points if group.changed else 0
    if group.news and group.disposition is not None:
        found.told[group.disposition] += group.points
        found.corrections += group.points if group.again else 0


def open_points(
    session: Session, consultation_id: int, *, after: int, limit: int
) -> tuple[list[PointRow], int | None]:
    """Owed points that no newest answer reaches, by id, and the key of the next page."""
    plan = load_plan(session, consultation_id, None)
    found = prospects.open_points(session, plan, after=after, limit=limit + 1)
    page = found[:limit]
    return point_rows(session, page), (page[-1] if len(found) > limit else None)
