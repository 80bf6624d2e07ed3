"""Words that may be personal data: found, decided one keystroke each, removed, put back, read again."""

from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for

from consult.accounts.login import acting
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.files import queries as kept_files
from consult.kernel import search
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.markup import Mark, mark
from consult.kernel.paging import Keyset, number
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.moderation import redaction, scanning, sealing
from consult.moderation import redaction_queries as queries
from consult.moderation.errors import CannotUndoError
from consult.moderation.personal import Found
from consult.moderation.redacting.forms import LEAVE, REMOVE, LookForm, OpenFileForm, RedactForm
from consult.moderation.redacting.models import GROUNDS, LEFT, PersonalFinding
from consult.moderation.redaction import Plan, Seen
from consult.moderation.redaction_queries import Suspect
from consult.moderation.words import GROUND_NAMES, KIND_NAMES
from consult.submissions import attachments, proposing
from consult.submissions.attaching.desk import handed_out
from consult.submissions.imports import queries as imports

blueprint = Blueprint("redacting_desk", __name__)

Answer = Response | str | tuple[str, int]


@blueprint.get("/desk/consultations/<slug>/redaction")
def index(slug: str) -> str:
    """Comments in which something looks like personal data."""
    return _index(consultations.by_slug(current_session(), slug))


def _index(consultation: Consultation, unknown: str = "") -> str:
    page = queries.queue(current_session(), consultation.id, _keyset())
    return render_template(
        "moderation/redacting/index.html",
        **_frame(consultation),
        page=page,
        shown=[(row, _marked(row), proposing.of_revision(row.revision)) for row in page.rows],
        unknown=unknown,
    )


@blueprint.get("/desk/consultations/<slug>/redaction/find")
def find(slug: str) -> Answer:
    """Any comment by its number."""
    consultation = consultations.by_slug(current_session(), slug)
    asked = request.args.get("number", "").strip()
    seq = number(asked)
    comment_id = queries.by_number(current_session(), consultation.id, seq) if seq else None
    if comment_id is None:
        return _index(consultation, asked[:20]), 404
    return seen_other("redacting_desk.show", slug=slug, comment_id=comment_id)


@blueprint.get("/desk/consultations/<slug>/redaction/removed")
def removed(slug: str) -> str:
    """What was removed: to be put back, or read in the original."""
    consultation = consultations.by_slug(current_session(), slug)
    return _removed(consultation, LookForm())


def _removed(consultation: Consultation, form: LookForm, asked: int | None = None) -> str:
    page = queries.removed(current_session(), _keyset(), consultation_id=consultation.id)
    return render_template(
        "moderation/redacting/removed.html",
        **_frame(consultation),
        page=page,
        form=form,
        asked=asked,
        press=PressForm(),
    )


@blueprint.route("/desk/consultations/<slug>/redaction/<int:comment_id>", methods=["GET", "POST"])
def show(slug: str, comment_id: int) -> Answer:
    """One comment: what goes, what stays, how it reads then, and saving it."""
    consultation = consultations.by_slug(current_session(), slug)
    suspect = queries.suspect(current_session(), consultation.id, comment_id)
    revision = suspect.revision
    ground = request.args.get("ground")
    form = RedactForm(
        seen=revision.id,
        rewordings=revision.rewordings,
        ground=ground if ground in GROUNDS else None,
    )
    if not form.validate_on_submit():
        return _page(consultation, suspect, form), 422 if form.errors else 200
    try:
        made = _plan(suspect, form)
        if request.form.get("do") == "preview":
            return _page(consultation, suspect, form, made)
        _save(consultation, suspect, form, made)
    except ConsultError as error:
        form.refuse(error)
        suspect = queries.suspect(current_session(), consultation.id, comment_id)
        return _page(consultation, suspect, form), error.status
    return _next(consultation, comment_id, form)


def _plan(suspect: Suspect, form: RedactForm) -> Plan | None:
    """What the comment becomes; None where nothing is removed, and something left as it is."""
    decided, revision = form.decided(), suspect.revision
    going = [finding for finding in suspect.open if decided.get(finding.id) == REMOVE]
    chosen = [Found(one.start, one.end, one.kind) for one in going if not one.proposed]
    proposed, kind = revision.proposed_text or "", form.kind.data
    chosen += redaction.by_hand(revision.text, form.lines, kind, also=proposed)
    there = [
        *(Found(one.start, one.end, one.kind) for one in going if one.proposed),
        *(one for one in _not_looked_through(suspect) if place(one) in form.in_proposal()),
        *redaction.by_hand(proposed, form.lines, kind, also=revision.text),
    ]
    if not chosen and not there and LEAVE in decided.values():
        return None
    of_proposal = redaction.plan_proposal(current_session(), revision, there)
    return redaction.plan_of(revision, chosen, of_proposal)


def _not_looked_through(suspect: Suspect) -> list[Found]:
    """What is found in proposed words that the worker has not yet come to."""
    known = [finding for finding in suspect.findings if finding.proposed]
    return [
        one
        for one in scanning.in_proposal(suspect.revision)
        if not any(one.start < other.end and other.start < one.end for other in known)
    ]


def place(one: Found) -> str:
    """How the form names something found in proposed words."""
    return f"{one.start}-{one.end}"


