"""Files of mails at the desk: looked at first, then taken in by a background job."""

import io

from flask import Blueprint, Response, render_template

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.files.sniffing import REASONS as NOT_KEPT
from consult.jobs import queries as jobs
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import PressForm
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at, settings
from consult.submissions import uploads
from consult.submissions.imports import queries
from consult.submissions.mail import boxes, preview, taking
from consult.submissions.mail.forms import MailFileForm, TakeMailsForm
from consult.submissions.mail.reading import REASONS, address_of
from consult.submissions.models import MAIL, CommentImport
from consult.submissions.tables import MAX_BYTES, FileTooLargeError
from consult.submissions.words import RESPONDENT_NAMES

blueprint = Blueprint("mail_desk", __name__)

Answer = Response | tuple[str, int]


@blueprint.route("/desk/consultations/<slug>/imports/mails", methods=["GET", "POST"])
def bring(slug: str) -> Answer:
    """Send a file of mails; nothing is taken in yet."""
    consultation = consultations.by_slug(current_session(), slug)
    form, status = MailFileForm(), 200
    if form.validate_on_submit():
        try:
            return _upload(consultation, form)
        except ConsultError as error:
            status = form.refuse(error)
    page = render_template("submissions/mail/bring.html", **_frame(consultation), form=form)
    return page, 422 if form.errors and status == 200 else status


def _upload(consultation: Consultation, form: MailFileForm) -> Response:
    content = form.file.data.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise FileTooLargeError(limit=MAX_BYTES // 1024 // 1024)
    # Read through once, here, however often the preview is opened. Refuses what is no mail.
    told = _looked_at(consultation.id, content)
    with act() as session:
        made = taking.open_import(
            session,
            consultation,
            file_name=form.file.data.filename or "",
            content=content,
            dry_run=preview.stored(told),
            actor=acting(),
            now=served_at(),
        )
    return seen_other("mail_desk.show", slug=consultation.slug, import_id=made.id)


@blueprint.route(
    "/desk/consultations/<slug>/imports/mails/<int:import_id>", methods=["GET", "POST"]
)
def show(slug: str, import_id: int) -> Answer:
    """A file of mails: what would come in; then the progress; then the report."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    found = queries.one(session, import_id, consultation.id)
    if found.kind != MAIL:
        raise NotFoundError
    if found.state != "uploaded" or found.content is None:
        return _report(consultation, found), 200
    form, status = TakeMailsForm(), 200
    ours = address_of(settings().mail_from)
    if form.validate_on_submit():
        try:
            with act() as writing:
                taking.start(
                    writing,
                    consultation,
                    found.id,
                    form.wish(ours),
                    actor=acting(),
                    now=served_at(),
                )
            return seen_other("mail_desk.show", slug=slug, import_id=import_id)
        except ConsultError as error:
            status = form.refuse(error)
    # A file that came before results were kept is read again.
    told = (
        preview.restored(found.dry_run)
        if found.dry_run is not None
        else _looked_at(consultation.id, found.content)
    )
    page = render_template(
        "submissions/mail/preview.html",
        **_frame(consultation),
        found=found,
        told=told,
        form=form,
        reasons=REASONS,
        respondents=RESPONDENT_NAMES,
        chosen=form.chosen(),
        not_kept=NOT_KEPT,
        kept_until=uploads.kept_until(found),
    )
    return page, status


def _looked_at(consultation_id: int, content: bytes) -> preview.Preview:
    return preview.looked_at(
        current_session(),
        consultation_id,
        enumerate(boxes.mails(io.BytesIO(content)), 1),
        now=served_at(),
        ours=address_of(settings().mail_from),
    )


def _report(consultation: Consultation, found: CommentImport) -> str:
    return render_template(
        "submissions/mail/show.html",
        **_frame(consultation),
        found=found,
        job=jobs.newest(current_session(), f"import:{found.id}"),
        not_taken=queries.not_taken(found),
        kept_until=uploads.kept_until(found),
        reasons=REASONS,
        press=PressForm(),
    )


def _frame(consultation: Consultation) -> dict[str, object]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "imports",
    }
