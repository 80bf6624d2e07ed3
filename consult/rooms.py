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
from consult.answers import desk as answers_desk
from consult.answers import work as answers
from consult.consultations import desk as consultations_desk
from consult.consultations import queries as consultations
from consult.consultations import views as register
from consult.drafts import desk as drafts_desk
from consult.drafts import publishing as text_publishing
from consult.drafts import work as text_work
from consult.exports import views as exports
from consult.jobs.worker import Handler, Worker
from consult.kernel.db import current_session, db
from consult.kernel.settings import Settings
from consult.moderation import desk as moderation_desk
from consult.moderation import going as replies
from consult.moderation import views as moderation
from consult.moderation import work as moderation_work
from consult.notifications import views as letters
from consult.notifications.outbox import Recipient
from consult.notifications.web import sender
from consult.operations import views as operations
from consult.opinions import planning as opinion_planning
from consult.opinions import views as opinions
from consult.opinions import work as comparing
from consult.pages.about import views as about
from consult.pages.activity import views as activity
from consult.pages.comments import views as comments
from consult.pages.draft import views as draft
from consult.pages.home import views as home
from consult.pages.officials import views as desk
from consult.pages.outcome import views as outcome
from consult.pages.overview import views as overview
from consult.pages.search import views as searching
from consult.pages.style import views as style
from consult.pages.trace import views as trace
from consult.pages.work import views as work
from consult.submissions import uploads
from consult.submissions import views as submissions
from consult.submissions import work as imports
from consult.submissions.imports import desk as imports_desk
from consult.submissions.letters import recipient as submitter
from consult.themes import bulk_work, vector_work
from consult.themes import desk as themes_desk
from consult.themes import runs as analysis_runs
from consult.themes import views as themes
from consult.themes import work as analysing
from consult.themes.analysing import desk as analysis_desk
from consult.themes.campaigning import desk as campaigns_desk
from consult.themes.coding import desk as coding_desk

BLUEPRINTS: list[Blueprint] = [
    # pages
    about.blueprint,
    draft.blueprint,
    home.blueprint,
    overview.blueprint,
    outcome.blueprint,
    trace.blueprint,
    comments.blueprint,
    searching.blueprint,
    style.blueprint,
    desk.blueprint,
    activity.blueprint,
    work.blueprint,
    # exports
    exports.blueprint,
    # moderation
    moderation.blueprint,
    moderation_desk.blueprint,
    # answers
    answers_desk.blueprint,
    # themes
    themes.blueprint,
    themes_desk.blueprint,
    analysis_desk.blueprint,
    campaigns_desk.blueprint,
    coding_desk.blueprint,
    # opinions
    opinions.blueprint,
    # submissions
    submissions.blueprint,
    imports_desk.blueprint,
    # drafts
    drafts_desk.blueprint,
    # consultations
    consultations_desk.blueprint,
    register.blueprint,
    # accounts
    accounts.blueprint,
    accounts_desk.blueprint,
    # notifications, operations
    letters.blueprint,
    operations.blueprint,
]

# What does the work of each kind of job.
HANDLERS: dict[str, Handler] = {
    "publish": Handler(answers.publish, answers.ended),
    text_publishing.INDEX_JOB: Handler(text_work.index_text),
    replies.JOB: Handler(moderation_work.owe_replies),
    # themes
    analysis_runs.JOB: Handler(analysing.analyse, analysis_runs.ended),
    vector_work.JOB: Handler(vector_work.compute),
    bulk_work.MOVE: Handler(bulk_work.move),
    bulk_work.SETTLE: Handler(bulk_work.settle_campaign),
    # opinions
    opinion_planning.JOB: Handler(comparing.compare),
    # submissions
    uploads.KIND: Handler(imports.handle, imports.ended),
}

# Who a letter's recipient reference means: "submission:12" → RESOLVERS["submission"](session, 12).
RESOLVERS: dict[str, Callable[[Session, int], Recipient | None]] = {
    "submission": submitter,
    "user": account_letters.to_user,
    "invitation": account_letters.to_invited,
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
