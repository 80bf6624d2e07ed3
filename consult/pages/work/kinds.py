"""The kinds of background work: what each is called, where it is seen, and how it is started again
or stopped. A kind whose work is owed to somebody cannot be stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers import publishing, selecting, selection_work
from consult.answers.milestones import keeping as milestones
from consult.answers.models import Publication
from consult.drafts import bringing
from consult.drafts import publishing as texts
from consult.exports.reports import requesting as reports
from consult.jobs import queue
from consult.jobs.errors import JobNotWaitingError
from consult.jobs.models import CANCELLED
from consult.kernel.actor import Actor
from consult.kernel.i18n import mark
from consult.moderation import going, redaction, scanning
from consult.moderation.cases import disowning
from consult.moderation.erasure import erasing
from consult.opinions import planning as opinions
from consult.pages.work.queries import Task
from consult.submissions import uploads
from consult.submissions.mail import taking
from consult.themes import bulk_work, dividing_work, runs, vector_work

Verb = Callable[[Session, Task, Actor, datetime], None]


@dataclass(frozen=True)
class Kind:
    """`page` is an endpoint of the consultation. No verb: it cannot be done."""

    name: str
    page: str
    again: Verb | None = None
    stop: Verb | None = None


def _again(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    queue.retry(session, task.job.id, now)
    _log(session, task, "again", actor, now)


def _stop(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    if not queue.cancel(session, task.job.id, now):
        raise JobNotWaitingError
    _log(session, task, "stopped", actor, now)


def _stop_run(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    runs.cancel(session, task.consultation, int(task.job.payload["run"]), actor=actor, now=now)


def _run_again(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    runs.again(session, task.consultation, int(task.job.payload["run"]), actor=actor, now=now)


def _resume_publication(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    publishing.resume(session, _publication(session, task), actor=actor, now=now)


def _stop_publication(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    publishing.cancel(session, _publication(session, task), actor=actor, now=now)


def _publication(session: Session, task: Task) -> Publication:
    return session.get_one(Publication, int(task.job.payload["publication"]))


def _resume_import(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    uploads.resume(session, int(task.job.payload["import"]), task.job.id, actor=actor, now=now)


def _stop_import(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    uploads.stop(session, int(task.job.payload["import"]), task.job.id, actor=actor, now=now)


def _stop_reading(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    _stop(session, task, actor, now)
    bringing.ended(session, dict(task.job.payload), CANCELLED, now)


def _stop_selection(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    _stop(session, task, actor, now)
    selection_work.ended(session, dict(task.job.payload), CANCELLED, now)


def _report_again(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    _again(session, task, actor, now)
    reports.again(session, int(task.job.payload["report"]))


def _stop_report(session: Session, task: Task, actor: Actor, now: datetime) -> None:
    _stop(session, task, actor, now)
    reports.ended(session, dict(task.job.payload), CANCELLED, now)


def _log(session: Session, task: Task, what: str, actor: Actor, now: datetime) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"job:{what}",
        thing=f"job:{task.job.id}",
        consultation=task.consultation.id,
        now=now,
        kind=task.job.kind,
    )


KINDS = {
    "publish": Kind(
        mark("Publishing answers"),
        "answers_desk.publications",
        _resume_publication,
        _stop_publication,
    ),
    selecting.JOB: Kind(
        mark("Answering many points together"), "bulk_desk.show", None, _stop_selection
    ),
    milestones.JOB: Kind(mark("Letters about a promise"), "milestones_desk.index", _again),
    runs.JOB: Kind(mark("Analysis"), "analysis_desk.show", _run_again, _stop_run),
    uploads.KIND: Kind(
        mark("Import of comments"), "imports_desk.index", _resume_import, _stop_import
    ),
    taking.JOB: Kind(mark("Import of mails"), "imports_desk.index", _resume_import, _stop_import),
    vector_work.JOB: Kind(
        mark("Reading new comments for the analysis"), "analysis_desk.show", _again, _stop
    ),
    bulk_work.MOVE: Kind(mark("Moving points"), "themes_desk.show", _again, _stop),
    bulk_work.SETTLE: Kind(
        mark("Going through the members of a campaign"), "campaigns_desk.show", _again, _stop
    ),
    bulk_work.SETTLE_MANY: Kind(
        mark("Going through the letters of several campaigns"), "campaigns_desk.show", _again, _stop
    ),
    dividing_work.JOB: Kind(
        mark("Making points of what people added to a letter"), "campaigns_desk.show", _again
    ),
    opinions.JOB: Kind(mark("Looking for opinion groups"), "opinions.groups", _again, _stop),
    bringing.JOB: Kind(
        mark("Reading a text that is brought in"), "bringing.show", _again, _stop_reading
    ),
    reports.JOB: Kind(mark("Making a report"), "report_desk.index", _report_again, _stop_report),
    texts.INDEX_JOB: Kind(mark("Making the text searchable"), "drafts_desk.show", _again),
    going.JOB: Kind(
        mark("Replies to a comment that went become owed"), "moderation_desk.replies", _again
    ),
    disowning.JOB: Kind(
        mark("A case nobody decided in time ends by the rule"), "moderation_desk.reports", _again
    ),
    scanning.JOB: Kind(
        mark("Looking for personal data in new comments"), "redacting_desk.index", _again
    ),
    erasing.JOB: Kind(mark("Erasing what somebody sent"), "moderation.removals_of", _again),
    redaction.FORGET_JOB: Kind(mark("Forgetting removed words"), "redacting_desk.removed", _again),
}
