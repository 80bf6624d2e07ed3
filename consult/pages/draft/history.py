"""The history of a clause: every wording, what was said on it, what was decided, what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from consult.answers.adoption.queries import Attribution, attributed
from consult.answers.fates import is_newest
from consult.answers.models import DISPOSITIONS, Answer, Fate
from consult.drafts import queries as drafts
from consult.drafts.comparison import ClauseChange, by_clause, compare_versions, with_moves
from consult.drafts.languages import comparable
from consult.drafts.models import Clause, ClauseSuccession, Version
from consult.drafts.queries import ClauseLabel, ClauseRow, EditRow, Note
from consult.kernel.db import Texts
from consult.kernel.release import RELEASED, Release
from consult.pages.draft.queries import Edition
from consult.pages.draft.reasons import Reason, behind, reasons
from consult.submissions.models import PUBLISHED, Comment, Point
from consult.themes.models import ACCEPTED, Assignment
from consult.themes.queries import Home, resolved
from consult.themes.standing import live, standing

MOST_THEMES = 5
# What may be a sentence that was moved.
MANY_CHARACTERS = 20


@dataclass(frozen=True)
class Kin:
    """Another clause that this one came from, or that came from it."""

    kind: str
    label: ClauseLabel
    # Whether the other one is the older.
    older: bool


@dataclass
class Stage:
    """A clause in one version: how it came from the version before, and what followed on it."""

    version: Version
    change: ClauseChange
    reasons: Sequence[Reason] = ()
    # Whose proposed words came into it.
    words: Sequence[Attribution] = ()
    errata: Sequence[Note] = ()
    kin: Sequence[Kin] = ()
    # Comments that were written on this version, and what their points were answered.
    said: int = 0
    answered: Mapping[str, int] = field(default_factory=dict)
    # Behind which clause a deleted one stood.
    stood_behind: ClauseRow | None = None


@dataclass(frozen=True)
class Spoken:
    """A theme that people spoke about on a clause, and with how many points."""

    id: int
    title: Texts
    points: int


@dataclass(frozen=True)
class History:
    """Newest stage first."""

    stages: Sequence[Stage]
    themes: Sequence[Spoken]

    @property
    def newest(self) -> ClauseRow:
        return self.stages[0].change.row

    @property
    def gone(self) -> bool:
        return self.stages[0].change.after is None

    @property
    def last_seen(self) -> Version:
        """The last version in which it stood."""
        return next(one.version for one in self.stages if one.change.after is not None)


def history(
    session: Session, clause: Clause, seen: Edition, thread_id: int | None, *, page: str
) -> History | None:
    """None for a clause of which nothing is public. As many statements for one edit as for fifty.

    `page` is the address of a clause's history with KEY for its key.
    """
    texts = drafts.clause_history(session, clause.id, seen.authentic)
    if not texts:
        return None
    rows = {version.id: row for version, row in texts}
    edits = _edits(session, clause, seen, rows)
    ids = [row.edit.id for some in edits.values() for row in some]
    known, words = behind(session, ids), attributed(session, ids)
    moved = _with_others(session, clause, seen, edits, page)
    stages = [
        Stage(
            version,
            moved.get(version.id, change),
            reasons(edits.get(version.id, ()), known),
            _whose(edits.get(version.id, ()), words),
        )
        for version, change in _changes(seen.versions, rows, edits)
    ]
    _tell(session, clause, seen.language, stages, thread_id)
    if seen.language != seen.authentic:
        translated = drafts.clause_history(session, clause.id, seen.language)
        _put_into_words(stages, rows, {version.id: row for version, row in translated})
    return History(stages[::-1], _themes(session, thread_id) if thread_id else ())


def _whose(
    edits: Sequence[EditRow], words: Mapping[int, Sequence[Attribution]]
) -> list[Attribution]:
    """Each comment whose words some edits hold once, the oldest first."""
    found = {one.comment_id: one for row in edits for one in words.get(row.edit.id, ())}
    return [found[comment_id] for comment_id in sorted(found)]


def _edits(
    session: Session, clause: Clause, seen: Edition, rows: Mapping[int, ClauseRow]
) -> dict[int, list[EditRow]]:
    by_text = {row.text_id: row for row in rows.values()}
    found: dict[int, list[EditRow]] = {}
    for row in drafts.edits_of_clause(session, clause.id, seen.authentic, texts=by_text):
        found.setdefault(row.edit.version_id, []).append(row)
    return found


def _with_others(
    session: Session,
    clause: Clause,
    seen: Edition,
    edits: Mapping[int, Sequence[EditRow]],
    page: str,
) -> dict[int, ClauseChange]:
    """By version: how the clause changed, where words may have come from others or gone there."""
    long = [version for version, rows in edits.items() if any(map(_many_words, rows))]
    if not long:
        return {}
    found: dict[int, ClauseChange] = {}
    others = drafts.edits_of_versions(session, long, seen.authentic)
    for version_id, number in ((v.id, v.number) for v in seen.versions if v.id in long):
        some = [row for row in others if row.edit.version_id == version_id]
        changes = compare_versions(
            _distinct(row.before for row in some),
            _distinct(row.after for row in some),
            by_clause(some),
            named=False,
        )

        def address(change: ClauseChange, _name: str, number: int = number) -> str:
            return f"{page.replace('KEY', change.row.key)}#version-{number}"

        moved = with_moves(changes, address)
        found[version_id] = next(one for one in moved if one.row.clause_id == clause.id)
    return found


def _many_words(row: EditRow) -> bool:
    edit = row.edit
    whole = edit.kind in {"inserted", "deleted"}
    return whole or max(len(edit.before_words), len(edit.after_words)) >= MANY_CHARACTERS


def _distinct(rows: Iterable[ClauseRow | None]) -> list[ClauseRow]:
    return list({row.text_id: row for row in rows if row is not None}.values())


def _changes(
    versions: Sequence[Version],
    rows: Mapping[int, ClauseRow],
    edits: Mapping[int, Sequence[EditRow]],
) -> list[tuple[Version, ClauseChange]]:
    """Every published state of a clause, oldest first; one in which it fell away as well."""
    found = []
    previous: ClauseRow | None = None
    for version in versions:
        now = rows.get(version.id)
        if now is not None or previous is not None:
            before = previous if version.number > 1 else now
            found.append((version, _state(before, now, edits.get(version.id, ()))))
        previous = now
    return found


def _state(
    before: ClauseRow | None, now: ClauseRow | None, edits: Sequence[EditRow]
) -> ClauseChange:
    """How one clause differs, from its stored edits (its place among others is in them)."""
    old = [row for row in (before,) if row is not None]
    new = [row for row in (now,) if row is not None]
    clause_id = (old or new)[0].clause_id
    return with_moves(compare_versions(old, new, {clause_id: list(edits)}, named=False))[0]


def _put_into_words(
    stages: Sequence[Stage], rows: Mapping[int, ClauseRow], translated: Mapping[int, ClauseRow]
) -> None:
    """Show each stage in a translation; what it was, and why, the authentic text has told."""

    def both(version: Version) -> tuple[list[ClauseRow], list[ClauseRow]]:
        found = rows.get(version.id), translated.get(version.id)
        return [row for row in found[:1] if row], [row for row in found[1:] if row]

    earlier = stages[0].version if stages else None
    for stage in stages:
        assert earlier is not None
        before, after = comparable(both(earlier), both(stage.version))
        shown = with_moves(compare_versions(before, after, named=False))[0]
        stage.change = replace(shown, kinds=stage.change.kinds, edits=stage.change.edits)
        earlier = stage.version


def _tell(
    session: Session, clause: Clause, language: str, stages: Sequence[Stage], thread_id: int | None
) -> None:
    """Put beside each stage what was noted, said and answered on it."""
    text_ids = [stage.change.after.text_id for stage in stages if stage.change.after]
    errata = drafts.errata_of(session, text_ids)
    said, answered = _talk(session, thread_id) if thread_id else ({}, {})
    kin = _kin(session, clause, language)
    for stage in stages:
        after = stage.change.after
        stage.errata = errata.get(after.text_id, ()) if after else ()
        stage.kin = kin.get(stage.version.id, ())
        stage.said = said.get(stage.version.id, 0)
        found = answered.get(stage.version.id, {})
        stage.answered = {code: found[code] for code in DISPOSITIONS if code in found}
        if after is None and stage.change.before is not None:
            stage.stood_behind = drafts.clause_before(session, stage.change.before)


def _talk(session: Session, thread_id: int) -> tuple[dict[int, int], dict[int, dict[str, int]]]:
    """Comments by version, and answered points by version and disposition: one statement."""
    said = select(
        Comment.version_id, literal("").label("code"), func.count().label("number")
    ).where(Comment.thread_id == thread_id, Comment.state == PUBLISHED)
    answered = (
        select(Comment.version_id, Answer.disposition, func.count())
        .join(Fate, Fate.comment_id == Comment.id)
        .join(Release, Release.id == Fate.release_id)
        .join(Point, Point.id == Fate.point_id)
        .join(Answer, Answer.id == Fate.answer_id)
        .where(
            Comment.thread_id == thread_id,
            Comment.state == PUBLISHED,
            Release.state == RELEASED,
            Point.retired_at.is_(None),
            is_newest(),
        )
    )
    rows = session.execute(
        union_all(
            said.group_by(Comment.version_id),
            answered.group_by(Comment.version_id, Answer.disposition),
        )
    )
    comments: dict[int, int] = {}
    points: dict[int, dict[str, int]] = {}
    for version_id, code, number in rows:
        if code:
            points.setdefault(version_id or 0, {})[code] = number
        else:
            comments[version_id or 0] = number
    return comments, points


def _themes(session: Session, thread_id: int) -> list[Spoken]:
    """The accepted themes of the points of a conversation, the most spoken of first."""
    points = func.count(Point.id)
    spoken = (
        resolved(
            select(Home.id, Home.title, points)
            .select_from(Comment)
            .join(Point, Point.comment_id == Comment.id)
            .join(Assignment, and_(Assignment.point_id == Point.id, standing()))
        )
        .where(Comment.thread_id == thread_id, live(public=True), Home.state == ACCEPTED)
        .group_by(Home.id, Home.title)
        .order_by(points.desc(), Home.id)
        .limit(MOST_THEMES)
    )
    return [Spoken(*row) for row in session.execute(spoken)]


def _kin(session: Session, clause: Clause, language: str) -> dict[int, list[Kin]]:
    """By version: the clauses that this one came from or became, as officials recorded it."""
    rows = session.execute(
        select(
            ClauseSuccession.version_id,
            ClauseSuccession.kind,
            ClauseSuccession.from_id,
            ClauseSuccession.to_id,
        )
        .join(Version, Version.id == ClauseSuccession.version_id)
        .where(
            or_(ClauseSuccession.from_id == clause.id, ClauseSuccession.to_id == clause.id),
            ClauseSuccession.from_id != ClauseSuccession.to_id,
            Version.published_at.is_not(None),
        )
        .order_by(ClauseSuccession.id)
    ).all()
    others = {row.from_id for row in rows} | {row.to_id for row in rows}
    labels = drafts.clause_labels(session, sorted(others - {clause.id}), language) if rows else {}
    found: dict[int, list[Kin]] = {}
    for version_id, kind, from_id, to_id in rows:
        older = to_id == clause.id
        label = labels.get(from_id if older else to_id)
        if label is not None:
            found.setdefault(version_id, []).append(Kin(kind, label, older))
    return found
