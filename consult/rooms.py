"""The index of the house: every blueprint, job handler and recipient resolver, by room."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Flask
from sqlalchemy.orm import Session

from consult.accounts import desk as accounts_desk
from consult.accounts import letters as account_letters
from consult.accounts import views as accounts
from consult.accounts import web as guard
from consult.accounts.demo import refuse_demo_accounts
from consult.accounts.organisations import views as organisations
from consult.answers import desk as answers_desk
from consult.answers import selecting, selection_work
from consult.answers import work as answers
from consult.answers.adoption import desk as proposals_desk
from consult.answers.bulk import desk as bulk_desk
from consult.answers.checking import desk as checking_desk
from consult.answers.colleagues import desk as colleagues_desk
from consult.answers.milestones import desk as milestones_desk
from consult.answers.milestones import keeping as milestones
from consult.answers.milestones import work as milestone_work
from consult.answers.modules import desk as modules_desk
from consult.consultations import desk as consultations_desk
from consult.consultations import queries as consultations
from consult.drafts import bringing as text_bringing
from consult.drafts import desk as drafts_desk
from consult.drafts import publishing as text_publishing
from consult.drafts import work as text_work
from consult.drafts.translations import desk as translations_desk
from consult.exports import views as exports
from consult.exports.reports import desk as report_desk
from consult.exports.reports import requesting as reports
from consult.exports.reports import views as report
from consult.exports.reports import work as report_work
from consult.jobs.worker import Handler, Worker
from consult.kernel.db import current_session, db
from consult.kernel.settings import Settings
from consult.moderation import desk as moderation_desk
from consult.moderation import going as replies
from consult.moderation import redaction, scanning
from consult.moderation import views as moderation
from consult.moderation import work as moderation_work
from consult.moderation.cases import desk as cases_desk
from consult.moderation.cases import disowning
from consult.moderation.cases import views as cases
from consult.moderation.cases.telling import reporter
from consult.moderation.erasure import desk as erasure_desk
from consult.moderation.erasure import erasing as erasure
from consult.moderation.erasure import views as erasure_views
from consult.moderation.erasure import work as erasure_work
from consult.moderation.latecomers import desk as late_desk
from consult.moderation.objections import desk as objections_desk
from consult.moderation.objections import views as objections
from consult.moderation.redacting import desk as redacting_desk
from consult.moderation.redacting import work as redacting
from consult.notifications import views as letters
from consult.notifications.outbox import Recipient
from consult.notifications.web import sender
from consult.operations import views as operations
from consult.opinions import planning as opinion_planning
from consult.opinions import views as opinions
from consult.opinions import work as comparing
from consult.pages.about import views as about
from consult.pages.activity import views as activity
from consult.pages.bringing import desk as bringing
from consult.pages.campaigns import views as campaigns
from consult.pages.comments import views as comments
from consult.pages.draft import views as draft
from consult.pages.home import views as home
from consult.pages.officials import views as desk
from consult.pages.outcome import views as outcome
from consult.pages.overview import views as overview
from consult.pages.register import views as register
from consult.pages.search import views as searching
from consult.pages.style import views as style
from consult.pages.trace import views as trace
from consult.pages.work import views as work
from consult.submissions import uploads
from consult.submissions import views as submissions
from consult.submissions import work as imports
from consult.submissions.attaching import desk as attaching_desk
from consult.submissions.documents import desk as documents_desk
from consult.submissions.draftings import views as draftings
from consult.submissions.imports import desk as imports_desk
from consult.submissions.letters import recipient as submitter
from consult.submissions.mail import desk as mail_desk
from consult.submissions.mail import taking as mail_taking
from consult.submissions.mail import work as mail_work
from consult.submissions.participation import desk as participation_desk
from consult.submissions.participation import views as participation
from consult.submissions.placing import desk as placing_desk
from consult.themes import bulk_work, dividing_work, vector_work
from consult.themes import desk as themes_desk
from consult.themes import runs as analysis_runs
from consult.themes import views as themes
from consult.themes import work as analysing
from consult.themes.analysing import desk as analysis_desk
from consult.themes.campaigning import desk as campaigns_desk
from consult.themes.coding import desk as coding_desk
from consult.themes.parting import desk as parting_desk
from consult.themes.reading import desk as reading_desk

BLUEPRINTS: list[Blueprint] = [
    # pages
    about.blueprint,
    draft.blueprint,
    home.blueprint,
    overview.blueprint,
    outcome.blueprint,
    trace.blueprint,
    comments.blueprint,
    campaigns.blueprint,
    register.blueprint,
    searching.blueprint,
    style.blueprint,
    desk.blueprint,
    activity.blueprint,
    work.blueprint,
    bringing.blueprint,
    # exports
    exports.blueprint,
    report.blueprint,
    report_desk.blueprint,
    # moderation
    moderation.blueprint,
    moderation_desk.blueprint,
    erasure_views.blueprint,
    erasure_desk.blueprint,
    cases.blueprint,
    cases_desk.blueprint,
    objections.blueprint,
    objections_desk.blueprint,
    late_desk.blueprint,
    redacting_desk.blueprint,
    # answers
    answers_desk.blueprint,
    checking_desk.blueprint,
    bulk_desk.blueprint,
    colleagues_desk.blueprint,
    modules_desk.blueprint,
    proposals_desk.blueprint,
    milestones_desk.blueprint,
    # themes
    themes.blueprint,
    themes_desk.blueprint,
    analysis_desk.blueprint,
    campaigns_desk.blueprint,
    coding_desk.blueprint,
    parting_desk.blueprint,
    reading_desk.blueprint,
    # opinions
    opinions.blueprint,
    # submissions
    submissions.blueprint,
    draftings.blueprint,
    imports_desk.blueprint,
    attaching_desk.blueprint,
    mail_desk.blueprint,
    documents_desk.blueprint,
    placing_desk.blueprint,
    participation.blueprint,
    participation_desk.blueprint,
    # drafts
    drafts_desk.blueprint,
    translations_desk.blueprint,
    # consultations
    consultations_desk.blueprint,
    # accounts
    accounts.blueprint,
    organisations.blueprint,
    accounts_desk.blueprint,
    # notifications, operations
    letters.blueprint,
    operations.blueprint,
]

# What does the work of each kind of job.
HANDLERS: dict[str, Handler] = {
    "publish": Handler(answers.publish, answers.ended),
    selecting.JOB: Handler(selection_work.answer, selection_work.ended),
    milestones.JOB: Handler(milestone_work.tell),
    text_publishing.INDEX_JOB: Handler(text_work.index_text),
    text_bringing.JOB: Handler(text_work.read_text, text_bringing.ended),
    replies.JOB: Handler(moderation_work.owe_replies),
    disowning.JOB: Handler(moderation_work.lapse_case),
    erasure.JOB: Handler(erasure_work.finish),
    # exports
    reports.JOB: Handler(report_work.make, reports.ended),
    scanning.JOB: Handler(redacting.find_personal_data),
    redaction.FORGET_JOB: Handler(redacting.forget_words),
    # themes
    analysis_runs.JOB: Handler(analysing.analyse, analysis_runs.ended),
    vector_work.JOB: Handler(vector_work.compute),
    bulk_work.MOVE: Handler(bulk_work.move),
    bulk_work.SETTLE: Handler(bulk_work.settle_campaign),
    bulk_work.SETTLE_MANY: Handler(bulk_work.settle_campaigns),
    dividing_work.JOB: Handler(dividing_work.divide),
    # opinions
    opinion_planning.JOB: Handler(comparing.compare),
    # submissions
    uploads.KIND: Handler(imports.handle, imports.ended),
    mail_taking.JOB: Handler(mail_work.handle, imports.ended),
}

# Who a letter's recipient reference means: "submission:12" → RESOLVERS["submission"](session, 12).
RESOLVERS: dict[str, Callable[[Session, int], Recipient | None]] = {
    "submission": submitter,
    "user": account_letters.to_user,
    "invitation": account_letters.to_invited,
    "member": account_letters.to_member,
    "report": reporter,
}


def init_app(app: Flask, settings: Settings) -> None:
    """Open every room's doors."""
    if settings.production:
        with app.app_context():
            try:
                refuse_demo_accounts(current_session())
            finally:
                db.session.remove()
                db.engine.dispose()  # workers are forked later and need connections of their own
    guard.init_app(app, lambda slug: consultations.bodies_of(current_session(), slug))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # What the worker needs, made when it starts (operations stands below this index).
    app.extensions["consult_job_worker"] = partial(Worker, HANDLERS, app.app_context)
    app.extensions["consult_letter_sender"] = lambda: sender(app, resolve)


def resolve(session: Session, reference: str) -> Recipient | None:
    """The recipient a letter's reference means; none if there is no address (any more)."""
    kind, _, number = reference.partition(":")
    return RESOLVERS[kind](session, int(number))
