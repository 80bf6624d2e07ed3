"""All late comments of a consultation, and deciding about them by the published rule."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import ngettext
from consult.kernel.paging import Keyset, number
from consult.kernel.web import seen_other, served_at
from consult.moderation import work
from consult.moderation.latecomers import queries
from consult.moderation.latecomers.forms import AT_ONCE, DecideForm
from consult.moderation.latecomers.words import GROUND_NAMES
from consult.moderation.models import ADMITTING

blueprint = Blueprint("late_desk", __name__)

Answer = Response | str | tuple[str, int]
SHOWN = ("waiting", "admitted", "left")


@blueprint.route("/desk/consultations/<slug>/late", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """The list; what is chosen in it is previewed before anything is decided."""
    consultation = consultations.by_slug(current_session(), slug)
    form = DecideForm()
    form.offer()
    if form.validate_on_submit():
        chosen = [id_ for id_ in map(number, request.form.getlist("chosen")) if id_ is not None]
        among = None if form.every.data else chosen
        found = queries.waiting(current_session(), consultation.id, among, AT_ONCE + 1)
        if found:
            return _check(consultation, form, found)
        form.form_errors.append(_("Choose at least one comment that waits."))
    return _list(consultation, form), 422 if form.errors else 200


def _list(consultation: Consultation, form: DecideForm) -> str:
    show = request.args.get("show", SHOWN[0])
    show = show if show in SHOWN else SHOWN[0]
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = queries.listed(current_session(), consultation.id, show, keyset, i18n.language())
    return render_template(
        "moderation/latecomers/index.html",
        **_frame(consultation),
        page=page,
        show=show,
        form=form,
        chosen=set(request.form.getlist("chosen")),
        grounds=GROUND_NAMES,
    )


def _check(consultation: Consultation, form: DecideForm, found: list[tuple[int, int]]) -> str:
    form.ids.data = ",".join(str(id_) for id_, _seq in found[:AT_ONCE])
    return render_template(
        "moderation/latecomers/check.html",
        **_frame(consultation),
        form=form,
        numbers=[seq for _id, seq in found[:AT_ONCE]],
        more=len(found) > AT_ONCE,
        admits=form.ground.data in ADMITTING,
        ground=GROUND_NAMES[form.ground.data],
    )


@blueprint.post("/desk/consultations/<slug>/late/decide")
def decide(slug: str) -> Answer:
    """What was previewed is decided, comment by comment."""
    consultation = consultations.by_slug(current_session(), slug)
    form = DecideForm()
    form.offer()
    if form.validate_on_submit():
        decided = work.decide_late(
            consultation,
            form.previewed(),
            ground=form.ground.data,
            actor=acting(),
            now=served_at(),
        )
        flash(ngettext("1 comment is decided.", "%(num)s comments are decided.", decided))
    return seen_other("late_desk.index", slug=slug)


def _frame(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "late",
    }
