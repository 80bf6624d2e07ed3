"""The files of a submission, for the officials of its consultation."""

from io import BytesIO

from flask import Blueprint, Response, flash, render_template, send_file

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.files import queries as files
from consult.files.models import File
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import attachments
from consult.submissions.attaching.forms import ACCEPT, ScansForm
from consult.submissions.imports import queries

blueprint = Blueprint("attaching_desk", __name__)

Answer = Response | tuple[str, int]

# Beside the policy of the house: a browser that shows the file after all runs nothing in it.
SEALED = "default-src 'none'; sandbox"


@blueprint.route(
    "/desk/consultations/<slug>/imports/submissions/<int:submission_id>/scans",
    methods=["GET", "POST"],
)
def add(slug: str, submission_id: int) -> Answer:
    """Add scans to a submission."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    slip, form, status = queries.brought(session, consultation.id, submission_id), ScansForm(), 200
    if form.validate_on_submit():
        try:
            chosen = form.chosen()
            if chosen:
                with act() as writing:
                    attachments.attach(
                        writing,
                        consultation,
                        submission_id,
                        chosen,
                        actor=acting(),
                        now=served_at(),
                    )
                flash(_("The scans are kept with the submission."))
                return seen_other("imports_desk.slip", slug=slug, submission_id=submission_id)
        except ConsultError as error:
            status = form.refuse(error)
    page = render_template(
        "submissions/attaching/add.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="imports",
        slip=slip,
        form=form,
        accept=ACCEPT,
    )
    return page, 422 if form.errors and status == 200 else status


@blueprint.get(
    "/desk/consultations/<slug>/imports/submissions/<int:submission_id>/files/<int:file_id>"
)
def download(slug: str, submission_id: int, file_id: int) -> Response:
    """A file. Where words of the submission are sealed, the desk of removed words opens it."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    queries.brought(session, consultation.id, submission_id)
    if queries.words_removed(session, submission_id):
        raise attachments.SealedFilesError
    return handed_out(files.one(session, attachments.reference(submission_id), file_id))


def handed_out(found: File) -> Response:
    """A file with its content, to be saved and never shown in the page."""
    response = send_file(
        BytesIO(found.content or b""),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.name,
    )
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post(
    "/desk/consultations/<slug>/imports/submissions/<int:submission_id>/files/<int:file_id>/erase"
)
def erase(slug: str, submission_id: int, file_id: int) -> Response:
    """Erase a file for good: the wrong page was scanned."""
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        with act() as session:
            attachments.erase(
                session, consultation, submission_id, file_id, actor=acting(), now=served_at()
            )
        flash(_("The file is erased."))
    return seen_other("imports_desk.slip", slug=slug, submission_id=submission_id)
