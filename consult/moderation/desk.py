"""The moderators' queue and what they decide."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from flask import session as cookie

from consult.accounts.login import acting, person
from consult.accounts.permissions import MODERATORS
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel import i18n, search
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.moderation import (
    addressing,
    comments,
    holding,
    modes,
    queries,
    removal,
    seconding,
    seconding_queries,
    undoing,
)
from consult.moderation.errors import (
    AlreadyGoneError,
    JudgedWordsChangedError,
    UndoneTooLateError,
)
from consult.moderation.forms import PublishForm, RemoveForm, SecondForm, SeenForm
from consult.moderation.queries import Waiting
from consult.moderation.undoing import Done
from consult.moderation.words import OPINION_NAMES, REASON_NAMES, REMOVAL_NAMES
from consult.submissions.points import LIVE_STATES

blueprint = Blueprint("moderation_desk", __name__)

Answer = Response | str | tuple[str, int]
SHOWN = {
    "reports": queries.reported,
    "held": queries.held,
    "cases": queries.disowned,
    "objections": queries.objected,
    "second": queries.seconded,
    "late": queries.late,
}


@blueprint.get("/desk/reports")
def queue() -> str:
    """What waits in all consultations that this person moderates."""
    known = person()
    assert known is not None
    bodies = {b for b in known.body_ids if known.roles_in(frozenset({b})) & MODERATORS.roles}
    ids = queries.moderated(current_session(), bodies)
    return render_template("moderation/desk_queue.html", consultation=None, **_list(ids))


@blueprint.get("/desk/consultations/<slug>/reports")
def reports(slug: str) -> str:
    """The same for one consultation."""
    consultation = consultations.by_slug(current_session(), slug)
    return render_template(
        "moderation/desk_queue.html", **_frame(consultation), **_list([consultation.id])
    )


def _list(ids: list[int]) -> dict[str, Any]:
    show = request.args.get("show", "reports")
    show = show if show in SHOWN else "reports"
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = SHOWN[show](current_session(), ids, keyset)
    known = person()
    return {
        "page": page,
        "show": show,
        "reasons": REASON_NAMES,
        "seconds": queries.second_opinions(current_session(), [r.comment.id for r in page.rows]),
        "answered": seconding_queries.answered_to(current_session(), ids, acting().user_id or 0)
        if show == "second" else [],
        "opinions": OPINION_NAMES,
        "me": known.id if known else 0,
        "undo": _undoable(),
        "here": {name: request.args[name] for name in ("show", "after", "before")
                 if name in request.args},
    }  # fmt: skip


@blueprint.get("/desk/consultations/<slug>/reports/<int:comment_id>")
def comment(slug: str, comment_id: int) -> str:
    """One comment, what was reported, and what can be done."""
    consultation = consultations.by_slug(current_session(), slug)
    return _page(consultation, _waiting(consultation, comment_id), RemoveForm())


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/remove")
def remove(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    waiting = _waiting(consultation, comment_id)
    form = RemoveForm()
    if waiting.comment.state not in LIVE_STATES:
        # Somebody was quicker: that comes before what is wrong with the form.
        status = form.refuse(AlreadyGoneError())
        return _page(consultation, waiting, form), status
    if not form.validate_on_submit():
        return _page(consultation, waiting, form), 422
    try:
        with act() as session:
            removal.remove(
                session,
                consultation,
                comment_id,
                reason=form.reason.data,
                note=form.notes(),
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        form.refuse(error)
        return _page(consultation, _waiting(consultation, comment_id), form), error.status
    flash(_("No. %(number)s is removed. It stands in the public list.", number=waiting.comment.seq))
    _remember(undoing.GONE, slug, waiting)
    return seen_other("moderation_desk.reports", slug=slug)


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/keep")
def keep(slug: str, comment_id: int) -> Answer:
    said = _("The comment stays. The reports are decided.")
    back = _leave_as_it_is(undoing.KEPT, slug, comment_id, removal.keep, said)
    return back or seen_other("moderation_desk.reports", slug=slug)


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/stays")
def stays(slug: str, comment_id: int) -> Answer:
    """Give the second opinion that nothing is wrong with a comment that nobody reported."""
    said = _("The comment stays. Whoever asked sees it.")
    back = _leave_as_it_is(undoing.STAYS, slug, comment_id, seconding.stays, said)
    return back or seen_other("moderation_desk.reports", slug=slug, show="second")


def _leave_as_it_is(
    what: str, slug: str, comment_id: int, verb: Callable[..., object], said: str
) -> Response | None:
    """Decide on what the moderator saw without touching the comment; returns the way back to the
    queue, if they came from there."""
    consultation = consultations.by_slug(current_session(), slug)
    waiting = _waiting(consultation, comment_id)
    form = SeenForm()
    if form.validate_on_submit():
        with act() as session:
            verb(
                session,
                consultation,
                comment_id,
                seen=form.seen.data,
                actor=acting(),
                now=served_at(),
            )
        flash(said)
        _remember(what, slug, waiting)
    return _to_the_queue(slug)


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/hold")
def hold(slug: str, comment_id: int) -> Answer:
    return _press_and_remember(
        undoing.HELD_BACK, slug, comment_id, holding.hold, _("The comment is held back.")
    )


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/publish")
def publish(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    revision = _waiting(consultation, comment_id).revision
    if PublishForm().seen.data != revision.id:
        raise JudgedWordsChangedError
    words = search.analysed(revision.text, revision.language)

    def verb(*given: Any, **facts: Any) -> object:
        return holding.publish(*given, seen=revision.id, words=words, **facts)

    return _press_and_remember(undoing.SHOWN, slug, comment_id, verb, _("The comment can be read."))


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/second")
def second(slug: str, comment_id: int) -> Answer:
    """Leave it to another moderator."""
    consultation = consultations.by_slug(current_session(), slug)
    form = SecondForm()
    if not form.validate_on_submit():
        return _page(
            consultation, _waiting(consultation, comment_id), RemoveForm(formdata=None), form
        ), 422
    try:
        with act() as session:
            seconding.ask(
                session,
                consultation,
                comment_id,
                note=form.note.data,
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        form.refuse(error)
        waiting = _waiting(consultation, comment_id)
        return _page(consultation, waiting, RemoveForm(formdata=None), form), error.status
    flash(_("Another moderator decides. Your note stands with the comment."))
    return seen_other("moderation_desk.reports", slug=slug)


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/undo")
def undo(slug: str, comment_id: int) -> Answer:
    """Take the last act back."""
    consultation = consultations.by_slug(current_session(), slug)
    last = _undoable()
    if last is None or (last["slug"], last["comment"]) != (slug, comment_id):
        raise UndoneTooLateError
    if PressForm().validate_on_submit():
        revision = _waiting(consultation, comment_id).revision
        seen, words = revision.id, search.analysed(revision.text, revision.language)
        done = Done(last["what"], comment_id, datetime.fromisoformat(last["at"]), last["held_for"])
        with act() as session:
            undoing.undo(
                session, consultation, done,
                seen=seen, words=words, actor=acting(), now=served_at(),
            )  # fmt: skip
        cookie.pop("undo", None)
        flash(_("It is undone."))
    back = _to_the_queue(slug)
    return back or seen_other("moderation_desk.comment", slug=slug, comment_id=comment_id)


def _press_and_remember(
    what: str, slug: str, comment_id: int, verb: Callable[..., object], said: str
) -> Answer:
    waiting = _waiting(consultations.by_slug(current_session(), slug), comment_id)
    response = _press(slug, comment_id, verb, said, _to_the_queue(slug))
    _remember(what, slug, waiting)
    return response


def _remember(what: str, slug: str, waiting: Waiting) -> None:
    """What this person did last, so that they can undo it; `waiting` is what was before."""
    cookie["undo"] = {
        "what": what,
        "slug": slug,
        "comment": waiting.comment.id,
        "number": waiting.comment.seq,
        "at": served_at().isoformat(),
        # A session may end without a log-out, and the next person sit down at the same browser.
        "by": acting().user_id,
        "held_for": waiting.comment.held_for,
    }


def _undoable() -> dict[str, Any] | None:
    """The last act, as long as it can be undone."""
    last: dict[str, Any] | None = cookie.get("undo")
    if last is None or last.get("by") != acting().user_id:
        return None
    if served_at() - datetime.fromisoformat(last["at"]) > comments.UNDO:
        return None
    return last


def _to_the_queue(slug: str) -> Response | None:
    """Back to the list from which somebody decided, at the next comment; None from elsewhere."""
    queue_, following = request.args.get("queue"), request.args.get("next", type=int)
    if queue_ not in {"all", "one"}:
        return None
    of = {"slug": slug} if queue_ == "one" else {}
    endpoint = "moderation_desk.reports" if of else "moderation_desk.queue"
    anchor = f"c{following}" if following else None
    return seen_other(endpoint, _anchor=anchor, **of, **_kept())


@blueprint.post("/desk/consultations/<slug>/reports/mode")
def mode(slug: str) -> Answer:
    """Whether comments are read before or after everybody can read them."""
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        before = request.form.get("before") == "yes"
        with act() as session:
            modes.moderate(session, consultation, before=before, actor=acting(), now=served_at())
        flash(
            _("From now on every comment waits until an official has read it.")
            if before
            else _("From now on comments appear at once. Those that wait go on waiting.")
        )
    return seen_other("moderation_desk.reports", slug=slug, show="held")


@blueprint.get("/desk/consultations/<slug>/replies")
def replies(slug: str) -> str:
    """What citizens wrote to each other, to find what asks for an answer of the body."""
    consultation, addressed = consultations.by_slug(current_session(), slug), _asks_addressed()
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = queries.replies(
        current_session(), consultation.id, keyset, addressed=addressed, language=i18n.language()
    )
    frame = {**_frame(consultation), "tab": "replies"}
    return render_template(
        "moderation/desk_replies.html", **frame, page=page, addressed=addressed, kept=_kept()
    )


@blueprint.post("/desk/consultations/<slug>/replies/<int:comment_id>/address")
def address(slug: str, comment_id: int) -> Answer:
    said = _("The reply is addressed to the public body and owed an answer.")
    return _press(slug, comment_id, addressing.address, said, _back_to_replies(slug))


@blueprint.post("/desk/consultations/<slug>/replies/<int:comment_id>/take-back")
def take_back(slug: str, comment_id: int) -> Answer:
    said = _("The reply is not addressed to the public body any more.")
    return _press(slug, comment_id, addressing.take_back, said, _back_to_replies(slug))


def _asks_addressed() -> bool:
    return request.args.get("show") == "addressed"


def _kept() -> dict[str, str]:
    """Where in the list one is, so that a decision leads back to the same place."""
    return {
        name: request.args[name] for name in ("show", "after", "before") if name in request.args
    }


def _back_to_replies(slug: str) -> Response:
    return seen_other("moderation_desk.replies", slug=slug, **_kept())


def _press(
    slug: str,
    comment_id: int,
    verb: Callable[..., object],
    said: str,
    back: Response | None = None,
) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        with act() as session:
            verb(session, consultation, comment_id, actor=acting(), now=served_at())
        flash(said)
    return back or seen_other("moderation_desk.comment", slug=slug, comment_id=comment_id)


def _waiting(consultation: Consultation, comment_id: int) -> Waiting:
    return queries.waiting(current_session(), consultation.id, comment_id)


def _page(
    consultation: Consultation,
    waiting: Waiting,
    form: RemoveForm,
    second_form: SecondForm | None = None,
) -> str:
    known, session = person(), current_session()
    number = waiting.comment.id
    second = queries.second_opinions(session, [number]).get(number)
    seen = waiting.reports[-1].id if waiting.reports else 0
    return render_template(
        "moderation/desk_comment.html",
        **_frame(consultation),
        waiting=waiting,
        form=form,
        keep_form=SeenForm(seen=seen, formdata=None),
        publish_form=PublishForm(seen=waiting.revision.id, formdata=None),
        reasons=REASON_NAMES,
        removed=queries.removed(session, waiting.comment),
        rules=REMOVAL_NAMES,
        second=second,
        stays_form=SeenForm(seen=second.id, formdata=None) if second else None,
        given=None if second else seconding_queries.given_about(session, number),
        opinions=OPINION_NAMES,
        me=known.id if known else 0,
        second_form=second_form or SecondForm(formdata=None),
        undo=_undoable(),
    )


def _frame(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "reports",
    }
