"""Writing together and sending, for the members of an organisation."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from consult.accounts.login import SignedIn, person
from consult.accounts.organisations import queries as organisations
from consult.accounts.organisations.errors import NotLeadError
from consult.consultations import queries as consultations
from consult.consultations.phases import Phase, phase
from consult.drafts.redline import clause_redline, heading_redline, redline
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.markup import render_comment
from consult.kernel.paging import number
from consult.kernel.transaction import act
from consult.kernel.web import csrf, seen_other, served_at
from consult.submissions import queries as sent
from consult.submissions import receipts, target
from consult.submissions.draftings import places, queries, web, writing
from consult.submissions.draftings.errors import EndedError, StaleTextError
from consult.submissions.draftings.forgetting import KEPT
from consult.submissions.draftings.forms import NoteForm, SendForm, TextForm
from consult.submissions.draftings.places import Place
from consult.submissions.draftings.previewing import Preview
from consult.submissions.draftings.queries import Opened
from consult.submissions.draftings.sheet import TextSheet, Written

blueprint = Blueprint("draftings", __name__, url_prefix="/account")

Answer = Response | str | tuple[str, int]


def _known() -> SignedIn:
    found = person()
    assert found is not None, "the permission table asks for a session here"
    return found


def _opened(drafting: int) -> Opened:
    return queries.opened(current_session(), drafting, _known().id)


def _page(template: str, opened: Opened, status: int = 200, **facts: Any) -> tuple[str, int]:
    return render_template(
        f"submissions/draftings/{template}.html",
        drafting=opened.drafting,
        organisation=opened.organisation,
        consultation=opened.consultation,
        phase=phase(opened.consultation, served_at()),
        kept_days=KEPT.days,
        tab="comments",
        **facts,
    ), status


@blueprint.get("/organisations/<int:organisation>/drafts")
def index(organisation: int) -> str:
    session, now = current_session(), served_at()
    own = organisations.own(session, organisation, _known().id)
    draftings = queries.of_organisation(session, organisation)
    return render_template(
        "submissions/draftings/index.html",
        organisation=own,
        draftings=draftings,
        phases={found.id: phase(found, now) for _drafting, found in draftings},
        to_begin=queries.to_begin(session, organisation, now),
        kept_days=KEPT.days,
    )


@blueprint.post("/organisations/<int:organisation>/drafts/<slug>")
def begin(organisation: int, slug: str) -> Answer:
    consultation = consultations.public_by_slug(current_session(), slug, served_at())
    wanted = consultation.id
    with act() as session:
        made = writing.begin(session, organisation, wanted, actor=_known().actor, now=served_at())
    return seen_other("draftings.show", drafting=made)


@blueprint.get("/drafts/<int:drafting>")
def show(drafting: int) -> Answer:
    return _show(_opened(drafting), NoteForm())


def _show(opened: Opened, form: NoteForm) -> Answer:
    session = current_session()
    if opened.drafting.submission_id is not None:
        return _sent_page(opened, opened.drafting.submission_id)
    shown = target.edition(session, opened.consultation.id, i18n.text_language())
    outline = target.outline(shown) if shown else ()
    return _page(
        "show",
        opened,
        422 if form.errors else 200,
        form=form,
        outline=outline,
        entries=places.entries(queries.texts(session, opened.drafting.id), outline),
        notes=queries.notes(session, opened.drafting.id),
    )


def _sent_page(opened: Opened, submission_id: int) -> Answer:
    session = current_session()
    submission = sent.submission(session, submission_id)
    assert submission is not None
    leads = opened.organisation.leads
    return _page(
        "sent",
        opened,
        submission=submission,
        # Whoever has the code may withdraw: it is for leads.
        code=receipts.code_of(submission) if leads else None,
        contact=sent.contact(session, submission_id) if leads else None,
        comments=sent.of_submission(session, submission_id, language=i18n.language()),
    )


@blueprint.post("/drafts/<int:drafting>/notes")
def note(drafting: int) -> Answer:
    opened, form = _opened(drafting), NoteForm()
    if form.validate_on_submit():
        try:
            with act() as session:
                writing.leave_note(
                    session, drafting, form.words.data or "", actor=_known().actor, now=served_at()
                )
        except ConsultError as error:
            _pass_on(error)
            form.refuse(error)
        else:
            return redirect(url_for("draftings.show", drafting=drafting) + "#notes", 303)  # type: ignore[return-value]
    return _show(_opened(opened.drafting.id), form)


@blueprint.route("/drafts/<int:drafting>/delete", methods=["GET", "POST"])
def discard(drafting: int) -> Answer:
    opened, form = _opened(drafting), PressForm()
    if not opened.organisation.leads:
        raise NotLeadError
    if opened.drafting.ended_at is not None:
        raise EndedError
    organisation = opened.organisation.id
    if form.validate_on_submit():
        with act() as session:
            writing.discard(session, drafting, actor=_known().actor, now=served_at())
        flash(_("The draft is deleted."), "success")
        return seen_other("draftings.index", organisation=organisation)
    return _page("discard", opened, form=form)


@blueprint.get("/drafts/<int:drafting>/texts/<key>/history")
def history(drafting: int, key: str) -> Answer:
    opened = _opened(drafting)
    place = places.place(current_session(), opened, key, i18n.text_language(), None)
    if place.text is None:
        raise NotFoundError
    revisions = queries.history(current_session(), place.text.text_id)
    before = [*revisions[1:], None]
    # The oldest that is kept may follow others.
    shown = [
        (
            row,
            redline(earlier.text if earlier else "", row.text)
            if earlier or row.number == 1
            else None,
        )
        for row, earlier in zip(revisions, before, strict=True)
    ]
    return _page("history", opened, place=place, revisions=shown, kept=writing.KEPT)


@blueprint.get("/drafts/<int:drafting>/texts")
def open_text(drafting: int) -> Answer:
    """From the choice of a clause to its text."""
    _opened(drafting)
    key = request.args.get("on") or places.WHOLE
    return seen_other("draftings.write", drafting=drafting, key=key)


@blueprint.route("/drafts/<int:drafting>/texts/<key>", methods=["GET", "POST"])
def write(drafting: int, key: str) -> Answer:
    opened, form = _opened(drafting), TextForm()
    version = number(form.version.data)
    place = places.place(current_session(), opened, key, i18n.text_language(), version)
    if request.method == "GET":
        if opened.drafting.ended_at is not None:
            return seen_other("draftings.show", drafting=drafting)
        form.source.data = place.text.source if place.text else ""
        _made_from(form, place)
        return _text_page(opened, place, form)
    if opened.drafting.ended_at is not None:
        form.refuse(EndedError())
        return _text_page(opened, place, form, 409)
    if not form.validate():
        return _text_page(opened, place, form, 422)
    step = request.form.get("step")
    if step in {"mine", "theirs"}:
        sheet = _beside(form, place)
        if sheet is not None:
            form.source.data = sheet.merged(keep_mine=step == "mine").text
            _made_from(form, place)
        return _text_page(opened, place, form)
    return _save(opened, place, form)


# Like the forms of comments: a token that is no longer good must not cost anybody their words. The
# form asks for it itself.
csrf.exempt(write)


def _made_from(form: TextForm, place: Place) -> None:
    """The form says which revision it was made from, and which version it shows."""
    for field, value in (
        (form.begun, place.text.number if place.text else 0),
        (form.saved, place.text.number if place.text else 0),
        (form.version, place.edition.version_id if place.edition else ""),
    ):
        field.data, field.raw_data = str(value), None


def _text_page(
    opened: Opened, place: Place, form: TextForm, status: int = 200, sheet: TextSheet | None = None
) -> Answer:
    return _page(
        "write",
        opened,
        status,
        place=place,
        form=form,
        sheet=sheet,
        clause_redline=clause_redline,
        heading_redline=heading_redline,
    )


def _save(opened: Opened, place: Place, form: TextForm) -> Answer:
    words, drafting = render_comment(form.source.data or ""), opened.drafting.id
    clause_id, key = place.clause_id, place.key
    version_id = place.edition.version_id if place.edition else None
    try:
        with act() as session:
            writing.save(
                session,
                drafting,
                clause_id,
                words=words,
                saved=number(form.saved.data) or 0,
                version_id=version_id,
                actor=_known().actor,
                now=served_at(),
            )
    except StaleTextError as error:
        return _both(drafting, key, form, error)
    except ConsultError as error:
        _pass_on(error)
        form.refuse(error)
        return _text_page(_opened(drafting), place, form, error.status)
    flash(_("%(clause)s is saved.", clause=place.label), "success")
    # The browser forgets what it kept of a form that is saved.
    address = url_for("draftings.show", drafting=drafting, kept=request.form.get("kept"))
    return redirect(f"{address}#text-{key}", 303)  # type: ignore[return-value]


def _both(drafting: int, key: str, form: TextForm, error: StaleTextError) -> Answer:
    """Who saves second is shown both texts, and then saves on top of the other's."""
    opened = _opened(drafting)
    version = number(form.version.data)
    place = places.place(current_session(), opened, key, i18n.text_language(), version)
    sheet = _beside(form, place)
    form.refuse(error)
    if sheet is not None and place.text is not None:
        form.saved.data, form.saved.raw_data = str(place.text.number), None
    return _text_page(opened, place, form, 409, sheet)


