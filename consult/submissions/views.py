"""Speaking up, and reaching what one said: forms, the visit, the receipt."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting, person
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import Phase, phase
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError, TooManyError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.limits import limits
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act, end_reading
from consult.kernel.web import client_address, csrf, seen_other, served_at, settings
from consult.submissions import (
    composing,
    contacts,
    intake,
    organisations,
    own_queries,
    queries,
    receipts,
    target,
    web,
)
from consult.submissions.composing import Composition
from consult.submissions.forms import (
    CommentForm,
    ContactForm,
    FirstCommentForm,
    FirstReplyForm,
    LostForm,
    ReceiptForm,
    ReplyForm,
    TopCommentForm,
    ask_for_reason,
)
from consult.submissions.models import PUBLISHED, SUSPICIOUS, Comment, Submission
from consult.submissions.receipts import FIRST_ISSUE
from consult.submissions.recording import AlreadyReceivedError
from consult.submissions.target import CHOSEN_WORDS, MAX_WORDS, Edition, outline
from consult.submissions.web import Stamp

blueprint = Blueprint("submissions", __name__)

Answer = Response | str | tuple[str, int]


@dataclass
class Talk:
    """One form on its way: which consultation, what is replied to, which visit goes on."""

    consultation: Consultation
    # The text as it stands there now, if there is one; a reply needs none.
    edition: Edition | None
    form: CommentForm
    parent: Comment | None
    visit: Submission | None

    @property
    def phase(self) -> Phase:
        return phase(self.consultation, served_at())


@blueprint.route("/consultations/<slug>/comments/new", methods=["GET", "POST"])
def write(slug: str) -> Answer:
    session = current_session()
    consultation, text = queries.with_text(session, slug, i18n.text_language())
    visit = web.visiting(session, consultation.id)
    form = TopCommentForm() if visit else FirstCommentForm()
    return _talk(Talk(consultation, text, form, None, visit))


@blueprint.route("/comments/<int:comment_id>/reply", methods=["GET", "POST"])
def reply(comment_id: int) -> Answer:
    session = current_session()
    parent = queries.comment(session, comment_id)
    consultation = consultations.by_id(session, parent.consultation_id)
    visit = web.visiting(session, consultation.id)
    form = ReplyForm() if visit else FirstReplyForm()
    return _talk(Talk(consultation, None, form, parent, visit))


# These forms check their token themselves: one that is no longer good must not cost anybody
# their words, as the error page would.
csrf.exempt(write)
csrf.exempt(reply)


def _talk(talk: Talk) -> Answer:
    if talk.phase is Phase.PREPARATION:
        raise NotFoundError
    if talk.phase not in {Phase.OPEN, Phase.CLOSED}:
        return _not_open(talk)
    if request.method == "GET":
        return _blank(talk)
    step = request.form.get("step", "check")
    if talk.parent is None:
        composing.turn(talk.form, step)
    stamp = web.read_stamp(talk.form.stamp.data, talk.consultation.id)
    valid = talk.form.validate()
    made = composing.compose(
        current_session(),
        talk.consultation.id,
        talk.form,
        newest=talk.edition,
        language=i18n.language(),
        version_id=stamp.version_id if stamp else None,
        reply=talk.parent is not None,
    )
    if stamp is None:
        _stamp(talk, _seen(made))
    if step in {"edit", "preview", "propose", "plain"}:
        composing.begin_words(talk.form, made, step)
        return _form_page(talk, made, checked=False)
    if made.faults or not valid:
        return _form_page(talk, made), 422
    if step != "send" or stamp is None or made.asks_language or _hasty(talk.form, stamp):
        return _check_page(talk, made)
    return _send(talk, made, stamp)


def _hasty(form: CommentForm, stamp: Stamp) -> bool:
    """A machine, or a person in a hurry: shown what they wrote once more, never refused."""
    return bool(form.website.data) or served_at() - stamp.served_at < web.SHORTEST


def _seen(made: Composition) -> int | None:
    return None if made.edition is None else made.edition.version_id


def _stamp(talk: Talk, version_id: int | None) -> None:
    talk.form.stamp.data = web.new_stamp(talk.consultation.id, version_id, served_at())


def _blank(talk: Talk) -> Answer:
    form, made = talk.form, Composition()
    if talk.parent is None:
        form.clause.data = request.args.get("clause", "")
        form.words.data = request.args.get("words", "")[: 2 * MAX_WORDS]
        form.at.data = request.args.get("at", "")
        form.place.data = request.args.get("place", type=int)
        form.asked.data = target.asked(form.clause.data, form.words.data)
        made.proposing = "propose" in request.args and bool(form.clause.data)
        form.part.data = CHOSEN_WORDS if form.words.data else request.args.get("part", "")
        composing.aim(
            current_session(),
            talk.consultation.id,
            made,
            form,
            newest=talk.edition,
            language=i18n.text_language(),
        )
        if made.proposing:
            composing.turn(form, "propose")
            composing.begin_words(form, made, "propose")
    elif talk.parent.state != PUBLISHED:
        raise intake.CannotReplyError
    known = person()
    if known is not None and talk.visit is None:
        form.name.data, form.email.data = known.name, known.email
    _stamp(talk, _seen(made))
    return _form_page(talk, made, checked=bool(made.faults))


def _form_page(talk: Talk, made: Composition, *, checked: bool = True) -> str:
    """The form with what was typed. Not `checked`: nobody asked yet whether all is well."""
    for field in talk.form if not checked else ():
        field.errors = []
    for name, sentence in made.faults.items() if checked else ():
        field = talk.form[name]
        if not field.errors:
            field.errors = [sentence]
    if made.proposing:
        ask_for_reason(talk.form)
    shown = made.edition or talk.edition
    entries = outline(shown) if shown else ()
    return render_template(
        "submissions/form.html",
        **_facts(talk),
        made=made,
        said=composing.already_said(current_session(), made, language=i18n.language()),
        outline=entries,
        tab="comments",
    )


def _check_page(talk: Talk, made: Composition) -> str:
    assert made.prepared is not None
    talk.form.language.data = made.prepared.language
    talk.form.website.data = ""
    said = composing.already_said(current_session(), made, language=i18n.language())
    return render_template(
        "submissions/check.html", **_facts(talk), made=made, said=said, tab="comments"
    )


def _facts(talk: Talk) -> dict[str, Any]:
    visit, parent = talk.visit, None
    if talk.parent is not None:
        found = queries.rows(current_session(), [talk.parent.id], language=i18n.language())
        parent = found[talk.parent.id]
    return {
        "consultation": talk.consultation,
        "phase": talk.phase,
        "form": talk.form,
        "parent": talk.parent,
        "parent_row": parent,
        "visit": visit,
        "speaker_row": queries.contact(current_session(), visit.id) if visit else None,
    }


def _not_open(talk: Talk) -> Answer:
    # What somebody wrote is shown back to them whatever happens.
    page = render_template("submissions/not_open.html", **_facts(talk), tab="comments")
    return page, 409 if request.method == "POST" else 200


def _send(talk: Talk, made: Composition, stamp: Stamp) -> Answer:
    try:
        suspicious = web.suspicious(made.prepared, talk.visit) if made.prepared else False
        visit = _receive(talk, made, stamp, suspicious=suspicious)
    except AlreadyReceivedError:
        return _again(talk, made, stamp)
    except intake.NotOpenError:
        return _not_open(talk)
    except ConsultError as error:
        talk.form.refuse(error)
        return _form_page(talk, made), error.status
    response = _to_the_visit()
    web.continue_visit(response, *visit)
    return response


def _to_the_visit() -> Response:
    # The browser forgets what it kept of a form that is received.
    return seen_other("submissions.visit", kept=request.form.get("kept"))


def _receive(
    talk: Talk, made: Composition, stamp: Stamp, *, suspicious: bool
) -> tuple[int, int, int]:
    """Take the comment in; returns the visit: consultation, submission, issue of its receipt."""
    assert made.prepared is not None
    form, now, parent_id = talk.form, served_at(), talk.parent.id if talk.parent else None
    # Numbers only: in the act an object would be read again.
    consultation_id, visit = talk.consultation.id, talk.visit
    submission_id, issue = (visit.id, visit.receipt_issue) if visit else (None, FIRST_ISSUE)
    known = person()
    sender: dict[str, Any] = {"language": i18n.language(), "user_id": known.id if known else None}
    if visit is None:
        sender |= {
            "name": form.name.data,
            "respondent": form.respondent.data,
            "email": form.email.data or None,
        }
    with act() as session:
        if visit is None and form.organisation.data:
            sender["organisation_id"] = organisations.declare(
                session,
                name=form.organisation.data,
                register_number=form.register_number.data,
                declared_interest=form.declared_interest.data,
                now=now,
            )
        got = intake.receive(
            session,
            consultations.dates(session, consultation_id),
            made.prepared,
            submission_id=submission_id,
            clause_id=made.target.clause_id,
            version_id=stamp.version_id or _seen(made),
            anchor=made.target.selector,
            parent=queries.comment(session, parent_id) if parent_id else None,
            addressed=bool(parent_id and form.addressed.data),
            held_for=SUSPICIOUS if suspicious else None,
            received_at=now,
            served_at=stamp.served_at,
            form_number=stamp.number,
            actor=acting(),
            now=now,
            **sender,
        )
    return consultation_id, got.submission_id, issue


def _again(talk: Talk, made: Composition, stamp: Stamp) -> Answer:
    """The form was received before: the same words on the same place lead to the same receipt,
    and other words are not lost."""
    former = queries.sent_before(current_session(), stamp.number)
    if (
        former is not None
        and former.source == talk.form.source.data
        and _same_place(talk, made, former)
    ):
        response, before = _to_the_visit(), former.submission
        web.continue_visit(response, before.consultation_id, before.id, before.receipt_issue)
        return response
    _stamp(talk, stamp.version_id)
    talk.form.form_errors.append(
        _(
            "A comment was sent with this form before. If this is another one, please send it"
            " once more."
        )
    )
    return _form_page(talk, made), 409


def _same_place(talk: Talk, made: Composition, former: queries.Former) -> bool:
    if talk.parent is not None:
        return True
    chosen = made.target.selector
    span = None if chosen is None else (chosen.start, chosen.end)
    proposed = made.proposal.source if made.proposal else None
    before = (former.comment.clause_id, former.span, former.proposed)
    return before == (made.target.clause_id, span, proposed)


@blueprint.get("/visit")
def visit() -> str:
    """What was sent in this visit, with the receipts."""
    session = current_session()
    held = [
        {
            "submission": submission,
            "code": receipts.code_of(submission),
            "consultation": consultations.by_id(session, submission.consultation_id),
            "comments": queries.of_submission(session, submission.id, language=i18n.language()),
            "contact": queries.contact(session, submission.id),
        }
        for submission in reversed(web.visited(session))
    ]
    return render_template("submissions/visit.html", held=held, form=PressForm())


@blueprint.post("/visit/end")
def end_visit() -> Response:
    response = seen_other("submissions.receipt")
    web.end_visit(response)
    flash(_("Your visit has ended. Nothing of it is kept in this browser."))
    return response


@blueprint.route("/receipt", methods=["GET", "POST"])
def receipt() -> Answer:
    form = ReceiptForm()
    if form.validate_on_submit():
        now = served_at()
        try:
            limits().hit("receipt", client_address(), settings().receipts_per_hour, now)
        except TooManyError as error:
            form.refuse(error)
            return render_template("submissions/receipt.html", form=form), 429
        found = receipts.find(current_session(), form.code.data)
        if found is not None:
            web.open_receipt(found, now)
            # The page stands above this room; it answers the question that this one asks.
            return seen_other("trace.show", submission_id=found.id)
        form.code.errors = [_unknown_code(form.code.data)]
    page = render_template("submissions/receipt.html", form=form)
    return page, 422 if form.errors else 200


def _unknown_code(typed: str) -> str:
    if receipts.read(typed) is None:
        return _("A receipt code has 16 letters and digits. Please compare it with your receipt.")
    return _("We do not know this code. Please compare it with your receipt.")


@blueprint.post("/receipt/close")
def close_receipt() -> Response:
    response = seen_other("submissions.receipt")
    web.end_visit(response)
    flash(_("The receipt is closed in this browser."))
    return response


def _held(submission_id: int) -> Submission:
    """A submission of which this browser is the holder. Raises NotFoundError."""
    session = current_session()
    found = queries.submission(session, submission_id)
    if found is None or web.holder(session, found) is None:
        raise NotFoundError
    return found


@blueprint.get("/submissions/<int:submission_id>")
def mine(submission_id: int) -> str:
    """One's own submission: what was said, and what can be done about it."""
    session, submission = current_session(), _held(submission_id)
    consultation = consultations.by_id(session, submission.consultation_id)
    return render_template(
        "submissions/mine.html",
        submission=submission,
        consultation=consultation,
        phase=phase(consultation, served_at()),
        code=receipts.code_of(submission),
        contact=queries.contact(session, submission.id),
        comments=queries.of_submission(session, submission.id, language=i18n.language()),
        form=PressForm(),
    )


