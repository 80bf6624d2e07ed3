""" "This was not me": said by letter, by receipt or by anybody; and what the parties see of a case."""

from flask import Blueprint, Response, flash, render_template, url_for

from consult.accounts.login import acting
from consult.kernel import i18n
from consult.kernel.actor import VISITOR, Actor
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark
from consult.kernel.limits import limits
from consult.kernel.transaction import act
from consult.kernel.web import client_address, seen_other, served_at, settings
from consult.moderation.cases import disowning, links, queries
from consult.moderation.cases.forms import AnswerForm, LetterForm, NotMeForm, ReportedForm
from consult.moderation.errors import AlreadyGoneError, CaseBeforeError
from consult.moderation.models import (
    BY_LETTER,
    BY_RECEIPT,
    CLAIMANT,
    HOLDER,
    OPEN,
    IdentityCase,
)
from consult.moderation.reporting import report
from consult.submissions import queries as submissions
from consult.submissions.letters import submission_of
from consult.submissions.models import Comment
from consult.submissions.points import LIVE_STATES
from consult.submissions.web import holder

blueprint = Blueprint("cases", __name__)

Answer = Response | str | tuple[str, int]


class LinkError(NotFoundError):
    message = mark("This link is not complete. Please copy the whole address from the letter.")


@blueprint.route("/comments/<int:comment_id>/not-me", methods=["GET", "POST"])
def not_me(comment_id: int) -> Answer:
    """Its holder is believed at once; what anybody else says is read by an official first."""
    comment = submissions.comment(current_session(), comment_id)
    actor = _as_holder(comment)
    case = queries.case_of(current_session(), comment.id)
    if actor is not None:
        if case is not None:
            return seen_other("cases.show", comment_id=comment.id)
        return _by_receipt(comment, actor)
    if case is not None:
        raise CaseBeforeError
    return _reported(comment)


def _by_receipt(comment: Comment, actor: Actor) -> Answer:
    if comment.state not in LIVE_STATES:
        raise AlreadyGoneError
    form = NotMeForm()
    if not form.validate_on_submit():
        return _form("moderation/cases/not_me.html", form, comment=comment)
    _limit()
    with act() as session:
        disowning.open_by_holder(
            session, comment.submission_id, [comment.id],
            way=BY_RECEIPT, note=form.note.data, actor=actor, now=served_at(),
        )  # fmt: skip
    flash(_("Comment no. %(number)s is held back until this is decided.", number=comment.seq))
    return seen_other("cases.show", comment_id=comment.id)


def _reported(comment: Comment) -> Answer:
    if comment.state not in LIVE_STATES:
        raise AlreadyGoneError
    form = ReportedForm()
    if not form.validate_on_submit():
        row = submissions.rows(current_session(), [comment.id], language=i18n.language())
        return _form("moderation/cases/reported.html", form, row=row[comment.id])
    _limit()
    with act() as session:
        report(
            session,
            comment.id,
            reason="not_me",
            note=form.note.data,
            email=form.email.data or None,
            language=i18n.language(),
            form_number=form.number.data,
            actor=acting(),
            now=served_at(),
        )
    return seen_other("moderation.reported", comment_id=comment.id)


@blueprint.route("/not-me/<token>", methods=["GET", "POST"])
def by_letter(token: str) -> Answer:
    """Where the line of every letter about a submission leads."""
    submission_id = submission_of(token)
    found = submissions.with_consultation(current_session(), submission_id or 0)
    if found is None:
        raise LinkError
    submission, consultation = found
    session = current_session()
    rows = submissions.of_submission(session, submission.id, language=i18n.language())
    cases = queries.cases_of(session, [row.id for row in rows])
    free = [row for row in rows if row.state in LIVE_STATES and row.id not in cases]
    form = LetterForm()
    form.offer(free)
    if free and form.validate_on_submit():
        _limit()
        with act() as writing:
            disowning.open_by_holder(
                writing, submission.id, form.comments.data or [],
                way=BY_LETTER, note=form.note.data, actor=Actor.receipt(submission.id),
                now=served_at(),
            )  # fmt: skip
        flash(_("The comment is held back until this is decided."))
        return seen_other("cases.by_letter", token=token)
    return _form(
        "moderation/cases/by_letter.html",
        form,
        consultation_of=consultation,
        rows=rows,
        cases=cases,
        free=free,
        token=token,
    )


@blueprint.route("/comments/<int:comment_id>/case", methods=["GET", "POST"])
def show(comment_id: int) -> Answer:
    """A case as the holder of the receipt sees it."""
    comment = submissions.comment(current_session(), comment_id)
    actor = _as_holder(comment)
    case = queries.case_of(current_session(), comment_id)
    if actor is None or case is None:
        raise NotFoundError
    return _case(comment, case, HOLDER, actor, url_for("cases.show", comment_id=comment.id))


@blueprint.route("/cases/<token>", methods=["GET", "POST"])
def by_link(token: str) -> Answer:
    """A case as whoever reported the comment sees it."""
    report_id = links.report_of(token)
    if report_id is None:
        raise LinkError
    case = queries.of_report(current_session(), report_id)
    comment = submissions.comment(current_session(), case.comment_id)
    return _case(comment, case, CLAIMANT, VISITOR, url_for("cases.by_link", token=token))


def _case(comment: Comment, case: IdentityCase, party: str, actor: Actor, here: str) -> Answer:
    form = AnswerForm()
    if case.state == OPEN and form.validate_on_submit():
        try:
            _limit()
            with act() as session:
                disowning.answer(
                    session,
                    comment.id,
                    party=party,
                    text=form.text.data,
                    form_number=form.number.data,
                    actor=actor,
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("Your answer is with the officials."))
            return Response(status=303, headers={"Location": here})
    return _form(
        "moderation/cases/case.html",
        form,
        comment=comment,
        case=case,
        party=party,
        said=queries.messages(current_session(), case.id, party),
        here=here,
    )


def _as_holder(comment: Comment) -> Actor | None:
    submission = submissions.submission(current_session(), comment.submission_id)
    return None if submission is None else holder(current_session(), submission)


def _limit() -> None:
    limits().hit("report", client_address(), settings().reports_per_hour, served_at())


def _form(template: str, form: object, **facts: object) -> tuple[str, int]:
    page = render_template(template, form=form, days=disowning.DAYS, **facts)
    return page, 422 if getattr(form, "errors", None) or getattr(form, "form_errors", None) else 200
