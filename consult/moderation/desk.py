"""The moderators' queue and what they decide."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

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
from consult.moderation import addressing, holding, queries, removal
from consult.moderation.errors import JudgedWordsChangedError
from consult.moderation.forms import KeepForm, PublishForm, RemoveForm
from consult.moderation.queries import Waiting
from consult.moderation.words import REASON_NAMES

blueprint = Blueprint("moderation_desk", __name__)

Answer = Response | str | tuple[str, int]
SHOWN = {"reports": queries.reported, "held": queries.held, "late": queries.late}


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
    return {"page": page, "show": show, "reasons": REASON_NAMES}


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
    return seen_other("moderation_desk.reports", slug=slug)


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/keep")
def keep(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    form = KeepForm()
    if form.validate_on_submit():
        with act() as session:
            removal.keep(
                session,
                consultation,
                comment_id,
                seen=form.seen.data,
                actor=acting(),
                now=served_at(),
            )
        flash(_("The comment stays. The reports are decided."))
    return seen_other("moderation_desk.reports", slug=slug)


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/hold")
def hold(slug: str, comment_id: int) -> Answer:
    return _press(slug, comment_id, holding.hold, _("The comment is held back."))


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/admit")
def admit(slug: str, comment_id: int) -> Answer:
    return _press(slug, comment_id, holding.admit, _("The comment is admitted."))


@blueprint.post("/desk/consultations/<slug>/reports/<int:comment_id>/publish")
def publish(slug: str, comment_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    revision = _waiting(consultation, comment_id).revision
    if PublishForm().seen.data != revision.id:
        raise JudgedWordsChangedError
    words = search.analysed(revision.text, revision.language)

    def verb(*given: Any, **facts: Any) -> object:
        return holding.publish(*given, seen=revision.id, words=words, **facts)

    return _press(slug, comment_id, verb, _("The comment can be read."))


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


def _page(consultation: Consultation, waiting: Waiting, form: RemoveForm) -> str:
    seen = waiting.reports[-1].id if waiting.reports else 0
    return render_template(
        "moderation/desk_comment.html",
        **_frame(consultation),
        waiting=waiting,
        form=form,
        keep_form=KeepForm(seen=seen, formdata=None),
        publish_form=PublishForm(seen=waiting.revision.id, formdata=None),
        reasons=REASON_NAMES,
    )


def _frame(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "reports",
    }
