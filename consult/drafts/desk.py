"""The text, for officials: bring it in, publish it, write the next version."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts import desk_queries as queries
from consult.drafts import publishing, revision, sheets
from consult.drafts.desk_queries import Bench
from consult.drafts.errors import (
    ClauseWordsError,
    NothingBegunError,
    StaleClauseError,
)
from consult.drafts.forms import (
    ClauseForm,
    DeleteForm,
    GroundForm,
    InsertForm,
    NoteForm,
    PlaceForm,
    WordsForm,
)
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.drafts.redline import around, clause_redline, heading_redline
from consult.drafts.sheets import Sheet
from consult.drafts.writing import Wording
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import ConsultForm, PressForm, spread
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import number
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


@blueprint.post(BASE + "/publish")
def publish(slug: str) -> Answer:
    at = bench(slug)
    if at.next is None:
        raise NotFoundError
    if PressForm().validate_on_submit():
        i18n.load()
        with act() as session:
            publishing.publish_text(session, at.next, actor=acting(), now=served_at())
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
    form = GroundForm(kind=row.edit.ground_kind, **spread("words", given))
    if form.validate_on_submit():
        try:
            with act() as session:
                found = queries.edit_in_work(session, at, edit_id)
                revision.state_ground(
                    session,
                    session.get_one(Version, found.edit.version_id),
                    [edit_id],
                    form.kind.data,
                    form.texts("words"),
                    actor=acting(),
                    now=served_at(),
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
    form = NoteForm()
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


# What the button of a page does that keeps words which could not be saved.
RESTORE, GO_ON = "restore", "preview"


def kept(at: Bench, row: ClauseRow | None = None, *, restores: bool = True) -> Answer | None:
    """Of a form whose place is gone: the words that were typed, why, and how to go on with them.

    `row` is the clause as it is published, if it was deleted; `restores` is whether the page that
    was sent can put it back. None where nothing was typed.
    """
    form = ClauseForm()
    if not form.is_submitted() or "source" not in request.form:
        return None
    sentence, go_on, step = _(NothingBegunError.message), _("Go on once that is done"), GO_ON
    if row is not None:
        sentence = _("%(clause)s was deleted from the next version meanwhile.", clause=row.label)
    if row is not None and restores:
        go_on, step = _("Restore the clause and go on"), RESTORE
    return page(
        "desk_kept",
        at,
        409,
        form=form,
        sentence=sentence,
        action=request.path,
        go_on=go_on,
        step=step,
    )


def begun(at: Bench) -> Version:
    """The version being written. Raises NothingBegunError without one."""
    if at.next is None:
        raise NothingBegunError
    return at.next


def in_work(slug: str) -> tuple[Bench, Version]:
    """The table and the version being written. Raises NothingBegunError without one."""
    at = bench(slug)
    return at, begun(at)


@blueprint.route(BASE + "/clauses/<key>", methods=["GET", "POST"])
def clause(slug: str, key: str) -> Answer:
    """One clause: its words, and beside them what that changes."""
    at = bench(slug)
    if at.next is None and (words_kept := kept(at)):
        return words_kept
    version = begun(at)
    published, row = queries.clause_in_work(current_session(), at, key)
    if row is None and published is not None and request.form.get("step") == RESTORE:
        row = _restored(at, version, published)
    if row is None:
        return kept(at, published) or page("desk_gone", at, row=published, form=PressForm())
    form = ClauseForm(**sheets.facts(row))
    if request.form.get("step") == RESTORE:
        form.saved.data, form.saved.raw_data = row.saved, None
    sheet = Sheet(form, published, row, row)
    words = rendered(form) if form.validate_on_submit() else None
    if words is None:
        return _sheet_page(at, sheet, _status(form))
    sheet.take(words)
    step = request.form.get("step")
    if step in BOTH and sheets.put_together(sheet, keep_mine=step == "mine"):
        return _sheet_page(at, sheet)
    if step == "kept":
        sheet.beside = row
    return _save(at, version, sheet) if step == "save" else _sheet_page(at, sheet)


def _restored(at: Bench, version: Version, published: ClauseRow) -> ClauseRow | None:
    """The clause put back at its place, for words that are typed for it."""
    if PressForm().validate_on_submit():
        with act() as session:
            revision.restore(session, version, published.clause_id, actor=acting(), now=served_at())
    return queries.clause_in_work(current_session(), at, published.key)[1]


# Which of two words to take where two officials changed the same ones.
BOTH = ("mine", "theirs")


def _sheet_page(at: Bench, sheet: Sheet, status: int = 200) -> Answer:
    return page("desk_clause", at, status, sheet=sheet, form=sheet.form, row=sheet.row)


def rendered(form: WordsForm) -> Wording | None:
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
            _published, theirs = queries.clause_in_work(current_session(), at, key)
            if theirs is not None:
                sheet.show_both(theirs)
        return _sheet_page(at, sheet, 409)
    flash(_("%(clause)s is saved.", clause=sheet.mine.name), "success")
    return _back_to(slug, key)


def _back_to(slug: str, key: str) -> Response:
    # The browser forgets what it kept of a form that is saved.
    address = url_for("drafts_desk.show", slug=slug, kept=request.form.get("kept"))
    return redirect(f"{address}#{key}", 303)  # type: ignore[return-value]


@blueprint.route(BASE + "/insert", methods=["GET", "POST"])
def insert(slug: str) -> Answer:
    at = bench(slug)
    if at.next is None and (words_kept := kept(at)):
        return words_kept
    version = begun(at)
    rows = queries.rows(current_session(), at)
    form = InsertForm(after=request.args.get("after", ""))
    form.after.choices = places(rows)
    if not form.validate_on_submit():
        return page("desk_insert", at, _status(form), form=form)
    words = rendered(form)
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
    at, version = in_work(slug)
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
    at, version = in_work(slug)
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
    at, version = in_work(slug)
    published, _written = queries.clause_in_work(current_session(), at, key)
    if published is None:
        raise NotFoundError
    if PressForm().validate_on_submit():
        try:
            with act() as session:
                revision.restore(
                    session,
                    version,
                    published.clause_id,
                    saved=number(request.form.get("saved")),
                    actor=acting(),
                    now=served_at(),
                )
        except StaleClauseError as error:
            flash(_(error.message), "error")
            return seen_other("drafts_desk.clause", slug=slug, key=key)
        flash(_("%(clause)s stands again as it was published.", clause=published.name), "success")
    return _back_to(slug, key)


def places(rows: list[ClauseRow]) -> list[SelectChoice]:
    """Behind which clause something can stand, for a select."""
    beginning = SelectChoice("", _("At the very beginning"))
    return [beginning, *(SelectChoice(row.key, row.label[:120]) for row in rows)]
