"""Where words of comments stand in the newest version, for officials: what waits, and the decision."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts import queries as accounts
from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts import deciding
from consult.drafts import queries as drafts
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.drafts.sentences import units
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.markup import Mark
from consult.kernel.markup import mark as marked
from consult.kernel.paging import Keyset, number
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import target
from consult.submissions.anchoring import Selector, WordsNotThereError
from consult.submissions.placing import queries
from consult.submissions.placing.forms import OTHER, PlacingForm
from consult.submissions.placing.queries import Texts, Waiting
from consult.submissions.target import Occurrence

blueprint = Blueprint("placing_desk", __name__)

Answer = Response | str | tuple[str, int]
BASE = "/desk/consultations/<slug>/draft/placements"


@blueprint.get(BASE)
def index(slug: str) -> str:
    consultation, version = _newest(slug)
    decided = request.args.get("show") == "decided"
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    session = current_session()
    page = queries.waiting(session, version, keyset, decided=decided, language=i18n.language())
    people = {row.placement.placed_by for row in page.rows if row.placement.placed_by}
    return render_template(
        "submissions/placing/index.html",
        **_facts(consultation),
        version=version,
        page=page,
        decided=decided,
        names=accounts.user_names(session, people),
    )


@dataclass
class Sheet:
    """One decision on its way."""

    consultation: Consultation
    version: Version
    found: Waiting
    texts: Texts
    form: PlacingForm
    # The clause that is looked at; none has been chosen yet.
    clause: ClauseRow | None
    places: list[Occurrence]

    def shown(self, status: int = 200) -> tuple[str, int]:
        anchor, old = self.found.anchor, self.texts.old
        html = marked(old.html, [Mark(anchor.start, anchor.end)]) if old else ""
        return render_template(
            "submissions/placing/show.html",
            **_facts(self.consultation),
            sheet=self,
            form=self.form,
            row=self.found,
            old_html=html,
        ), status


@blueprint.route(BASE + "/<int:placement_id>", methods=["GET", "POST"])
def show(slug: str, placement_id: int) -> Answer:
    """The comment, the words it was written on, and the clause as it reads now."""
    sheet = _sheet(slug, placement_id)
    form, step = sheet.form, request.form.get("step")
    if not form.validate_on_submit():
        return sheet.shown(422 if form.errors else 200)
    words = None
    if step == "place":
        words = _chosen(sheet)
        if words is None:
            return sheet.shown(422)
    elif step != "gone":
        return sheet.shown()
    try:
        with act() as session:
            deciding.place(
                session,
                placement_id,
                words,
                seen=form.seen.data or "",
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        form.refuse(error)
        sheet = _sheet(slug, placement_id, form)
        return sheet.shown(error.status)
    flash(_("Comment no. %(number)s has its place.", number=sheet.found.comment.seq), "success")
    return seen_other("placing_desk.index", slug=slug)


def _sheet(slug: str, placement_id: int, form: PlacingForm | None = None) -> Sheet:
    session = current_session()
    consultation, version = _newest(slug)
    found = queries.one(session, version, placement_id, language=i18n.language())
    texts = queries.texts(session, found, version)
    refused = form is not None
    form = form or PlacingForm(seen=deciding.standing(found.placement))
    if refused:
        # Whoever decides now has seen what was decided meanwhile.
        form.seen.data = deciding.standing(found.placement)
    key = form.clause.data or request.args.get("clause", "")
    clause = texts.clause(key) if key else texts.likely
    form.clause.data = clause.key if clause else ""
    form.part.choices = [
        *((f"{s.start}-{s.end}", s.words.strip()) for s in units(clause.text if clause else "")),
        (OTHER, _("Other words of the clause")),
    ]
    return Sheet(consultation, version, found, texts, form, clause, [])


def _chosen(sheet: Sheet) -> tuple[int, int, int] | None:
    """The clause and span that the form names; None, with the reason in it, where it names none."""
    form, clause = sheet.form, sheet.clause
    if clause is None:
        form.refuse(target.ClauseGoneError())
        return None
    part, words = form.part.data or "", form.words.data or ""
    if part and part != OTHER and part in dict(form.part.choices):
        start, end = (int(edge) for edge in part.split("-"))
        bare = clause.text[start:end]
        start += len(bare) - len(bare.lstrip())
        return clause.clause_id, start, start + len(bare.strip())
    if not words.strip():
        form.part.errors = [_("Choose a sentence, or write the words.")]
        return None
    span = _only_place(sheet, clause, words)
    return None if span is None else (clause.clause_id, span.start, span.end)


def _only_place(sheet: Sheet, clause: ClauseRow, words: str) -> Selector | None:
    """Where these words stand in the clause; None, with the reason in the form, if that is unclear."""
    form = sheet.form
    places = target.occurrences(clause.text, clause.language, words)
    asked = target.asked(clause.key, words)
    wanted = number(form.place.data) if form.asked.data == asked else None
    form.asked.data = asked
    if not places:
        form.words.errors = [_(WordsNotThereError.message)]
        return None
    if len(places) > target.MOST_PLACES:
        form.words.errors = [_(target.TooManyPlacesError.message, number=len(places))]
        return None
    if len(places) > 1 and not (wanted and wanted <= len(places)):
        sheet.places = places
        form.place.errors = [_(target.AmbiguousWordsError.message)]
        return None
    return places[wanted - 1 if wanted and len(places) > 1 else 0].selector


def _newest(slug: str) -> tuple[Consultation, Version]:
    consultation = consultations.by_slug(current_session(), slug)
    version = drafts.current_version(current_session(), consultation.id)
    if version is None:
        raise NotFoundError
    return consultation, version


def _facts(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "draft",
    }
