"""The jobs of this room: "index-text", the clauses of the version in force into the search index, and
"read-text", a large file that is brought in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.drafts import bringing, queries
from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats import source_of
from consult.drafts.models import Clause, Draft, TextImport, Version
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import read_markdown
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


OPENING = mark("Reading the file")
FINDING = mark("Looking for chapters and clauses")


def read_text(job: RunningJob) -> None:
    """Read a file that was brought in; nothing is written before all of it was read.

    Repeating it is harmless: a text that was read, replaced or thrown away meanwhile is left alone.
    """
    found = current_session().get(TextImport, int(job.payload["import"]))
    content = found.content if found is not None else None
    language = found.language if found is not None else ""
    end_reading()
    if content is None:
        return
    complaints: list[Complaint] = []
    source: str | None = None
    job.progress(0.0, OPENING)
    try:
        source = source_of(content, language, complaints)
        job.progress(0.5, FINDING)
        read_markdown(source, language)
    except UnreadableTextError as error:
        _keep(job, source, error.complaints, refused=True)
    else:
        _keep(job, source, complaints, refused=False)


def _keep(
    job: RunningJob, source: str | None, complaints: list[Complaint], *, refused: bool
) -> None:
    with act() as session:
        job.check_lease(session)
        found = bringing.being_read(session, job.payload)
        if found is None:
            return
        if refused or source is None:
            bringing.refuse_reading(session, found, source, complaints, job.now())
        else:
            bringing.take_reading(session, found, source, complaints, job.now())
