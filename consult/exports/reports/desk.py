"""The officials' page of reports: ask for one, see how far it is, have it."""

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.exports.reports import queries, requesting
from consult.exports.reports.files import TYPES, filename
from consult.exports.reports.forms import ReportForm
from consult.exports.reports.keeping import KEPT
from consult.exports.reports.words import FORMAT_NAMES
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at, streamed

blueprint = Blueprint("report_desk", __name__)

Answer = Response | tuple[str, int]


@blueprint.route("/desk/consultations/<slug>/report", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    form = ReportForm()
    if form.validate_on_submit():
        return _request(consultation, form)
    if not form.is_submitted():
        form.language.data = i18n.language()
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    return render_template(
        "exports/desk_reports.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="report",
        form=form,
        page=queries.listed(current_session(), consultation.id, keyset),
        format_names=FORMAT_NAMES,
        kept_days=KEPT.days,
    ), 422 if form.errors else 200


def _request(consultation: Consultation, form: ReportForm) -> Response:
    with act() as session:
        requesting.request(
            session,
            consultation,
            language=form.language.data,
            form=form.form.data,
            actor=acting(),
            now=served_at(),
        )
    flash(_("The report is being made. It stands below when it is ready."))
    return seen_other("report_desk.index", slug=consultation.slug)


@blueprint.get("/desk/consultations/<slug>/report/<int:report_id>")
def download(slug: str, report_id: int) -> Response:
    """A file, as long as all of its words may be read."""
    consultation = consultations.by_slug(current_session(), slug)
    found = queries.one(current_session(), consultation.id, report_id)
    return streamed(
        lambda session: queries.pieces(session, report_id),
        content_type=TYPES[found.format],
        filename=filename(consultation, found),
    )
