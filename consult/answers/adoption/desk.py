"""Proposed words, for officials: all for a clause together, two over each other, and taking them."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.answers.adoption import queries
from consult.answers.adoption.adopting import adopt as take_in
from consult.answers.adoption.adopting import share_taken
from consult.answers.adoption.forms import AdoptForm
from consult.answers.adoption.queries import Proposed
from consult.answers.adoption.sheet import Sheet
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts import queries as drafts
from consult.drafts.errors import ClauseWordsError, StaleClauseError
from consult.drafts.forms import ClauseForm, DeleteForm
from consult.drafts.models import Version
from consult.drafts.overlay import overlay as laid_over
from consult.drafts.queries import ClauseRow
from consult.drafts.redline import clause_redline, heading_redline
from consult.drafts.revision import wording
from consult.drafts.sheets import as_written
from consult.drafts.threeway import Segment
from consult.drafts.writing import Wording
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import queries as submissions
from consult.submissions.rows import CommentRow

blueprint = Blueprint("proposals_desk", __name__)

Answer = Response | str | tuple[str, int]

BASE = "/desk/consultations/<slug>/proposals"


def _of(slug: str) -> Consultation:
    return consultations.by_slug(current_session(), slug)


def _page(template: str, consultation: Consultation, status: int = 200, **facts: Any) -> Answer:
    return render_template(
        f"answers/{template}.html",
        consultation=consultation,
        phase=phase(consultation, served_at()),
        tab="proposals",
        **facts,
    ), status


def _rows(comment_ids: list[int]) -> dict[int, CommentRow]:
    return submissions.rows(current_session(), comment_ids, language=i18n.language())


@blueprint.get(BASE)
def show(slug: str) -> Answer:
    """The clauses for which other words are proposed, those of most proposals first."""
    consultation, session = _of(slug), current_session()
    found = queries.clauses_with_proposals(session, consultation.id)
    labels = drafts.clause_labels(session, [row.clause_id for row in found], i18n.language())
    rows = [(labels[row.clause_id], row.proposals) for row in found if row.clause_id in labels]
    rows.sort(key=lambda row: -row[1])
    return _page("desk_proposals", consultation, rows=rows)


@blueprint.get(BASE + "/<key>")
def clause(slug: str, key: str) -> Answer:
    """All proposals for one clause, equal ones together."""
    consultation, session = _of(slug), current_session()
    oldest = request.args.get("order") == "oldest"
    after = number_of(request.args.get("after")) or 0
    groups = queries.groups(
        session,
        consultation.id,
        key,
        oldest=oldest,
        after=after if oldest else 0,
        limit=queries.MOST + 1,
    )
    if not groups:
        # Nothing is proposed (any more), or there is no such clause at all.
        drafts.clause_by_key(session, consultation.id, key)
    shown = groups[: queries.MOST]
    comments = [group.comment_id for group in shown]
    rows, points = _rows(comments), queries.first_points(session, comments)
    taken = queries.taken(session, comments, unpublished=True)
    return _page(
        "desk_proposals_of",
        consultation,
        key=key,
        oldest=oldest,
        further=shown[-1].revision_id if oldest and len(groups) > len(shown) else None,
        more=len(groups) > len(shown),
        found=[
            Proposed(group, rows[id_], taken.get(id_), points.get(id_))
            for group, id_ in zip(shown, comments, strict=True)
            if id_ in rows
        ],
    )


@blueprint.get(BASE + "/<key>/overlay")
def overlay(slug: str, key: str) -> Answer:
    """Two proposals against the clause's words: where they agree, where they differ."""
    consultation, session = _of(slug), current_session()
    chosen = {number for text in request.args.getlist("choose") if (number := number_of(text))}
    pair = queries.offers(session, consultation.id, key, chosen) if len(chosen) == 2 else []
    rows = _rows([offer.comment_id for offer in pair])
    names: list[str] = [_("No. %(number)s", number=offer.seq) for offer in pair]
    laid = None
    if pair and pair[0].base.text_id == pair[1].base.text_id:
        first, second = pair
        laid = laid_over(first.base.text, first.words.text, second.words.text, (names[0], names[1]))
    return _page(
        "desk_overlay",
        consultation,
        200 if laid is not None else 422,
        key=key,
        pair=pair,
        names=names,
        rows=[rows[offer.comment_id] for offer in pair],
        laid=laid,
    )


@dataclass
class Table:
    """A proposal that is being taken in: the form on its way, and what it gives."""

    slug: str
    version: Version
    sheet: Sheet
    form: AdoptForm
    mine: ClauseRow
    words: Wording | None = None
    conflicts: tuple[Segment, ...] = ()
    # Somebody else's words, saved since this form was made.
    theirs: ClauseRow | None = None

    def shown(self, status: int = 200) -> Answer:
        comment_id = self.sheet.offer.comment_id
        return _page(
            "desk_adopt",
            _of(self.slug),
            status,
            table=self,
            sheet=self.sheet,
            form=self.form,
            proposal=_rows([comment_id])[comment_id],
            clause_redline=clause_redline,
            heading_redline=heading_redline,
        )


