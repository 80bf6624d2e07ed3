"""A long submission at the desk: its document is kept, its words become one comment."""

from datetime import datetime

from flask import Blueprint, Response, flash, render_template

from consult.accounts.login import acting
from consult.accounts.web import may_open
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.files.sniffing import Incoming
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import attachments, intake
from consult.submissions.documents.forms import ACCEPT, DocumentForm
from consult.submissions.documents.reading import MAX_CHARACTERS
from consult.submissions.imports.again import taken_at_once, taken_with
from consult.submissions.lateness import day_of_receipt
from consult.submissions.recording import AlreadyReceivedError, Prepared

blueprint = Blueprint("documents_desk", __name__)

Answer = Response | tuple[str, int]


@blueprint.route("/desk/consultations/<slug>/imports/document", methods=["GET", "POST"])
def bring(slug: str) -> Answer:
    """Take a document in; its points are marked on the next page."""
    consultation = consultations.by_slug(current_session(), slug)
    form, status = DocumentForm(), 200
    if not form.is_submitted():
        form.language.data = i18n.language()
    if form.validate_on_submit():
        try:
            return _take(consultation, form)
        except ConsultError as error:
            status = form.refuse(error)
    page = render_template(
        "submissions/documents/bring.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="imports",
        form=form,
        accept=ACCEPT,
    )
    return page, 422 if form.errors and status == 200 else status


def _take(consultation: Consultation, form: DocumentForm) -> Response:
    received_at = day_of_receipt(form.received_on.data, served_at())
    source, file = form.read()
    prepared = intake.prepare(source, language=form.language.data, limit=MAX_CHARACTERS)
    source = prepared.rendered.source
    former = taken_with(form, source=source, received_at=received_at)
    if former is None:
        try:
            made = _receive(consultation, form, prepared, file, received_at)
        except AlreadyReceivedError:
            former = taken_at_once(form, source=source, received_at=received_at)
        else:
            flash(_("Taken in as No. %(number)s.", number=made.number))
            return _onwards(consultation, made.submission_id, made.comment_id)
    return _onwards(consultation, former.submission.id, former.comment.id)


def _receive(
    consultation: Consultation,
    form: DocumentForm,
    prepared: Prepared,
    file: Incoming,
    received_at: datetime,
) -> intake.Received:
    with act() as session:
        made = intake.receive(
            session,
            consultations.by_id(session, consultation.id),
            prepared,
            received_at=received_at,
            form_number=form.number.data,
            actor=acting(),
            now=served_at(),
            channel=form.channel.data,
            language=form.language.data,
            respondent=form.respondent.data,
            name=form.name.data,
            issue_receipt=False,
        )
        attachments.attach(
            session, consultation, made.submission_id, [file], actor=acting(), now=served_at()
        )
    return made


def _onwards(consultation: Consultation, submission_id: int, comment_id: int) -> Response:
    """To its points for who may mark them, else to its receipt."""
    if may_open("parting_desk.show"):
        return seen_other("parting_desk.show", slug=consultation.slug, number=comment_id)
    return seen_other("imports_desk.slip", slug=consultation.slug, submission_id=submission_id)
