"""Bringing a text in, for officials: the file, the tree that was read in it, the questions, saving."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.drafts import bringing, desk_queries, import_queries, reshaping
from consult.drafts.bringing import Brought as Sent
from consult.drafts.desk_queries import Bench
from consult.drafts.errors import (
    Complaint,
    ImportGoneError,
    NoSuchPlaceError,
    OpenQuestionsError,
    StaleImportError,
    StalePreviewError,
    TooLongTitleError,
    UnreadableTextError,
)
from consult.drafts.formats import source_of
from consult.drafts.models import FAILED, READ, TextImport
from consult.drafts.reading import ParsedDraft, read_markdown, read_outline, rendered
from consult.drafts.redline import clause_redline, heading_redline
from consult.drafts.replacing import comparisons
from consult.drafts.reshaping import Reshaped
from consult.jobs import queries as jobs
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark
from consult.kernel.paging import number
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.pages.bringing import queries
from consult.pages.bringing.forms import NEW, ImportForm, StateForm, TitleForm
from consult.pages.bringing.queries import AT_ONCE
from consult.pages.bringing.sheet import DECIDED, MOVED, STEPS, Act, Sheet
from consult.pages.bringing.sheet import answer as mark_of

blueprint = Blueprint("bringing", __name__)

Answer = Response | str | tuple[str, int]

BASE = "/desk/consultations/<slug>/draft/import"
# Files that take longer to read than somebody should wait for a page are read by the worker.
MOST_AT_ONCE = 1_000_000  # bytes, unpacked
PACKED = 8  # bytes of a word processor's file in one of its zipped ones, at least

JOINED = mark("Joined with the clause that stood below.")
DROPPED = mark("What stood behind this is left out.")
TITLED = mark("The title is changed.")


def _bench(slug: str) -> Bench:
    return desk_queries.bench(current_session(), consultations.by_slug(current_session(), slug))


def _page(template: str, at: Bench, status: int = 200, **facts: Any) -> tuple[str, int]:
    return render_template(
        f"pages/bringing/{template}.html",
        consultation=at.consultation,
        phase=phase(at.consultation, served_at()),
        tab="draft",
        bench=at,
        clause_redline=clause_redline,
        heading_redline=heading_redline,
        **facts,
    ), status


@blueprint.route(BASE, methods=["GET", "POST"])
def begin(slug: str) -> Answer:
    """Choose a file or paste a text. What lies there already is shown, and replaced by another."""
    at = _bench(slug)
    found = import_queries.text_import(current_session(), at.consultation.id)
    form = ImportForm(language=at.language or i18n.language())
    if not form.validate_on_submit():
        form.saved.data, form.saved.raw_data = found.saved if found else 0, None
        failed = found if found is not None and found.state == FAILED else None
        if failed is not None and not form.is_submitted():
            form.source.data, form.language.data = failed.source, failed.language
        return _begin(at, form, found, bringing.told(failed) if failed else [])
    try:
        sent = _sent(form)
        with act() as session:
            bringing.store(
                session, at.consultation, sent, saved=form.state, actor=acting(), now=served_at()
            )
    except UnreadableTextError as error:
        return _begin(at, form, found, error.complaints, 422)
    except ConsultError as error:
        form.refuse(error)
        found = import_queries.text_import(current_session(), at.consultation.id)
        form.saved.data, form.saved.raw_data = found.saved if found else 0, None
        return _begin(_bench(slug), form, found, [], error.status)
    return seen_other("bringing.show", slug=slug)


def _begin(
    at: Bench,
    form: ImportForm,
    found: TextImport | None,
    complaints: list[Complaint],
    status: int | None = None,
) -> Answer:
    status = status or (422 if form.errors else 200)
    lying = found if found is not None and found.state != FAILED else None
    return _page("begin", at, status, form=form, complaints=complaints, lying=lying)


def _size(raw: bytes) -> int:
    """About how much there is to be read in a file."""
    return len(raw) * (PACKED if raw.startswith(b"PK") else 1)


def _sent(form: ImportForm) -> Sent:
    """What was sent, read at once if it is small. Raises UnreadableTextError."""
    raw, language, name = form.raw, form.language.data, form.file_name
    if isinstance(raw, bytes) and _size(raw) > MOST_AT_ONCE:
        return Sent(language, name, content=raw)
    complaints: list[Complaint] = []
    if isinstance(raw, bytes):
        raw = source_of(raw, language, complaints)
        form.source.data = raw
    read_markdown(raw, language)
    return Sent(language, name, source=raw, complaints=complaints)


@blueprint.get(BASE + "/text")
def show(slug: str) -> Answer:
    """While the file is being read, how far that is; then the tree with its questions."""
    at = _bench(slug)
    lying = import_queries.text_import_shown(current_session(), at.consultation.id)
    if lying is None or lying[0].state == FAILED:
        return seen_other("bringing.begin", slug=slug)
    found, by = lying
    if found.state != READ:
        job = jobs.newest(current_session(), f"text-import:{found.id}")
        return _page("being_read", at, found=found, job=job, form=StateForm(saved=found.saved))
    return _tree(at, found, by)


def _tree(at: Bench, found: TextImport, by: str, refused: ConsultError | None = None) -> Answer:
    brought = queries.brought(current_session(), at, found, shown=True, by=by)
    form = StateForm(formdata=None, saved=found.saved)
    if brought is None:
        return _begin(at, ImportForm(formdata=None, saved=found.saved), found, [])
    if refused is not None:
        form.form_errors = _sentences(refused)
    rows = brought.rows()
    parts = max(1, -(-len(rows) // AT_ONCE))
    part = min(max(1, number(request.args.get("part")) or 1), parts)
    return _page(
        "tree",
        at,
        refused.status if refused else 200,
        form=form,
        title_form=TitleForm(formdata=None, saved=found.saved, title=brought.draft.title),
        brought=brought,
        rows=rows[(part - 1) * AT_ONCE : part * AT_ONCE],
        total=len(rows),
        part=part,
        parts=parts,
        part_of=_part_of,
    )


def _part_of(place: int) -> int:
    """The page of the tree on which a clause stands."""
    return place // AT_ONCE + 1


def _sentences(refused: ConsultError) -> list[str]:
    """Why a step was not taken; of a text that could no longer be read, what would be wrong in it."""
    if not isinstance(refused, UnreadableTextError):
        return [_(refused.message, **refused.facts)]
    return [
        _("Nothing was changed, because the text could then not be saved:"),
        *(_(one.message, **dict(one.facts)) for one in refused.complaints),
    ]


def _to_place(slug: str, place: int) -> Response:
    part = _part_of(place)
    address = url_for("bringing.show", slug=slug, part=part if part > 1 else None)
    return redirect(f"{address}#c{place}", 303)  # type: ignore[return-value]


def _lying(slug: str) -> tuple[Bench, TextImport]:
    """The table and the text on it. Raises ImportGoneError without one, NotFoundError while it is
    not read yet."""
    at = _bench(slug)
    found = import_queries.text_import(current_session(), at.consultation.id)
    if found is None:
        raise ImportGoneError
    if found.state != READ:
        raise NotFoundError
    return at, found


@blueprint.errorhandler(ImportGoneError)
def _gone(error: ImportGoneError) -> Answer:
    """A second press of "Save", or somebody else was faster: the draft says what is there now."""
    flash(_(error.message), "error")
    return seen_other("drafts_desk.show", slug=(request.view_args or {})["slug"])


def _reshape(found: TextImport, form: StateForm, act_on: Act, said: str) -> Reshaped:
    """Take a step: worked out and read again before the act. Raises what forbids it."""
    if form.state != found.saved:
        raise StaleImportError
    before = found.source or ""
    done = act_on(read_outline(before, found.language))
    read_outline(done.source, found.language)
    taken = bringing.step(before, done, said)
    with act() as session:
        bringing.reshape(
            session,
            found.consultation_id,
            done,
            taken,
            saved=form.state,
            actor=acting(),
            now=served_at(),
        )
    return done


# What a button of the tree does.
BUTTONS: dict[str, tuple[Callable[[ParsedDraft, int], Reshaped], str]] = {
    "join": (reshaping.join, JOINED),
    "up": (reshaping.move_up, MOVED),
    "down": (reshaping.move_down, MOVED),
    "drop": (reshaping.drop, DROPPED),
}


@blueprint.post(BASE + "/text/change")
def change(slug: str) -> Answer:
    """A button of the tree, the title, or taking the last step back."""
    at, found = _lying(slug)
    form = StateForm()
    what, _colon, place = request.form.get("do", "").partition(":")
    if not form.validate_on_submit():
        return seen_other("bringing.show", slug=slug)
    try:
        if what == "undo":
            return _undo(at, form)
        done = _pressed(found, form, what, number(place) if place.isdigit() else None)
    except ConsultError as error:
        return _refused(slug, error)
    return _to_place(slug, done.place)


def _pressed(found: TextImport, form: StateForm, what: str, place: int | None) -> Reshaped:
    if what == "title":
        named = TitleForm()
        if not named.validate():
            raise TooLongTitleError
        title = named.title.data or ""
        return _reshape(found, form, lambda draft: reshaping.retitle(draft, title), TITLED)
    if what not in BUTTONS or place is None:
        raise NoSuchPlaceError
    verb, said = BUTTONS[what]
    return _reshape(found, form, lambda draft: verb(draft, place), said)


def _undo(at: Bench, form: StateForm) -> Response:
    with act() as session:
        last = bringing.undo(
            session, at.consultation.id, saved=form.state, actor=acting(), now=served_at()
        )
    flash(_("The last step is undone."), "success")
    return _to_place(at.consultation.slug, last.place)


def _refused(slug: str, error: ConsultError) -> Answer:
    """The tree as it is now, and why the step was not taken."""
    at = _bench(slug)
    lying = import_queries.text_import_shown(current_session(), at.consultation.id)
    if lying is None or lying[0].state != READ:
        raise ImportGoneError
    return _tree(at, *lying, error)


@blueprint.route(BASE + "/text/clauses/<int:place>", methods=["GET", "POST"])
def clause(slug: str, place: int) -> Answer:
    """One chapter or clause: its name, where it is split, where it stands, what it continues."""
    at, found = _lying(slug)
    brought = queries.brought(current_session(), at, found)
    if brought is None:
        raise NotFoundError
    step = request.form.get("step", "") if request.method == "POST" else ""
    sheet = Sheet(brought, place, step)
    if step not in STEPS:
        return _sheet_page(sheet)
    form = sheet.form(step)
    if not form.validate():
        return _sheet_page(sheet, form, 422)
    act_on, said = sheet.act(step)
    try:
        done = _reshape(found, form, act_on, said)
    except StaleImportError as error:
        return _refused(slug, error)
    except ConsultError as error:
        form.form_errors = _sentences(error)
        return _sheet_page(sheet, form, error.status)
    return _to_place(slug, done.place)


def _sheet_page(sheet: Sheet, form: StateForm | None = None, status: int = 200) -> Answer:
    brought, place = sheet.brought, sheet.place
    draft = brought.draft
    shown = ParsedDraft(draft.language, draft.title, (draft.clauses[place],))
    back = url_for("bringing.show", slug=brought.consultation.slug, part=_part_of(place))
    return _page(
        "clause",
        brought.at,
        status,
        sheet=sheet,
        brought=brought,
        part=sheet.part,
        words=rendered(shown).clauses[0].rendered,
        match=brought.plan.matches[place] if brought.plan else None,
        form=form,
        back=f"{back}#c{place}",
    )


@blueprint.post(BASE + "/text/answers")
def answer(slug: str) -> Answer:
    """What the doubtful clauses continue, as an official chose."""
    at, found = _lying(slug)
    form = StateForm()
    if not form.validate_on_submit():
        return seen_other("bringing.show", slug=slug)
    brought = queries.brought(current_session(), at, found)
    offered = {
        question.place: {row.key for row, _written in question.candidates}
        for question in (brought.questions() if brought else ())
    }
    answers: dict[int, str | None] = {}
    for place, keys in offered.items():
        chosen = request.form.get(f"continues-{place}", "")
        if chosen == NEW or chosen in keys:
            answers[place] = mark_of(chosen)
    try:
        if form.state != found.saved:
            raise StaleImportError
        if not answers:
            raise OpenQuestionsError
        done = _reshape(found, form, lambda draft: reshaping.decide(draft, answers), DECIDED)
    except ConsultError as error:
        return _refused(slug, error)
    if len(answers) < len(offered) or len(offered) == queries.ASKED_AT_ONCE:
        return redirect(url_for("bringing.show", slug=slug) + "#to-decide", 303)  # type: ignore[return-value]
    return _to_place(slug, done.place)


@blueprint.post(BASE + "/text/save")
def save(slug: str) -> Answer:
    """Make it the first or the next version."""
    at, found = _lying(slug)
    form = StateForm()
    if not form.validate_on_submit():
        return seen_other("bringing.show", slug=slug)
    brought = queries.brought(current_session(), at, found)
    if brought is None:
        return seen_other("bringing.begin", slug=slug)
    if request.form.get("basis") != at.basis:
        return _refused(slug, StalePreviewError())
    draft = brought.draft if brought.plan else rendered(brought.draft)
    compared = comparisons(brought.plan) if brought.plan else {}
    try:
        with act() as session:
            bringing.save(
                session,
                at.consultation,
                draft,
                brought.plan,
                compared,
                saved=form.state,
                as_new=request.form.get("do") == "as-new",
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        return _refused(slug, error)
    flash(_("The text is saved. Nothing is public yet."), "success")
    return seen_other("drafts_desk.show", slug=slug)


@blueprint.post(BASE + "/text/discard")
def discard(slug: str) -> Answer:
    """Throw away what is not saved."""
    at, form = _bench(slug), StateForm()
    if not form.validate_on_submit():
        return seen_other("bringing.show", slug=slug)
    try:
        with act() as session:
            bringing.discard(
                session, at.consultation.id, saved=form.state, actor=acting(), now=served_at()
            )
    except ConsultError as error:
        return _refused(slug, error)
    flash(_("What was brought in is thrown away. The text is as it was."), "success")
    return seen_other("drafts_desk.show", slug=slug)