@blueprint.route(BASE + "/<key>/<int:revision>/adopt", methods=["GET", "POST"])
def adopt(slug: str, key: str, revision: int) -> Answer:
    """The clause's editor with proposed words put into it."""
    consultation, session = _of(slug), current_session()
    try:
        [offer] = queries.offers(session, consultation.id, key, [revision])
    except NotFoundError:
        if _written():
            # Whoever was writing keeps what they wrote.
            return _page("desk_adopt_gone", consultation, 409, key=key, form=ClauseForm())
        raise
    if offer.base.language != offer.authentic and not offer.words.deletes:
        facts: dict[str, Any] = {"authentic": offer.authentic, "form": None}
        return _page("desk_adopt_not", consultation, key=key, offer=offer, **facts)
    bench = queries.bench(session, offer)
    if bench.next is None or bench.row is None:
        return _page(
            "desk_adopt_not",
            consultation,
            409 if _written() else 200,
            key=key,
            offer=offer,
            begun=bench.next is not None,
            authentic=None,
            form=ClauseForm() if _written() else None,
        )
    sheet = Sheet(offer, bench.published, bench.row)
    if offer.words.deletes:
        return _leave_out(slug, bench.next, sheet)
    return _write(_begun(slug, bench.next, sheet))


def _written() -> bool:
    """Whether words of a clause were sent."""
    return request.method == "POST" and "source" in request.form


def _begun(slug: str, version: Version, sheet: Sheet) -> Table:
    row, everything = sheet.row, {change.number for change in sheet.changes}
    merged = sheet.merged(everything)
    form = AdoptForm(
        number=row.number,
        heading=row.heading,
        source=merged.text,
        saved=row.saved,
        take=sorted(everything),
    )
    form.offer(len(everything))
    if request.method == "GET":
        form.note(everything)
    return Table(slug, version, sheet, form, row, conflicts=merged.conflicts)


def _write(table: Table) -> Answer:
    form, step = table.form, request.form.get("step")
    if request.method == "GET":
        _typed(table)
        return table.shown()
    valid = form.validate_on_submit()
    if step == "take":
        _take(table)
    if not _typed(table) or not valid:
        return table.shown(422)
    if step != "save":
        return table.shown()
    return _save(table)


def _take(table: Table) -> None:
    """Put other changes of the proposal into what was typed."""
    form = table.form
    now = set(form.take.data or ())
    merged = table.sheet.retaken(form.source.data or "", form.before, now)
    form.source.data, table.conflicts = merged.text, merged.conflicts
    form.note(now)


def _typed(table: Table) -> bool:
    """Render what was typed; False, with the reason in the form, where it cannot be stored."""
    form = table.form
    try:
        words = wording(
            number=form.number.data or "",
            heading=form.heading.data or "",
            source=form.source.data or "",
        )
    except ClauseWordsError as error:
        form.refuse(error)
        return False
    table.words = words
    table.mine = as_written(table.sheet.row, words)
    return True


def _save(table: Table) -> Answer:
    offer = table.sheet.offer
    assert table.words is not None
    version, reading = table.version, current_session()
    try:
        stands = share_taken(reading, version, offer.revision_id, table.words)
        with act() as session:
            take_in(
                session,
                version,
                offer.revision_id,
                words=table.words,
                stands=stands,
                saved=table.form.saved.data or 0,
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        table.form.refuse(error)
        if isinstance(error, StaleClauseError):
            _show_both(table)
        return table.shown(error.status)
    return _saved(table.slug, table.sheet)


def _show_both(table: Table) -> None:
    """Put the other's words beside mine: whoever saves now has seen both."""
    theirs = queries.bench(current_session(), table.sheet.offer).row
    if theirs is not None:
        table.theirs = theirs
        table.form.saved.data, table.form.saved.raw_data = theirs.saved, None


def _leave_out(slug: str, version: Version, sheet: Sheet) -> Answer:
    """A proposal that the clause should go."""
    form, offer = DeleteForm(saved=sheet.row.saved), sheet.offer
    if form.validate_on_submit():
        try:
            stands = share_taken(current_session(), version, offer.revision_id, None)
            with act() as session:
                take_in(
                    session,
                    version,
                    offer.revision_id,
                    words=None,
                    stands=stands,
                    saved=form.saved.data or 0,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            form.refuse(error)
            form.saved.data, form.saved.raw_data = sheet.row.saved, None
        else:
            return _saved(slug, sheet)
    return _page(
        "desk_adopt_deletion",
        _of(slug),
        409 if form.errors else 200,
        sheet=sheet,
        form=form,
        proposal=_rows([offer.comment_id])[offer.comment_id],
    )


def _saved(slug: str, sheet: Sheet) -> Response:
    flash(
        _(
            "The words of comment no. %(number)s are taken into the next version. It still needs"
            " an answer.",
            number=sheet.offer.seq,
        ),
        "success",
    )
    return seen_other("proposals_desk.clause", slug=slug, key=sheet.row.key)