@blueprint.route("/submissions/<int:submission_id>/email", methods=["GET", "POST"])
def email(submission_id: int) -> Answer:
    session, submission = current_session(), _held(submission_id)
    actor = web.holder(session, submission)
    assert actor is not None
    form = ContactForm()
    if request.method == "GET":
        contact = queries.contact(session, submission.id)
        form.email.data = contact.email if contact else ""
    elif request.form.get("step") == "remove":
        form.email.data = ""
    if not form.validate_on_submit():
        page = render_template("submissions/email.html", form=form, submission=submission)
        return page, 422 if form.errors else 200
    wanted = form.email.data or None
    with act() as session:
        contacts.change_email(session, submission, wanted, actor=actor, now=served_at())
    flash(
        _("We will write to %(email)s.", email=wanted)
        if wanted
        else _("Your address is removed. We will not write to you.")
    )
    return seen_other("submissions.mine", submission_id=submission_id)


@blueprint.route("/receipt/lost", methods=["GET", "POST"])
def lost() -> Answer:
    form = LostForm()
    if not form.validate_on_submit():
        page = render_template("submissions/lost.html", form=form)
        return page, 422 if form.errors else 200
    now = served_at()
    limits().hit("lost", client_address(), settings().receipts_per_hour, now)
    end_reading()
    with act() as session:
        contacts.send_lost(session, form.email.data, now=now)
    # The same answer whether or not we know the address.
    flash(_("If we know this address, a letter with your receipts is on its way to it."))
    return seen_other("submissions.receipt")


@blueprint.get("/account/submissions")
def own() -> str:
    """The submissions of the signed-in person, newest first."""
    known = person()
    assert known is not None  # the permission table lets only signed-in people in
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    session = current_session()
    page = own_queries.submissions_of_user(session, known.id, keyset)
    said = own_queries.beginnings(session, [submission.id for submission, _in in page.rows])
    phases = {consultation.id: phase(consultation, served_at()) for _of, consultation in page.rows}
    return render_template("submissions/own.html", page=page, said=said, phases=phases)
