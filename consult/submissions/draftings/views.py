"""Writing together and sending, for the members of an organisation."""

from dataclasses import replace
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
from consult.submissions.composing import Composition, already_said
from consult.submissions.draftings import composing, places, queries, web, writing
from consult.submissions.draftings.errors import EndedError, PlaceTakenError, StaleTextError
from consult.submissions.draftings.forgetting import KEPT
from consult.submissions.draftings.forms import NoteForm, SendForm, TextForm
from consult.submissions.draftings.places import Asked, Place
from consult.submissions.draftings.previewing import Preview
from consult.submissions.draftings.queries import Opened, Spot
from consult.submissions.draftings.sheet import Table
from consult.submissions.forms import ask_for_reason
from consult.submissions.proposing import ProposalWithoutClauseError, UnreasonedError

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
    texts = queries.texts(session, opened.drafting.id)
    return _page(
        "show",
        opened,
        422 if form.errors else 200,
        form=form,
        outline=target.outline(shown) if shown else (),
        entries=places.listed(session, opened, texts, shown),
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
@blueprint.get("/drafts/<int:drafting>/texts/<key>/<int:text>/history")
def history(drafting: int, key: str, text: int | None = None) -> Answer:
    opened, asked = _opened(drafting), Asked(key, text)
    place = places.place(current_session(), opened, asked, i18n.text_language())
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
    """From the choice of a clause to its text, to other words for it, or to another text on it."""
    opened = _opened(drafting)
    key, wanted = request.args.get("on") or places.WHOLE, request.args.get("propose")
    if wanted and key == places.WHOLE:
        flash(_(ProposalWithoutClauseError.message), "error")
        return seen_other("draftings.show", drafting=drafting)
    texts = queries.texts(current_session(), opened.drafting.id)
    if not wanted and key in {text.key for text in texts if text.quoted is None}:
        return seen_other("draftings.another", drafting=drafting, key=key)
    return seen_other("draftings.write", drafting=drafting, key=key, propose=wanted)


@blueprint.route("/drafts/<int:drafting>/texts/<key>", methods=["GET", "POST"])
@blueprint.route("/drafts/<int:drafting>/texts/<key>/<int:text>", methods=["GET", "POST"])
def write(drafting: int, key: str, text: int | None = None) -> Answer:
    return _write(_opened(drafting), Asked(key, text))


@blueprint.route("/drafts/<int:drafting>/texts/<key>/new", methods=["GET", "POST"])
def another(drafting: int, key: str) -> Answer:
    """One more text on a clause: on a sentence or on certain words of it."""
    return _write(_opened(drafting), Asked(key, another=True))


# Like the forms of comments: a token that is no longer good must not cost anybody their words. The
# form asks for it itself.
csrf.exempt(write)
csrf.exempt(another)

# What a form asks for before it is saved.
_MERGES = {"onto", "mine", "theirs"}
_TURNS = {"preview", "propose", "plain", "edit", "now", *_MERGES}


def _write(opened: Opened, asked: Asked) -> Answer:
    form, session = TextForm(), current_session()
    place = _place(opened, asked, form)
    if request.method == "GET":
        if opened.drafting.ended_at is not None:
            return seen_other("draftings.show", drafting=opened.drafting.id)
        composing.begin(form, place, proposing="propose" in request.args)
        made = composing.compose(session, form, place)
        made.faults.clear()
        return _text_page(opened, place, form, made)
    step = request.form.get("step", "save")
    if opened.drafting.ended_at is not None:
        form.refuse(EndedError())
        return _text_page(opened, place, form, composing.compose(session, form, place), 409)
    if step in _TURNS:
        return _turn(opened, asked, place, form, step)
    made = composing.compose(session, form, place)
    valid = form.validate()
    _say(form, made)
    if asked.another and made.target.selector is None and _whole_is_taken(opened, place):
        form.part.errors = [_(PlaceTakenError.message)]
    if made.proposing and not form.source.data:
        form.source.errors = [_(UnreasonedError.message)]
    if form.errors or not valid:
        return _text_page(opened, place, form, made, 422)
    return _save(opened, asked, place, form, made)


def _turn(opened: Opened, asked: Asked, place: Place, form: TextForm, step: str) -> Answer:
    """Show the form as it was asked for; nothing is saved."""
    session = current_session()
    if step in _MERGES and composing.oversized(form):
        made = composing.compose(session, form, place)
        form.validate()
        _say(form, made)
        return _text_page(opened, place, form, made, 422)
    place = _turned(opened, asked, place, form, step)
    made = composing.compose(session, form, place, step)
    if step == "now":
        _say(form, made)
    return _text_page(opened, place, form, made)


def _whole_is_taken(opened: Opened, place: Place) -> bool:
    return queries.text_on(current_session(), opened.drafting.id, place.spot(None)) is not None


def _say(form: TextForm, made: Composition) -> None:
    """Say beside each field what is wrong with it."""
    for name, sentence in made.faults.items():
        form[name].errors = [sentence]


def _place(opened: Opened, asked: Asked, form: TextForm) -> Place:
    """The place as the form showed it."""
    seen = replace(
        asked,
        text_id=asked.text_id or number(form.text.data),
        version_id=number(form.version.data),
        spoken=form.spoken.data if form.spoken.data in i18n.LANGUAGES else None,
    )
    return places.place(current_session(), opened, seen, i18n.text_language())


def _turned(opened: Opened, asked: Asked, place: Place, form: TextForm, step: str) -> Place:
    """Both texts in one, or what was changed or chosen in the clause as it reads now."""
    if step == "onto":
        composing.carry_over(form, place)
    elif step == "now":
        composing.choose_again(form, place)
    elif step in {"mine", "theirs"}:
        table = composing.beside(current_session(), form, place)
        if table is None:
            return place
        composing.join(form, table, keep_mine=step == "mine")
        composing.made_from(form, _place(opened, asked, form))
    return _place(opened, asked, form)


def _text_page(
    opened: Opened,
    place: Place,
    form: TextForm,
    made: Composition,
    status: int = 200,
    *,
    table: Table | None = None,
) -> Answer:
    composing.shows(form, place)
    if made.proposing:
        ask_for_reason(form)
    return _page(
        "write",
        opened,
        status,
        place=place,
        form=form,
        made=made,
        said=already_said(current_session(), made, language=i18n.language()),
        table=table,
        clause_redline=clause_redline,
        heading_redline=heading_redline,
    )


def _save(opened: Opened, asked: Asked, place: Place, form: TextForm, made: Composition) -> Answer:
    words, drafting = render_comment(form.source.data or ""), opened.drafting.id
    spot, version_id = place.spot(made.target.selector), place.version_id
    text_id = place.text.text_id if place.text else None
    try:
        with act() as session:
            saved = writing.save(
                session,
                drafting,
                spot,
                text_id=text_id,
                words=words,
                proposal=made.proposal,
                saved=number(form.saved.data) or 0,
                version_id=version_id,
                actor=_known().actor,
                now=served_at(),
            )
    except StaleTextError as error:
        met = asked if text_id else _met(drafting, asked, spot)
        return _both(drafting, met, form, error)
    except ConsultError as error:
        _pass_on(error)
        form.refuse(error)
        return _text_page(_opened(drafting), place, form, made, error.status)
    flash(_("%(clause)s is saved.", clause=place.label), "success")
    # The browser forgets what it kept of a form that is saved.
    address = url_for("draftings.show", drafting=drafting, kept=request.form.get("kept"))
    return redirect(f"{address}#text-{saved}", 303)  # type: ignore[return-value]


def _met(drafting: int, asked: Asked, spot: Spot) -> Asked:
    """The text that somebody else has begun meanwhile, on the same place."""
    there = queries.text_on(current_session(), drafting, spot)
    if there is None:
        return asked
    return replace(asked, text_id=there.text_id if there.quoted else None, another=False)


def _both(drafting: int, asked: Asked, form: TextForm, error: StaleTextError) -> Answer:
    """Who saves second is shown both texts, and then saves on top of the other's."""
    opened, session = _opened(drafting), current_session()
    place = _place(opened, asked, form)
    table = composing.beside(session, form, place)
    form.refuse(error)
    if table is not None and place.text is not None:
        form.saved.data, form.saved.raw_data = str(place.text.number), None
    made = composing.compose(session, form, place)
    return _text_page(opened, place, form, made, 409, table=table)


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
