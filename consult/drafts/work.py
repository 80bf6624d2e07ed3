"""The job "index-text": the clauses of the version in force, written into the search index."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.drafts import queries
from consult.drafts.models import Clause, Draft, Version
from consult.drafts.queries import ClauseRow
from consult.jobs.worker import RunningJob
from consult.kernel import search
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading

KIND = "clause"
BATCH = 200


def index_text(job: RunningJob) -> None:
    """Index the version that is public now, whichever the job was made for.

    Repeating it changes nothing: each clause is taken out and put in again in one act.
    """
    session = current_session()
    wanted = session.get_one(Version, job.payload["version"])
    draft = session.get_one(Draft, wanted.draft_id)
    version = queries.current_version(session, draft.consultation_id)
    if version is None:
        return
    rows = [row for code in version.languages for row in queries.clauses(session, version.id, code)]
    standing = {row.clause_id for row in rows}
    gone = set(session.scalars(select(Clause.id).where(Clause.draft_id == draft.id))) - standing
    consultation_id = draft.consultation_id
    end_reading()
    ids = sorted(standing | gone)
    for done, some in enumerate(_batches(ids)):
        chosen = [(row, _words(row)) for row in rows if row.clause_id in some]
        with act() as writing:
            job.check_lease(writing)
            search.unindex(writing, kind=KIND, references=sorted(some))
            _index(writing, consultation_id, chosen)
        job.progress((done + 1) * BATCH / max(BATCH, len(ids)), mark("Indexing the text"))


def _batches(ids: list[int]) -> list[set[int]]:
    return [set(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]


def _words(row: ClauseRow) -> str:
    return search.analysed(f"{row.number} {row.heading} {row.text}", row.language)


def _index(session: Session, consultation_id: int, chosen: list[tuple[ClauseRow, str]]) -> None:
    things = [
        search.Thing(row.clause_id, consultation_id, row.language, words) for row, words in chosen
    ]
    search.index(session, KIND, things)
