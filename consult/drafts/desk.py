"""The text, for officials: bring it in, publish it, write the next version."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts import desk_queries as queries
from consult.drafts import importing, publishing, revision
from consult.drafts.desk_queries import Bench
from consult.drafts.errors import (
    ClauseWordsError,
    Complaint,
    NothingBegunError,
    StaleClauseError,
    UnreadableTextError,
)
from consult.drafts.formats import source_of
from consult.drafts.forms import (
    ClauseForm,
    DeleteForm,
    ErratumForm,
    GroundForm,
    ImportForm,
    InsertForm,
    PlaceForm,
    WordsForm,
)
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.drafts.redline import around, clause_redline, heading_redline
from consult.drafts.writing import Wording
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import ConsultForm, PressForm, spread
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("drafts_desk", __name__)

Answer = Response | str | tuple[str, int]

BASE = "/desk/consultations/<slug>/draft"


def bench(slug: str) -> Bench:
    """What lies on the table: the consultation, its published text and the one being written."""
    consultation = consultations.by_slug(current_session(), slug)
    return queries.bench(current_session(), consultation)


def page(template: str, at: Bench, status: int = 200, **facts: Any) -> tuple[str, int]:
    consultation: Consultation = at.consultation
    return render_template(
        f"drafts/{template}.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="draft",
        bench=at,
        around=around,
        clause_redline=clause_redline,
        heading_redline=heading_redline,
        **facts,
    ), status


@blueprint.get(BASE)
def show(slug: str) -> Answer:
    at = bench(slug)
    if at.current is None and at.next is None:
        return page("desk_empty", at)
    changes = queries.changes(current_session(), at)
    return page("desk_show", at, changes=changes, form=PressForm())


@blueprint.route(BASE + "/import", methods=["GET", "POST"])
def bring(slug: str) -> Answer:
    """First the file or the pasted text, then what was read in it, then it is saved."""
    at = bench(slug)
    form = ImportForm(language=at.language or i18n.language())
    if not form.validate_on_submit():
        return page("desk_import", at, 422 if form.errors else 200, form=form, complaints=[])
    try:
        warnings: list[Complaint] = []
        raw = form.raw
        if isinstance(raw, bytes):
            raw = source_of(raw, form.language.data, warnings)
        form.source.data = raw
        parsed = importing.read_markdown(form.source.data, form.language.data)
    except UnreadableTextError as error:
        return page("desk_import", at, 422, form=form, complaints=error.complaints)
    if request.form.get("step") == "save":
        try:
            with act() as session:
                queries.bring_in(
                    session, at, parsed, basis=form.basis.data, actor=acting(), now=served_at()
                )
        except ConsultError as error:
            form.refuse(error)
            at = bench(slug)
        else:
            flash(_("The text is saved. Nothing is public yet."), "success")
            return seen_other("drafts_desk.show", slug=slug)
    form.basis.data = at.basis
    plan = queries.plan(current_session(), at, parsed)
    return page(
        "desk_preview",
        at,
        409 if form.form_errors else 200,
        form=form,
        parsed=parsed,
        plan=plan,
        warnings=[*warnings, *parsed.warnings],
    )


@blueprint.post(BASE + "/publish")
def publish(slug: str) -> Answer:
    at = bench(slug)
    if at.next is None:
        raise NotFoundError
    if PressForm().validate_on_submit():
        with act() as session:
            publishing.publish_first(session, at.next, actor=acting(), now=served_at())
        flash(_("The text is published."), "success")
    return seen_other("drafts_desk.show", slug=slug)


@blueprint.post(BASE + "/next")
def begin(slug: str) -> Answer:
    at = bench(slug)
    if PressForm().validate_on_submit():
        with act() as session:
            revision.begin_next(session, at.consultation, actor=acting(), now=served_at())
        flash(
            _("The next version is begun. Nothing of it is public before you publish it."),
            "success",
        )
    return seen_other("drafts_desk.show", slug=slug)


@blueprint.route(BASE + "/edits/<int:edit_id>/ground", methods=["GET", "POST"])
def ground(slug: str, edit_id: int) -> Answer:
    """The official's own ground of an edit behind which there is no comment."""
    at = bench(slug)
    row = queries.edit_in_work(current_session(), at, edit_id)
    given = row.edit.ground or {}
    form = GroundForm(**spread("words", given))
    if form.validate_on_submit():
        try:
            with act() as session:
                found = queries.edit_in_work(session, at, edit_id)
                revision.set_ground(
                    session, found.edit, form.texts("words"), actor=acting(), now=served_at()
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The ground is saved."), "success")
            return redirect(url_for("drafts_desk.show", slug=slug) + f"#{row.key}", 303)  # type: ignore[return-value]
        row = queries.edit_in_work(current_session(), at, edit_id)
    return page("desk_ground", at, _status(form), form=form, row=row)


@blueprint.route(BASE + "/versions/<int:version>/clauses/<key>/erratum", methods=["GET", "POST"])
def erratum(slug: str, version: int, key: str) -> Answer:
    """A dated note beside a published text that is wrong; the text itself stays."""
    at = bench(slug)
    row = queries.published_clause(current_session(), at, version, key)
    form = ErratumForm()
    if form.validate_on_submit():
        try:
            with act() as session:
                publishing.add_erratum(
                    session, row.text_id, form.texts("words"), actor=acting(), now=served_at()
                )
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The correction is published beside the clause."), "success")
            return seen_other("drafts_desk.show", slug=slug)
    return page("desk_erratum", at, _status(form), form=form, row=row, version=version)


def _status(form: ConsultForm) -> int:
    return 422 if form.errors else 200


def _in_work(slug: str) -> tuple[Bench, Version]:
    """The table and the version being written. Raises NotPublishedYetError without one."""
    at = bench(slug)
    if at.next is None:
        raise NothingBegunError
    return at, at.next


@dataclass
class Sheet:
    """One clause on the table: as it is published, as it is saved, and as it is typed."""

    form: ClauseForm
    published: ClauseRow | None
    row: ClauseRow
    mine: ClauseRow
    words: Wording | None = None
    # Somebody else's words, saved since this form was made.
    theirs: ClauseRow | None = None

    def shown(self, at: Bench, status: int = 200) -> Answer:
        return page("desk_clause", at, status, sheet=self, form=self.form, row=self.row)


@blueprint.route(BASE + "/clauses/<key>", methods=["GET", "POST"])
def clause(slug: str, key: str) -> Answer:
    """One clause: its words, and beside them what that changes."""
    at, version = _in_work(slug)
    published, row = queries.clause_in_work(current_session(), at, key)
    if row is None:
        return page("desk_gone", at, row=published, form=PressForm())
    form = ClauseForm(number=row.number, heading=row.heading, source=row.source, saved=row.saved)
    sheet = Sheet(form, published, row, row)
    if not form.validate_on_submit() or not _typed(sheet):
        return sheet.shown(at, _status(form))
    if request.form.get("step") != "save":
        return sheet.shown(at)
    return _save(at, version, sheet)


def _typed(sheet: Sheet) -> bool:
    """Render what was typed; False, with the reason in the form, where it cannot be stored."""
    words = _words(sheet.form)
    if words is None:
        return False
    sheet.words, sheet.mine = words, queries.as_written(sheet.row, words)
    return True


def _words(form: WordsForm) -> Wording | None:
    """The words of a form, rendered; None, with the reason in it, where they cannot be stored."""
    try:
        return revision.wording(
            number=form.number.data or "",
            heading=form.heading.data or "",
            source=form.source.data or "",
        )
    except ClauseWordsError as error:
        form.refuse(error)
        return None


def _save(at: Bench, version: Version, sheet: Sheet) -> Answer:
    slug, key = at.consultation.slug, sheet.row.key
    assert sheet.words is not None
    try:
        with act() as session:
            revision.amend(
                session,
                version,
                sheet.row.clause_id,
                sheet.row.language,
                words=sheet.words,
                saved=sheet.form.saved.data or 0,
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        sheet.form.refuse(error)
        at = bench(slug)
        if isinstance(error, StaleClauseError):
            _show_both(at, sheet)
        return sheet.shown(at, 409)
    flash(_("%(clause)s is saved.", clause=sheet.mine.name), "success")
    return _back_to(slug, key)


def _show_both(at: Bench, sheet: Sheet) -> None:
    """Put the other's words beside mine: whoever saves now has seen both."""
    _published, theirs = queries.clause_in_work(current_session(), at, sheet.row.key)
    if theirs is not None:
        sheet.theirs = theirs
        sheet.form.saved.data, sheet.form.saved.raw_data = theirs.saved, None


def _back_to(slug: str, key: str) -> Response:
    return redirect(url_for("drafts_desk.show", slug=slug) + f"#{key}", 303)  # type: ignore[return-value]


@blueprint.route(BASE + "/insert", methods=["GET", "POST"])
def insert(slug: str) -> Answer:
    at, version = _in_work(slug)
    rows = queries.rows(current_session(), at)
    form = InsertForm(after=request.args.get("after", ""))
    form.after.choices = places(rows)
    if not form.validate_on_submit():
        return page("desk_insert", at, _status(form), form=form)
    words = _words(form)
    if words is None:
        return page("desk_insert", at, 422, form=form)
    try:
        with act() as session:
            made = revision.insert(
                session,
                version,
                at.language,
                words=words,
                after=queries.clause_id(rows, form.after.data),
                kind=form.kind.data,
                actor=acting(),
                now=served_at(),
            )
            key = queries.key_of(session, made.clause_id)
    except ConsultError as error:
        form.refuse(error)
        return page("desk_insert", bench(slug), 409, form=form)
    flash(_("%(clause)s is inserted.", clause=words.number or words.heading), "success")
    return _back_to(slug, key)


@blueprint.route(BASE + "/clauses/<key>/move", methods=["GET", "POST"])
def move(slug: str, key: str) -> Answer:
    at, version = _in_work(slug)
    rows = queries.rows(current_session(), at)
    row = queries.row_of(rows, key)
    form = PlaceForm(after=queries.key_before(rows, row))
    form.after.choices = places([r for r in rows if r.key != key])
    if not form.validate_on_submit():
        return page("desk_move", at, _status(form), form=form, row=row)
    try:
        with act() as session:
            revision.move(
                session,
                version,
                row.clause_id,
                after=queries.clause_id(rows, form.after.data),
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        form.refuse(error)
        return page("desk_move", bench(slug), 409, form=form, row=row)
    flash(_("%(clause)s is moved.", clause=row.name), "success")
    return _back_to(slug, key)


@blueprint.route(BASE + "/clauses/<key>/delete", methods=["GET", "POST"])
def delete(slug: str, key: str) -> Answer:
    at, version = _in_work(slug)
    row = queries.row_of(queries.rows(current_session(), at), key)
    form = DeleteForm(saved=row.saved)
    if not form.validate_on_submit():
        return page("desk_delete", at, _status(form), form=form, row=row)
    try:
        with act() as session:
            revision.delete(
                session,
                version,
                row.clause_id,
                saved=form.saved.data or 0,
                actor=acting(),
                now=served_at(),
            )
    except StaleClauseError as error:
        form.refuse(error)
        form.saved.data, form.saved.raw_data = row.saved, None
        return page("desk_delete", bench(slug), 409, form=form, row=row)
    flash(_("%(clause)s is deleted from the next version.", clause=row.name), "success")
    return seen_other("drafts_desk.show", slug=slug)


@blueprint.post(BASE + "/clauses/<key>/restore")
def restore(slug: str, key: str) -> Answer:
    """Give a clause its published words back, and its place if it was deleted."""
    at, version = _in_work(slug)
    published, _written = queries.clause_in_work(current_session(), at, key)
    if published is None:
        raise NotFoundError
    if PressForm().validate_on_submit():
        with act() as session:
            revision.restore(session, version, published.clause_id, actor=acting(), now=served_at())
        flash(_("%(clause)s stands again as it was published.", clause=published.name), "success")
    return _back_to(slug, key)


def places(rows: list[ClauseRow]) -> list[SelectChoice]:
    """Behind which clause something can stand, for a select."""
    beginning = SelectChoice("", _("At the very beginning"))
    return [beginning, *(SelectChoice(row.key, row.label[:120]) for row in rows)]
