"""Points one by one: the list of those without a theme, and the points of one comment."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, render_template, request

from analysis import find_passages
from analysis.sentences import sentences
from consult.accounts.login import acting
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark, ngettext
from consult.kernel.paging import Keyset
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import queries as submissions
from consult.submissions.models import Comment
from consult.submissions.point_queries import points_of_comments
from consult.submissions.points import LIVE_STATES, Span, SpansError, checked
from consult.themes import parts, point_queries, queries, signoff, splitting
from consult.themes.desk import frame, moved_text, names_of
from consult.themes.errors import PointGoneError, SameThemeError
from consult.themes.forms import (
    NONE,
    CheckForm,
    MoveForm,
    SplitForm,
    asked_filter,
    chosen_points,
    theme_choices,
)

blueprint = Blueprint("coding_desk", __name__)

Answer = Response | tuple[str, int]


@blueprint.route("/desk/consultations/<slug>/points", methods=["GET", "POST"])
def without(slug: str) -> Answer:
    """Points that no label places in a theme; tick some and say where they belong."""
    around, session, chosen = frame(slug), current_session(), asked_filter()
    consultation = around["consultation"]
    form, status = MoveForm(), 200
    form.offer(queries.themes_with_sizes(session, consultation.id))
    if form.validate_on_submit():
        try:
            if not form.into.data:
                raise SameThemeError(mark("Please choose a theme."))
            with act() as writing:
                moved = signoff.move_points(
                    writing,
                    consultation,
                    chosen_points(),
                    form.theme_id,
                    actor=acting(),
                    now=served_at(),
                )
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(moved_text(moved))
            return seen_other("coding_desk.without", slug=slug)
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = point_queries.points_without_theme(session, consultation.id, keyset, chosen=chosen)
    shown = render_template(
        "themes/desk_without.html",
        **around,
        page=page,
        names=names_of(list(page.rows)),
        chosen=chosen,
        form=form,
    )
    return shown, 422 if form.errors and status == 200 else status


@blueprint.route("/desk/consultations/<slug>/points/check", methods=["GET", "POST"])
def check(slug: str) -> Answer:
    """Points that teach the next analysis most: is the theme right, or which one is?"""
    around, session, form, status = frame(slug), current_session(), CheckForm(), 200
    consultation = around["consultation"]
    themes = queries.themes_with_sizes(session, consultation.id)
    if form.validate_on_submit():
        try:
            with act() as writing:
                checked_points = signoff.check_points(
                    writing, consultation, form.decisions(), actor=acting(), now=served_at()
                )
        except ConsultError as error:
            status = form.refuse(error)
        else:
            flash(
                ngettext("%(num)s point is checked.", "%(num)s points are checked.", checked_points)
            )
            return seen_other("coding_desk.check", slug=slug)
    after = number_of(request.values.get("after"))
    page = point_queries.suggested(session, consultation.id, after=-1 if after is None else after)
    shown = render_template(
        "themes/desk_check.html",
        **around,
        page=page,
        after=after,
        choices=theme_choices(themes),
        form=form,
        no_theme=NONE,
        chosen={name: value for name, value in request.form.items() if name.startswith("theme-")},
    )
    return shown, 422 if form.errors and status == 200 else status


@blueprint.route("/desk/consultations/<slug>/comments/<int:number>/points", methods=["GET", "POST"])
def split(slug: str, number: int) -> Answer:
    """Cut a comment into points: mark the beginnings or paste the words, look, confirm."""
    around, form, status = frame(slug), SplitForm(), 200
    comment = _comment(around["consultation"].id, number)
    session = current_session()
    revision = submissions.current_revision(session, number)
    points = points_of_comments(session, [number])[number]
    spans: Sequence[Span] = [(p.start, p.end) for p in points]
    proposed = find_passages(revision.text) if len(points) == 1 and request.method == "GET" else []
    if len(proposed) > 1:
        spans = proposed
    if form.validate_on_submit():
        try:
            spans = _asked(revision.text, form)
            if request.form.get("do") == "save":
                _save(comment, spans)
                flash(_("The points of the comment are saved."))
                return seen_other("coding_desk.split", slug=slug, number=number)
        except ConsultError as error:
            status = form.refuse(error)
    page = render_template(
        "themes/desk_split.html",
        **around,
        form=form,
        comment=comment,
        revision=revision,
        points=points,
        labels=queries.labels_of_points(session, [p.id for p in points]),
        themes={
            r.theme.id: r.theme for r in queries.themes_with_sizes(session, comment.consultation_id)
        },
        pieces=[(start, revision.text[start:end]) for start, end in sentences(revision.text)],
        proposed=len(proposed) if len(proposed) > 1 else 0,
        beginnings={start for start, _ in spans},
        preview=[revision.text[start:end] for start, end in spans] if form.is_submitted() else [],
        left_out=parts.left_out(revision.text, spans),
    )
    return page, status


def _comment(consultation_id: int, number: int) -> Comment:
    """A comment whose words count. What was withdrawn or removed is not read here any more."""
    comment = submissions.comment(current_session(), number)
    if comment.consultation_id != consultation_id:
        raise NotFoundError
    if comment.state not in LIVE_STATES:
        raise PointGoneError
    return comment


def _asked(text: str, form: SplitForm) -> list[Span]:
    """The spans that the form asks for: pasted words if any, else the marked beginnings."""
    if (form.words.data or "").strip():
        spans, missing = parts.from_words(text, form.words.data)
        if missing:
            raise SpansError(
                mark("These words are not in the comment: %(words)s"), words=missing[0][:200]
            )
    else:
        starts = [
            found
            for text in request.form.getlist("start")
            if (found := number_of(text)) is not None
        ]
        spans = parts.from_beginnings(text, starts)
    return checked(text, spans)


def _save(comment: Comment, spans: Sequence[Span]) -> None:
    seen = [found for text in request.form.getlist("seen") if (found := number_of(text))]
    with act() as session:
        splitting.split(session, comment, spans, seen=seen, actor=acting(), now=served_at())