def _save(
    consultation: Consultation, suspect: Suspect, form: RedactForm, made: Plan | None
) -> None:
    decided = form.decided()
    facts: dict[str, Any] = {
        "seen": Seen(form.seen.data, form.rewordings.data or 0),
        "left": [finding for finding, what in decided.items() if what == LEAVE],
        "actor": acting(),
        "now": served_at(),
    }
    with act() as session:
        if made is None:
            redaction.leave(session, consultation, suspect.comment.id, **facts)
        else:
            redaction.redact(
                session, consultation, suspect.comment.id, made, ground=form.ground.data, **facts
            )
    seq = suspect.comment.seq
    if made is None:
        flash(_("No. %(number)s stays as it is.", number=seq))
    else:
        flash(_("The words are removed from No. %(number)s. Its original is sealed.", number=seq))


def _next(consultation: Consultation, comment_id: int, form: RedactForm) -> Response:
    following = queries.next_waiting(current_session(), consultation.id, comment_id)
    if following is None:
        return seen_other("redacting_desk.index", slug=consultation.slug)
    return seen_other(
        "redacting_desk.show",
        slug=consultation.slug,
        comment_id=following,
        ground=form.ground.data or None,
    )


@blueprint.post("/desk/consultations/<slug>/redaction/<int:redaction_id>/undo")
def undo(slug: str, redaction_id: int) -> Answer:
    consultation = consultations.by_slug(current_session(), slug)
    if PressForm().validate_on_submit():
        original = queries.original_text(current_session(), redaction_id)
        if original is None:
            raise CannotUndoError
        words = search.analysed(*original)
        with act() as session:
            redaction.undo(
                session, consultation, redaction_id, words=words, actor=acting(), now=served_at()
            )
        flash(_("The words stand in the comment again. The public list says so."))
    return seen_other("redacting_desk.removed", slug=slug)


@blueprint.post("/desk/consultations/<slug>/redaction/<int:redaction_id>/original")
def original(slug: str, redaction_id: int) -> Answer:
    """The sealed words; each look is a line of the log."""
    consultation = consultations.by_slug(current_session(), slug)
    form = LookForm()
    if not form.validate_on_submit():
        return _removed(consultation, form, redaction_id), 422
    with act() as session:
        found = sealing.look(
            session,
            consultation,
            redaction_id,
            why=form.why.data,
            actor=acting(),
            now=served_at(),
        )
    marks = [Mark(one.start_before, one.end_before) for one in found.placed]
    return render_template(
        "moderation/redacting/original.html",
        **_frame(consultation),
        found=found,
        html=mark(found.words.html, marks),
    )


@blueprint.route(
    "/desk/consultations/<slug>/redaction/submissions/<int:submission_id>/files",
    methods=["GET", "POST"],
)
def files(slug: str, submission_id: int) -> Answer:
    """The files of a submission from which words were removed; each that is opened is a line of
    the log."""
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    slip = imports.brought(session, consultation.id, submission_id)
    if not imports.words_removed(session, submission_id):
        return seen_other("imports_desk.slip", slug=slug, submission_id=submission_id)
    kept = [
        one for one in kept_files.of(session, attachments.reference(submission_id))
        if one.refused is None
    ]  # fmt: skip
    form = OpenFileForm()
    form.offer(kept)
    if form.validate_on_submit():
        with act() as writing:
            opened = sealing.open_file(
                writing,
                consultation,
                submission_id,
                form.file.data,
                why=form.why.data,
                actor=acting(),
                now=served_at(),
            )
        return handed_out(opened)
    page = render_template(
        "moderation/redacting/files.html",
        **_frame(consultation),
        slip=slip,
        kept=kept,
        form=form,
    )
    return page, 422 if form.errors else 200


def _keyset() -> Keyset:
    return Keyset.parse(request.args.get("after"), request.args.get("before"))


def _marked(suspect: Suspect) -> str:
    """The words with what was found in them; what was decided before is not marked."""
    marks = [Mark(one.start, one.end, css="found") for one in suspect.open if not one.proposed]
    return mark(suspect.revision.html, marks)


def _page(
    consultation: Consultation, suspect: Suspect, form: RedactForm, made: Plan | None = None
) -> str:
    revision = suspect.revision

    def words(one: PersonalFinding) -> str:
        return ((revision.proposed_text or "") if one.proposed else revision.text)[
            one.start : one.end
        ]

    return render_template(
        "moderation/redacting/show.html",
        **_frame(consultation),
        suspect=suspect,
        html=_marked(suspect),
        open=[(one, words(one)) for one in suspect.open],
        left=[(one, words(one)) for one in suspect.findings if one.state == LEFT],
        decided=form.decided(),
        proposal=proposing.of_revision(revision),
        in_proposal=[
            (one, place(one), (revision.proposed_text or "")[one.start : one.end])
            for one in _not_looked_through(suspect)
        ],
        chosen_there=form.in_proposal(),
        form=form,
        made=made,
        back=url_for("redacting_desk.index", slug=consultation.slug),
    )


def _frame(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase": phase(consultation, served_at()),
        "tab": "redaction",
        "kinds": KIND_NAMES,
        "grounds": GROUND_NAMES,
    }