def _beside(form: TextForm, place: Place) -> TextSheet | None:
    """What was typed beside what is saved by now; None if nothing is."""
    if place.text is None:
        return None
    session = current_session()
    begun = queries.revision(session, place.text.text_id, number(form.begun.data) or 0)
    return TextSheet(
        begun=Written.of(place.label, begun),
        mine=Written.of(place.label, render_comment(form.source.data or "")),
        theirs=Written.of(place.label, place.text),
        author=place.text.author,
    )


@blueprint.route("/drafts/<int:drafting>/send", methods=["GET", "POST"])
def send(drafting: int) -> Answer:
    """What would be sent, as everybody will see it; for leads."""
    opened, form = _opened(drafting), SendForm()
    if not opened.organisation.leads:
        raise NotLeadError
    if opened.drafting.submission_id is not None:
        # Sent already: a second press, or another lead. There is one receipt.
        return seen_other("draftings.show", drafting=drafting)
    preview = web.shown(opened, form)
    if request.method == "GET":
        form.letters.data = True
    elif form.validate():
        refused = web.take_in(opened, preview, form, _known())
        if refused is None or isinstance(refused, EndedError):
            return seen_other("draftings.show", drafting=drafting)
        _pass_on(refused)
        form.refuse(refused)
        opened = _opened(drafting)
        preview = web.shown(opened, form)
    return _send_page(opened, preview, form)


def _send_page(opened: Opened, preview: Preview, form: SendForm) -> Answer:
    web.confirm_with(form, opened, preview)
    status = 409 if form.form_errors else 422 if form.errors else 200
    return _page(
        "send",
        opened,
        status,
        form=form,
        preview=preview,
        me=_known(),
        sendable=phase(opened.consultation, served_at()) in {Phase.OPEN, Phase.CLOSED},
    )


def _pass_on(error: ConsultError) -> None:
    """Let the page of the error say what is not the form's affair: who may not, what is not there."""
    if error.status in {403, 404}:
        raise error
