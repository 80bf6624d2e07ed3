"""The ministry's work: the next version, answers with their edits, and publishing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rapidfuzz.distance import LCSseq

from consult.answers import decisions, publishing
from consult.answers.adoption.adopting import adopt, share_taken
from consult.answers.decisions import CampaignTarget, PointTarget, Target, ThemeTarget
from consult.drafts import importing, revision
from consult.drafts import queries as drafts
from consult.drafts.models import Edit, Version
from consult.drafts.queries import EditRow
from consult.drafts.writing import wording
from consult.jobs.worker import Worker
from consult.kernel.actor import Actor
from consult.kernel.db import current_session
from consult.kernel.transaction import act, end_reading
from consult.operations.demonstration.files import Story, read
from consult.operations.demonstration.opening import Round
from consult.submissions import queries as submissions


def write_next_version(story: Story, made: Round, editor: Actor, now: datetime) -> None:
    """Amend, insert, delete and renumber clauses until the text is that of the second file."""
    facts = story.facts["versions"][1]
    parsed = importing.read_markdown(story.draft(facts["file"]), facts["language"])
    former = {s["after"]: s["before"] for s in facts["successions"]}
    gone = [s["before"] for s in facts["successions"] if s["after"] is None]
    with act() as session:
        version = revision.begin_next(session, made.consultation(session), actor=editor, now=now)
        for number in gone:
            clause_id = made.clauses[number].clause_id
            revision.delete(session, version, clause_id, saved=0, actor=editor, now=now)
    last: int | None = None
    for clause in parsed.clauses:
        words = wording(number=clause.number, heading=clause.heading, source=clause.rendered.source)
        before = made.clauses.get(former.get(clause.number, clause.number) or "")
        if before is None:
            with act() as session:
                row = revision.insert(session, version, made.language, words=words, after=last,
                                      actor=editor, now=now)  # fmt: skip
                last = row.clause_id
            continue
        last = before.clause_id
        same = (before.number, before.heading, before.source)
        if same != (clause.number, clause.heading, words.rendered.source):
            with act() as session:
                revision.amend(session, version, before.clause_id, made.language, words=words,
                               saved=0, actor=editor, now=now)  # fmt: skip
    for name in read(f"{story.folder}/answers.json")["adoptions"]:
        _adopt(made, version, made.comments[name], editor, now)


def _adopt(made: Round, version: Version, comment_id: int, editor: Actor, now: datetime) -> None:
    """Name whose proposed words the clause holds as it is written now."""
    session = current_session()
    proposal = submissions.current_revision(session, comment_id)
    clause_id = submissions.comment(session, comment_id).clause_id
    assert clause_id is not None
    row = drafts.clause_text(session, version.id, clause_id, made.language)
    assert row is not None
    words = wording(number=row.number, heading=row.heading, source=row.source)
    revision_id, saved = proposal.id, row.saved
    stands = share_taken(session, version, revision_id, words)
    end_reading()
    with act() as session:
        adopt(
            session, version, revision_id,
            words=words, stands=stands, saved=saved, actor=editor, now=now,
        )  # fmt: skip


class Edits:
    """The edits of the next version, found by clause and words, each cited at least once."""

    def __init__(self, made: Round) -> None:
        session = current_session()
        version = drafts.next_version(session, made.consultation_id)
        assert version is not None
        self.rows = drafts.edits_of_version(session, version.id, made.language)
        end_reading()
        self._cited: set[int] = set()

    def named(self, given: Sequence[dict[str, Any]]) -> list[int]:
        """The edits that these entries mean: those of the clause that hold their words best."""
        found: list[int] = []
        for entry in given:
            candidates = [row for row in self.rows if _is_clause(row, entry)]
            assert candidates, f"no edit of {entry}"
            best = max(candidates, key=lambda row: _shared(row.edit, entry["words"]))
            found.append(best.edit.id)
        self._cited.update(found)
        return list(dict.fromkeys(found))

    def left_in_clauses_of(self, ids: Sequence[int]) -> list[int]:
        """Edits that nobody cites, in the clauses of these ones (a comma, a new number)."""
        clauses = {row.edit.clause_id for row in self.rows if row.edit.id in ids}
        left = [row.edit.id for row in self.rows
                if row.edit.clause_id in clauses and row.edit.id not in self._cited]  # fmt: skip
        self._cited.update(left)
        return left

    def uncited(self) -> list[Edit]:
        return [row.edit for row in self.rows if row.edit.id not in self._cited]


def _is_clause(row: EditRow, entry: dict[str, Any]) -> bool:
    before = row.before.number if row.before else None
    after = row.after.number if row.after else None
    return (entry["before"], entry["after"]) == (before, after)


def _shared(edit: Edit, words: str) -> float:
    wanted = words.split()
    return max(
        LCSseq.similarity(wanted, side.split()) / (len(wanted) + 0.01 * len(side.split()))
        for side in (edit.before_words, edit.after_words)
    )


def decide_all(
    story: Story,
    made: Round,
    targets: dict[str, dict[str, int]],
    *,
    body_id: int,
    editor: Actor,
    now: datetime,
) -> dict[str, int]:
    """Decide every answer of the story; returns answer name → id."""
    data = read(f"{story.folder}/answers.json")
    edits = Edits(made)
    cited = {answer["id"]: edits.named(answer["edits"]) for answer in data["answers"]}
    grounds = [
        (edits.named(entry["edits"]), entry["kind"], entry["ground"])
        for entry in data["own_grounds"]
    ]
    ids: dict[str, int] = {}
    for answer in data["answers"]:
        own = cited[answer["id"]]
        with act() as session:
            ids[answer["id"]] = decisions.decide(
                session,
                made.consultation(session),
                target=_target(answer["target"], targets),
                disposition=answer["disposition"],
                reason=answer["reason"],
                edit_ids=[*own, *edits.left_in_clauses_of(own)],
                body_id=body_id,
                actor=editor,
                now=now,
            ).id
    for own, kind, ground in grounds:
        _ground(own + edits.left_in_clauses_of(own), kind, ground, editor, now)
    renumbering = {
        "fr": "Renumérotation à la suite de la suppression de l’article 24.",
        "de": "Neue Nummer, weil Artikel 24 entfällt.",
        "lb": "Nei Nummer, well den Artikel 24 ewechfält.",
        "en": "Renumbered because article 24 is deleted.",
    }
    _ground([edit.id for edit in edits.uncited()], "consequence", renumbering, editor, now)
    return ids


def _ground(
    ids: Sequence[int], kind: str, ground: dict[str, str], editor: Actor, now: datetime
) -> None:
    if not ids:
        return
    with act() as session:
        version = session.get_one(Version, session.get_one(Edit, ids[0]).version_id)
        revision.state_ground(session, version, ids, kind, ground, actor=editor, now=now)


def _target(given: dict[str, str], targets: dict[str, dict[str, int]]) -> Target:
    ((kind, name),) = given.items()
    number = targets[kind][name]
    if kind == "theme":
        return ThemeTarget(number)
    return CampaignTarget(number) if kind == "campaign" else PointTarget(number)


def publish(
    made: Round, worker: Worker, publisher: Actor, now: datetime, *, with_version: bool
) -> None:
    """One publication, prepared and released by the real worker."""
    with act() as session:
        publishing.request(
            session, made.consultation(session), with_version=with_version, actor=publisher, now=now
        )
    while worker.run_one():
        pass


def correct(
    story: Story,
    made: Round,
    answers: dict[str, int],
    targets: dict[str, dict[str, int]],
    *,
    body_id: int,
    editor: Actor,
    now: datetime,
) -> None:
    """The ministry corrects one of its answers; the next publication tells those concerned."""
    data = read(f"{story.folder}/answers.json")
    correction = data["correction"]
    corrected = next(a for a in data["answers"] if a["id"] == correction["corrects"])
    with act() as session:
        decisions.decide(
            session,
            made.consultation(session),
            target=_target(corrected["target"], targets),
            disposition=correction["disposition"],
            reason=correction["reason"],
            body_id=body_id,
            actor=editor,
            now=now,
            corrects=answers[corrected["id"]],
        )
