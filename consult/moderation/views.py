"""Reporting, withdrawing, correcting; and the public log of removals."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, flash, render_template, request

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.kernel import i18n
from consult.kernel.actor import Actor
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.limits import limits
from consult.kernel.paging import Keyset, Page
from consult.kernel.settings import Settings
from consult.kernel.transaction import act
from consult.kernel.web import client_address, seen_other, served_at
from consult.moderation import queries, redaction_queries
from consult.moderation.correction import correct as write_correction
from consult.moderation.erasure import queries as erasures
from consult.moderation.errors import (
    AlreadyGoneError,
    CannotReportError,
    CorrectionClosedError,
    NotYoursError,
)
from consult.moderation.forms import CorrectForm, ReportForm
from consult.moderation.reporting import report as write_report
from consult.moderation.withdrawal import withdraw as take_back
from consult.moderation.words import ERASURE_NAMES, GROUND_NAMES, KIND_NAMES, REMOVAL_NAMES
from consult.submissions import proposing, standing
from consult.submissions import queries as submissions
from consult.submissions.intake import prepare
from consult.submissions.models import Comment, CommentRevision
from consult.submissions.points import LIVE_STATES
from consult.submissions.rows import CommentRow
from consult.submissions.web import holder

blueprint = Blueprint("moderation", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route("/comments/<int:comment_id>/report", methods=["GET", "POST"])
def report(comment_id: int) -> Answer:
    row = _row(comment_id)
    if not row.readable:
        raise CannotReportError
    form = ReportForm()
    if not form.validate_on_submit():
        page = render_template("moderation/report.html", form=form, row=row)
        return page, 422 if form.errors else 200
    limits().hit("report", client_address(), _settings().reports_per_hour, served_at())
    with act() as session:
        write_report(
            session,
            comment_id,
            reason=form.reason.data,
            note=form.note.data,
            form_number=form.number.data,
            actor=acting(),
            now=served_at(),
        )
    return seen_other("moderation.reported", comment_id=comment_id)


@blueprint.get("/comments/<int:comment_id>/reported")
def reported(comment_id: int) -> str:
    return render_template("moderation/reported.html", row=_row(comment_id))


@blueprint.route("/comments/<int:comment_id>/withdraw", methods=["GET", "POST"])
def withdraw(comment_id: int) -> Answer:
    comment, revision, actor = _own(comment_id)
    form = PressForm()
    if not form.validate_on_submit():
        return render_template(
            "moderation/withdraw.html",
            form=form,
            comment=comment,
            revision=revision,
            proposal=proposing.of_revision(revision),
        )
    with act() as session:
        take_back(session, comment_id, actor=actor, now=served_at())
    flash(_("Your comment No. %(number)s is withdrawn.", number=comment.seq))
    return seen_other("submissions.mine", submission_id=comment.submission_id)


@blueprint.route("/comments/<int:comment_id>/correct", methods=["GET", "POST"])
def correct(comment_id: int) -> Answer:
    comment, revision, actor = _own(comment_id)
    consultation = consultations.by_id(current_session(), comment.consultation_id)
    if phase(consultation, served_at()) != "open":
        raise CorrectionClosedError
    proposed = revision.proposed_source
    form = CorrectForm(
        source=revision.source,
        proposed=proposed,
        seen=revision.number,
        rewordings=revision.rewordings,
    )

    def page(status: int) -> Answer:
        return render_template(
            "moderation/correct.html",
            form=form,
            comment=comment,
            revision=revision,
            proposal=proposing.of_revision(revision),
            consultation=consultation,
        ), status

    if not form.validate_on_submit():
        return page(422 if form.errors else 200)
    try:
        prepared = replace(
            prepare(form.source.data, hint=comment.language),
            proposal=proposing.carried(current_session(), revision, form.proposed.data or ""),
        )
        with act() as session:
            write_correction(
                session,
                comment_id,
                prepared,
                seen=form.seen.data,
                rewordings=form.rewordings.data or 0,
                actor=actor,
                now=served_at(),
            )
    except ConsultError as error:
        form.refuse(error)
        return page(error.status)
    flash(_("Your comment No. %(number)s is corrected.", number=comment.seq))
    return seen_other("submissions.mine", submission_id=comment.submission_id)


@blueprint.get("/removals")
def removals() -> Response:
    """Every comment that was taken down, and words that were removed, and why; never the words."""

    def render() -> str:
        return render_template("moderation/removals.html", **_log(None))

    return versioned_page(consultations.versions(), render=render)


@blueprint.get("/consultations/<slug>/removals")
def removals_of(slug: str) -> Response:
    """The same for one consultation."""
    now = served_at()

    def render() -> str:
        session = current_session()
        consultation = consultations.public_by_slug(session, slug, now)
        return render_template(
            "moderation/removals_of.html",
            **_log(consultation.id),
            consultation=consultation,
            phase=phase(consultation, now),
            tab="comments",
        )

    return versioned_page(*standing.of_consultation(slug, now), render=render)


# What the log lists beside comments that were taken down.
_LISTS: dict[str, Callable[..., Page[Any]]] = {
    "words": redaction_queries.removed,
    "erased": erasures.erased,
}


def _log(consultation_id: int | None) -> dict[str, Any]:
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    show = request.args.get("show", "")
    read = _LISTS.get(show, queries.removals)
    page: Page[Any] = read(current_session(), keyset, consultation_id=consultation_id)
    return {
        "page": page,
        "show": show if show in _LISTS else "comments",
        "rules": REMOVAL_NAMES,
        "kinds": KIND_NAMES,
        "grounds": GROUND_NAMES,
        "erasures": ERASURE_NAMES,
    }


def _row(comment_id: int) -> CommentRow:
    found = submissions.rows(current_session(), [comment_id], language=i18n.language())
    if comment_id not in found:
        raise NotFoundError
    return found[comment_id]


def _own(comment_id: int) -> tuple[Comment, CommentRevision, Actor]:
    """A comment whose author this browser is, and as whom."""
    session = current_session()
    comment = submissions.comment(session, comment_id)
    submission = submissions.submission(session, comment.submission_id)
    actor = None if submission is None else holder(session, submission)
    if actor is None:
        raise NotYoursError
    if comment.state not in LIVE_STATES:
        raise AlreadyGoneError
    return comment, submissions.current_revision(session, comment_id), actor


def _settings() -> Settings:
    found: Settings = current_app.extensions["consult_settings"]
    return found
