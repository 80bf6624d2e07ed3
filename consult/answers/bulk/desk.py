"""Answering many points together, for officials: filter, count, letters, then the answer."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.answers import choosing, selecting
from consult.answers import desk_queries as queries
from consult.answers.bulk.forms import BulkForm
from consult.answers.bulk.letters import shown
from consult.answers.choosing import Chosen
from consult.answers.colleagues.desk import my_bodies
from consult.answers.errors import PointsMovedError
from consult.answers.fates import load_plan
from consult.answers.modules import queries as modules
from consult.answers.modules.queries import ModuleRow
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts.redline import around
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGES, choose
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.themes.models import ACCEPTED
from consult.themes.queries import point_rows, themes_with_sizes

blueprint = Blueprint("bulk_desk", __name__)

Answer = Response | str | tuple[str, int]

SHOWN = 10  # points of the preview
LONGEST_WORDS = 100


def asked(themes: list[int]) -> Chosen:
    """The filter of the address; what means nothing is left out."""
    language, theme = request.args.get("language"), number_of(request.args.get("theme"))
    return Chosen(
        theme=theme if theme in themes else None,
        language=language if language in LANGUAGES else None,
        words=(request.args.get("words") or "").strip()[:LONGEST_WORDS],
        answered_too=request.args.get("answered") == "too",
    )


@blueprint.route("/desk/consultations/<slug>/answers/bulk", methods=["GET", "POST"])
def show(slug: str) -> Answer:
    """The points that a filter takes, the answer, and each letter before anything is done."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    themes = themes_with_sizes(session, consultation.id, states=(ACCEPTED,))
    chosen = asked([row.theme.id for row in themes])
    form, edits = _form(consultation)
    plan = load_plan(session, consultation.id, None)
    extent = choosing.extent(session, plan, chosen, shown=SHOWN)
    step = request.form.get("step")
    previewed = form.is_submitted() and step != "insert" and form.validate()
    if form.is_submitted() and step == "insert":
        form.insert(
            modules.of_bodies(
                session, my_bodies(consultations.bodies_of(session, consultation.slug))
            )
        )
    elif previewed and step == "answer":
        try:
            _request(consultation, chosen, form)
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_("The points are being answered. Reload this page to follow."))
            return seen_other("bulk_desk.show", slug=slug)
        session = current_session()
    form.count.data, form.last_point.data = str(extent.points), str(extent.last)
    variants = choosing.variants(session, plan, chosen) if previewed and not form.errors else []
    page = render_template(
        "answers/desk_bulk.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="answers",
        language=i18n.language(),
        themes=themes,
        chosen=chosen,
        extent=extent,
        points=point_rows(session, extent.first),
        form=form,
        edits=edits,
        chosen_edits=set(form.edits.data or ()),
        redline=around,
        previewed=previewed and not form.errors,
        letters=shown(
            variants,
            form.disposition.data or "noted",
            changed=bool(form.edits.data),
            title=consultation.title,
            slug=slug,
        ),
        recent=selecting.recent(session, consultation.id),
    )
    return page, 422 if form.errors else 200


def _form(consultation: Consultation) -> tuple[BulkForm, list[Any]]:
    session = current_session()
    edits = queries.citable_edits(session, consultation.id)
    form = BulkForm()
    form.offer(
        [
            (body.id, choose(body.name)[1])
            for body, _part in consultations.bodies(session, consultation.id)
        ],
        [row.edit.id for row in edits],
        consultation.languages,
    )
    form.offer_modules(_modules(consultation))
    return form, edits


def _modules(consultation: Consultation) -> Sequence[ModuleRow]:
    mine = my_bodies(consultations.bodies_of(current_session(), consultation.slug))
    return modules.of_bodies(current_session(), mine)


def _request(consultation: Consultation, chosen: Chosen, form: BulkForm) -> None:
    """Begin, unless the preview showed other points than there are now."""
    session, seen, last = current_session(), form.count.data, number_of(form.last_point.data)
    plan = load_plan(session, consultation.id, None)
    # What came after the preview is left out, not held against it.
    count = choosing.extent(session, plan, chosen, up_to=last or 0).points
    if not count or count != number_of(seen):
        raise PointsMovedError
    with act() as writing:
        selecting.request(
            writing,
            consultations.by_id(writing, consultation.id),
            chosen,
            answer={
                "disposition": form.disposition.data,
                "reason": form.reasons(),
                "unchanged": form.unchanged(),
                "edit_ids": form.edits.data or [],
                "body_id": form.body.data,
            },
            last_point=last or 0,
            count=count,
            actor=acting(),
            now=served_at(),
        )
