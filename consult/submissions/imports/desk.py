"""Files of comments, letters on paper, and their printed receipts, for officials."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from wtforms import SelectChoice

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.files import queries as files
from consult.files.sniffing import REASONS as NOT_KEPT
from consult.files.sniffing import Incoming
from consult.jobs import queries as jobs
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset, number
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import (
    attachments,
    importing,
    intake,
    mappings,
    printing,
    replacing,
    tables,
    target,
    uploads,
)
from consult.submissions.attaching.forms import ACCEPT, chosen_scans
from consult.submissions.importing import Columns
from consult.submissions.imports import queries
from consult.submissions.imports.again import taken_at_once, taken_with
from consult.submissions.imports.forms import ChooseForm, FindForm, PaperForm, UploadForm
from consult.submissions.imports.trying import ALL, Trial, tried
from consult.submissions.imports.words import REASONS
from consult.submissions.lateness import day_of_receipt
from consult.submissions.mappings import Saved
from consult.submissions.models import MAIL, CommentImport
from consult.submissions.platforms import NAMES
from consult.submissions.printing import AT_ONCE, Printed
from consult.submissions.recording import AlreadyReceivedError, Prepared
from consult.submissions.tables import Table
from consult.submissions.target import Edition

blueprint = Blueprint("imports_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.route("/desk/consultations/<slug>/imports", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """What was imported, and the way to bring in more."""
    consultation = consultations.by_slug(current_session(), slug)
    form = UploadForm()
    status = 200
    if form.validate_on_submit():
        try:
            return _upload(consultation, form)
        except ConsultError as error:
            form.refuse(error)
            status = error.status
    elif form.errors:
        status = 422
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = queries.listed(current_session(), consultation.id, keyset)
    return render_template(
        "submissions/imports/index.html", **_frame(consultation), form=form, page=page
    ), status


def _upload(consultation: Consultation, form: UploadForm) -> Response:
    content = form.file.data.read(tables.MAX_BYTES + 1)
    tables.read(content)
    with act() as session:
        made = uploads.upload(
            session,
            consultation,
            file_name=(form.file.data.filename or "").replace("\0", "") or "file.csv",
            content=content,
            actor=acting(),
            now=served_at(),
        )
    return seen_other("imports_desk.show", slug=consultation.slug, import_id=made.id)


@blueprint.route("/desk/consultations/<slug>/imports/<int:import_id>", methods=["GET", "POST"])
def show(slug: str, import_id: int) -> Answer:
    """A file: first the preview, then the progress, then the report."""
    consultation = consultations.by_slug(current_session(), slug)
    found = queries.one(current_session(), import_id, consultation.id)
    if found.kind == MAIL:
        return seen_other("mail_desk.show", slug=slug, import_id=import_id)
    if found.state != "uploaded" or found.content is None:
        return render_template(
            "submissions/imports/show.html",
            **_frame(consultation),
            found=found,
            job=jobs.newest(current_session(), f"import:{found.id}"),
            not_taken=queries.not_taken(found),
            kept_until=uploads.kept_until(found),
            reasons=REASONS,
            press=PressForm(),
        )
    form, sent = ChooseForm(), request.method == "POST"
    table = tables.read(
        found.content,
        encoding=form.encoding.data or "" if sent else "",
        delimiter=form.delimiter.data or "" if sent else "",
        sheet=form.sheet.data or "" if sent else "",
    )
    saved = None if sent else mappings.fitting(_saved(consultation), table.header)
    columns = importing.proposed(table) if saved is None else saved.columns
    form.of_table(table, columns)
    if not sent:
        form.source.data = saved.source if saved else NAMES.get(table.platform, found.source)
        form.channel.data = saved.channel if saved else form.channel.data
    valid = form.validate_on_submit()
    trial = Trial()
    try:
        columns = importing.checked(table, form.chosen(table.header))
        if valid and request.form.get("step") == "start":
            return _start(consultation, found, form, table, columns)
        facts = queries.facts(
            current_session(),
            consultation,
            form.source.data or "",
            form.received_on.data,
            served_at(),
        )
        trial = tried(table, columns, facts)
    except ConsultError as error:
        form.refuse(error)
        return _preview(consultation, found, form, table, trial), error.status
    return _preview(
        consultation, found, form, table, trial, saved=saved
    ), 422 if form.errors else 200


def _saved(consultation: Consultation) -> list[Saved]:
    return mappings.saved(current_session(), consultation.id)


def _start(
    consultation: Consultation,
    found: CommentImport,
    form: ChooseForm,
    table: Table,
    columns: Columns,
) -> Response:
    reading = uploads.Reading(
        columns=columns,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        source=form.source.data,
        channel=form.channel.data,
        received_on=form.received_on.data,
    )
    with act() as session:
        started = uploads.start(
            session, consultation, found.id, reading, actor=acting(), now=served_at()
        )
        uploads.enqueue(session, started, now=served_at())
    return seen_other("imports_desk.show", slug=consultation.slug, import_id=found.id)


def _preview(
    consultation: Consultation,
    found: CommentImport,
    form: ChooseForm,
    table: Table,
    trial: Trial,
    *,
    saved: Saved | None = None,
) -> str:
    after = number(request.form.get("after")) or 0
    shown, more = trial.window(form.show.data or ALL, after)
    return render_template(
        "submissions/imports/preview.html",
        **_frame(consultation),
        found=found,
        kept_until=uploads.kept_until(found),
        form=form,
        table=table,
        samples=table.samples(),
        platform=NAMES.get(table.platform, ""),
        saved=saved,
        trial=trial,
        shown=shown,
        more=more,
        after=after,
        reasons=REASONS,
    )


@blueprint.post("/desk/consultations/<slug>/imports/<int:import_id>/again")
def again(slug: str, import_id: int) -> Response:
    """Go on with an import that was given up."""
    consultation = consultations.by_slug(current_session(), slug)
    found = queries.one(current_session(), import_id, consultation.id)
    job = jobs.newest(current_session(), f"import:{found.id}")
    if PressForm().validate_on_submit() and job is not None:
        with act() as session:
            uploads.resume(session, found.id, job.id, actor=acting(), now=served_at())
    return seen_other("imports_desk.show", slug=slug, import_id=import_id)


@blueprint.post("/desk/consultations/<slug>/imports/<int:import_id>/receipts")
def receipts(slug: str, import_id: int) -> str:
    """The receipts of an import, fifty sheets at a time; printing them issues them."""
    consultation = consultations.by_slug(current_session(), slug)
    queries.one(current_session(), import_id, consultation.id)
    after = Keyset.parse(request.form.get("after"), None).after or 0
    with act() as session:
        slips = queries.slips(
            session, consultation.id, import_id=import_id, after=after, limit=AT_ONCE
        )
        printed = _printed(session, slips)
    return _sheets(consultation, printed, import_id=import_id)


@blueprint.route("/desk/consultations/<slug>/imports/paper", methods=["GET", "POST"])
def paper(slug: str) -> Answer:
    """One submission that came on paper, by telephone or by e-mail."""
    session, language = current_session(), i18n.language()
    consultation = consultations.by_slug(session, slug)
    form = PaperForm()
    shown = target.edition(session, consultation.id, language)
    form.clause.choices = _clauses(shown)
    if not form.is_submitted():
        form.language.data = language
    status = 200
    if form.validate_on_submit():
        try:
            return _take(consultation, form, shown)
        except ConsultError as error:
            form.refuse(error)
            status = error.status
    elif form.errors:
        status = 422
    return render_template(
        "submissions/imports/paper.html", **_frame(consultation), form=form, accept=ACCEPT
    ), status


def _clauses(shown: Edition | None) -> list[Any]:
    entries = [] if shown is None else target.outline(shown)
    chosen = [SelectChoice(entry.key, entry.label) for entry in entries]
    return [SelectChoice("", _("The whole text")), *chosen]


def _take(consultation: Consultation, form: PaperForm, shown: Edition | None) -> Response:
    received_at = day_of_receipt(form.received_on.data, served_at())
    scans = chosen_scans(form.scans)
    prepared = intake.prepare(importing.literal(form.source.data), language=form.language.data)
    source = prepared.rendered.source
    former = taken_with(form, source=source, received_at=received_at)
    if former is None:
        try:
            made = _receive(
                consultation, form, shown, prepared, scans=scans, received_at=received_at
            )
        except AlreadyReceivedError:
            former = taken_at_once(form, source=source, received_at=received_at)
        else:
            flash(_("Taken in as No. %(number)s.", number=made.number))
    submission_id = made.submission_id if former is None else former.submission.id
    return seen_other("imports_desk.slip", slug=consultation.slug, submission_id=submission_id)


def _receive(
    consultation: Consultation,
    form: PaperForm,
    shown: Edition | None,
    prepared: Prepared,
    *,
    scans: Sequence[Incoming],
    received_at: datetime,
) -> intake.Received:
    with act() as session:
        about = target.clause(shown, form.clause.data or "")
        made = intake.receive(
            session,
            consultations.by_id(session, consultation.id),
            prepared,
            clause_id=about.clause_id,
            version_id=shown.version_id if shown and about.clause else None,
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
            session,
            consultation,
            made.submission_id,
            scans,
            actor=acting(),
            now=served_at(),
        )
    return made


@blueprint.route(
    "/desk/consultations/<slug>/imports/submissions/<int:submission_id>", methods=["GET", "POST"]
)
def slip(slug: str, submission_id: int) -> Answer:
    """One submission that a clerk brought in, and its receipt."""
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        with act() as session:
            found = queries.slip(session, consultation.id, submission_id, to_print=True)
            printed = _printed(session, [found])
        return _sheets(consultation, printed)
    return render_template(
        "submissions/imports/slip.html",
        **_frame(consultation),
        slip=queries.slip(current_session(), consultation.id, submission_id),
        files=files.of(current_session(), attachments.reference(submission_id)),
        sealed=queries.words_removed(current_session(), submission_id),
        not_kept=NOT_KEPT,
        press=PressForm(),
    )


@blueprint.route("/desk/consultations/<slug>/imports/receipt", methods=["GET", "POST"])
def find(slug: str) -> Answer:
    """The submission with a comment number, for a receipt that was lost or seen by others."""
    consultation, form = consultations.by_slug(current_session(), slug), FindForm()
    if form.validate_on_submit():
        number = form.number.data
        found = queries.submission_of(current_session(), consultation.id, number)
        if found is not None:
            return seen_other("imports_desk.slip", slug=slug, submission_id=found)
        form.number.errors = [_("There is no comment with this number.")]
    page = render_template("submissions/imports/find.html", **_frame(consultation), form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/desk/consultations/<slug>/imports/submissions/<int:submission_id>/void")
def void(slug: str, submission_id: int) -> Response:
    """Make the receipt worthless."""
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        with act() as session:
            replacing.void(session, consultation, submission_id, actor=acting(), now=served_at())
        flash(_("The receipt is void."))
    return seen_other("imports_desk.slip", slug=slug, submission_id=submission_id)


@blueprint.post("/desk/consultations/<slug>/imports/submissions/<int:submission_id>/replace")
def replace(slug: str, submission_id: int) -> Answer:
    """A new receipt for what a clerk typed in, to be printed."""
    consultation = consultations.by_slug(current_session(), slug)
    if not PressForm().validate_on_submit():
        return seen_other("imports_desk.slip", slug=slug, submission_id=submission_id)
    with act() as session:
        found = queries.slip(session, consultation.id, submission_id, to_print=True)
        code = replacing.replace(
            session, consultation, submission_id, actor=acting(), now=served_at()
        )
    printed = Printed(submission_id, code, found.numbers, found.submission.received_at)
    return _sheets(consultation, [printed])


@blueprint.post("/desk/consultations/<slug>/imports/submissions/<int:submission_id>/send-new")
def send_new(slug: str, submission_id: int) -> Response:
    """A new receipt for somebody who wrote here, by letter."""
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        with act() as session:
            replacing.send_new(
                session, consultation, submission_id, actor=acting(), now=served_at()
            )
        flash(_("The new receipt is on its way to its author."))
    return seen_other("imports_desk.slip", slug=slug, submission_id=submission_id)


def _printed(session: Any, slips: list[queries.Slip]) -> list[Printed]:
    codes = printing.codes(
        session, [slip.submission for slip in slips], actor=acting(), now=served_at()
    )
    return [
        Printed(s.submission.id, codes[s.submission.id], s.numbers, s.submission.received_at)
        for s in slips
    ]


def _sheets(
    consultation: Consultation, printed: list[Printed], import_id: int | None = None
) -> str:
    more = printed[-1].submission_id if len(printed) == AT_ONCE else None
    return render_template(
        "submissions/imports/receipts.html",
        **_frame(consultation),
        printed=printed,
        import_id=import_id,
        more=more,
        six=request.form.get("layout") == "six",
        press=PressForm(),
    )


def _frame(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "imports",
    }
