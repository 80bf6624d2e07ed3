"""Agreeing, disagreeing and passing; and the groups of those who say alike."""

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import person
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.kernel import i18n
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.limits import limits
from consult.kernel.transaction import act
from consult.kernel.web import client_address, seen_other, served_at, settings
from consult.opinions import queries, reading, saying, voters
from consult.opinions.forms import StanceForm
from consult.opinions.picture import HEIGHT, WIDTH
from consult.opinions.voters import Voter
from consult.opinions.words import NOTED
from consult.submissions import queries as submissions
from consult.submissions import standing
from consult.submissions import web as visits
from consult.submissions.rows import CommentRow

blueprint = Blueprint("opinions", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route("/comments/<int:comment_id>/stance", methods=["GET", "POST"])
def stance(comment_id: int) -> Answer:
    """One comment, and the three buttons."""
    session = current_session()
    row = _row(comment_id)
    if row is None or row.root_id is not None:
        raise NotFoundError
    comment = submissions.comment(session, comment_id)
    consultation = consultations.by_id(session, comment.consultation_id)
    if phase(consultation, served_at()) is Phase.PREPARATION:
        raise NotFoundError
    form = StanceForm()
    status = 200
    if request.method == "POST":
        status = _take(form, consultation.id)
        if status == 200:
            return _thanks(row.seq, form, seen_other("opinions.stance", comment_id=comment_id))
        row = _row(comment_id)
    voter = _voter(consultation.id)
    mine = queries.said_by(session, comment_id, voter) if voter else None
    return _page("opinions/stance.html", form, consultation, row, mine=mine), status


@blueprint.route("/consultations/<slug>/others", methods=["GET", "POST"])
def others(slug: str) -> Answer:
    """One comment after the other: the one that fewest have spoken about comes first."""
    session = current_session()
    consultation = consultations.public_by_slug(session, slug, served_at())
    chosen = request.args.get("language")
    spoken = chosen if chosen in i18n.LANGUAGES else None
    form = StanceForm()
    status, again = 200, None
    if request.method == "POST":
        status = _take(form, consultation.id)
        again = _again(form, consultation.id) if form.comment.data else None
        if status == 200:
            number = again.seq if again else 0
            onward = seen_other("opinions.others", slug=slug, language=spoken)
            return _thanks(number, form, onward)
    is_open = phase(consultation, served_at()) is Phase.OPEN
    voter = _voter(consultation.id)
    row = again if again is not None and again.readable else None
    if row is None and is_open:
        found = queries.next_comment(session, consultation.id, voter, language=spoken)
        row = _row(found) if found else None
    return _page(
        "opinions/others.html",
        form,
        consultation,
        row,
        so_far=queries.how_many_by(session, voter) if voter else 0,
        spoken=spoken,
    ), status


@blueprint.get("/consultations/<slug>/opinion-groups")
def groups(slug: str) -> Response:
    """People who say alike: what each group says, what divides them, what all share."""
    now = served_at()

    def render() -> str:
        session = current_session()
        consultation = consultations.public_by_slug(session, slug, now)
        return render_template(
            "opinions/groups.html",
            consultation=consultation,
            phase=phase(consultation, now),
            tab="comments",
            found=reading.groups(session, consultation.id, language=i18n.language()),
            width=WIDTH,
            height=HEIGHT,
        )

    key = standing.of_consultation(slug, now)
    return versioned_page(*key, queries.map_version(slug), render=render)


def _row(comment_id: int) -> CommentRow | None:
    found = submissions.rows(current_session(), [comment_id], language=i18n.language())
    return found.get(comment_id)


def _again(form: StanceForm, consultation_id: int) -> CommentRow | None:
    """The comment that the form was about, if it is of this consultation."""
    row = _row(form.comment.data)
    if row is None or row.root_id is not None:
        return None
    comment = submissions.comment(current_session(), row.id)
    return row if comment.consultation_id == consultation_id else None


def _voter(consultation_id: int) -> Voter | None:
    """Who speaks, if this browser is somebody's or in the middle of a visit."""
    known = person()
    if known is not None:
        return voters.of_account(consultation_id, known.id)
    if visits.has_visit():
        return voters.of_visit(consultation_id, visits.visit_number())
    return None


def _take(form: StanceForm, consultation_id: int) -> int:
    """Note what was said; returns the status of the answer. What is refused stands on the form."""
    if not form.validate():
        return 422
    known = person()
    who = f"account:{known.id}" if known else client_address()
    try:
        limits().hit("stance", who, settings().stances_per_hour, served_at())
        if known is None and not visits.has_visit():
            # Each visit is another voice: whoever throws their cookies away begins many.
            limits().hit("visit", who, settings().visits_per_hour, served_at())
        with act() as session:
            saying.say(
                session,
                form.comment.data,
                said=form.said.data,
                seen=form.seen.data,
                voter=_voter(consultation_id)
                or voters.of_visit(consultation_id, visits.visit_number()),
                now=served_at(),
            )
    except ConsultError as error:
        return form.refuse(error)
    return 200


def _thanks(number: int, form: StanceForm, response: Response) -> Response:
    flash(_(NOTED[form.said.data], number=number))
    if person() is None:
        visits.keep_visit(response)
    return response


def _page(
    template: str,
    form: StanceForm,
    consultation: Consultation,
    row: CommentRow | None,
    **more: object,
) -> str:
    if row is not None:
        form.comment.data, form.seen.data = row.id, row.revision_id
        # A refused form would print what was sent: the words that were changed meanwhile.
        form.comment.raw_data = form.seen.raw_data = None
    return render_template(
        template,
        form=form,
        leaving=PressForm(),
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="comments",
        row=row,
        in_visit=visits.has_visit() and person() is None,
        **more,
    )
