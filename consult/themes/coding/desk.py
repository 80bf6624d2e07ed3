"""Points one by one: the coding screen, those without a theme, and the points of one comment."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from analysis import find_passages
from analysis.sentences import sentences
from consult.accounts.login import acting
from consult.accounts.permissions import ANALYSTS
from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import ConsultForm, PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark, ngettext
from consult.kernel.paging import Keyset
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import queries as submissions
from consult.submissions.models import Comment, Point
from consult.submissions.point_queries import points_of_comments
from consult.submissions.points import LIVE_STATES, Span, SpansError, checked
from consult.submissions.words import RESPONDENT_NAMES
from consult.themes import campaign_queries, parts, point_queries, queries, signoff, splitting
from consult.themes.coding import behind, likely, portions, workload
from consult.themes.coding import queries as coding
from consult.themes.coding.forms import CHANNELS, HandOverForm, TakeForm
from consult.themes.coding.likely import Machine
from consult.themes.desk import frame, moved_text, names_of, refuse_other_words, words_seen
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
from consult.themes.models import ACCEPTED, Theme
from consult.themes.queries import ThemeRow

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


@blueprint.get("/desk/consultations/<slug>/coding")
def code(slug: str) -> Answer:
    """The coding screen: one point on the left, the themes on the right, one key a decision."""
    asked, after = number_of(request.args.get("point")), number_of(request.args.get("after"))
    return _screen(slug, PressForm(), 200, point=asked, after=after)


def _screen(
    slug: str, form: ConsultForm, status: int, *, point: int | None, after: int | None = None
) -> Answer:
    around, session, now = frame(slug), current_session(), served_at()
    consultation = around["consultation"]
    mine = coding.mine(session, consultation.id, _me(), now)
    themes = queries.themes_with_sizes(session, consultation.id)
    coders = coding.colleagues(session, consultation.id, ANALYSTS.roles)
    shown = mine.at(point, after)
    facts = _point(shown, themes) if shown is not None else {}
    if shown is None:
        facts = _to_take(consultation, mine, themes, coders)
    page = render_template(
        "themes/desk_coding.html",
        **around,
        **facts,
        form=form,
        mine=mine,
        me=_me(),
        names=dict(coders),
        before=mine.before(shown),
        tree=queries.lasting_tree(themes),
        placed=sum(row.points for row in themes),
        by_people=sum(row.by_people for row in themes),
        hand_over=_hand_over_form(coders),
    )
    return page, status


def _me() -> int:
    return acting().user_id or 0


def _point(point_id: int, themes: list[ThemeRow]) -> dict[str, Any]:
    """A point, its label, and why a machine set it."""
    session = current_session()
    shown = coding.shown(session, point_id)
    label = queries.labels_of_points(session, [point_id]).get(point_id)
    theme = next((r.theme for r in themes if label and r.theme.id == label.theme_id), None)
    words = shown.text[shown.start : shown.end]
    reasons: Sequence[str] = ()
    if theme is not None and label is not None and label.run_id is not None:
        reasons = shown.behind or behind.shared(words, theme.keywords)
    return {
        "shown": shown,
        "label": label,
        "suggested": theme,
        "next_likely": _next_likely(shown.machine, themes, but=theme.id if theme else None),
        "reasons": reasons,
        "pieces": behind.pieces(words, reasons),
        "around": behind.surroundings(shown.text, shown.start, shown.end),
        "channels": CHANNELS,
        "respondents": RESPONDENT_NAMES,
    }


def _next_likely(
    said: Machine | None, themes: list[ThemeRow], *, but: int | None
) -> list[tuple[str, Theme, float]]:
    """Key, theme and likelihood of those that come next."""
    here = {row.theme.id: row.theme for row in themes}
    homes = {number: number for number in here}
    if said is not None and (elsewhere := said.themes() - here.keys()):
        merged = queries.merged_into(current_session(), elsewhere)
        homes |= {theme: into for theme, into in merged.items() if into in here}
    found = likely.come_next(said, homes, but=but)
    return [
        (key, here[theme], share) for key, (theme, share) in zip(likely.KEYS, found, strict=False)
    ]


def _to_take(
    consultation: Consultation,
    mine: coding.Mine,
    themes: list[ThemeRow],
    coders: list[tuple[int, str]],
) -> dict[str, Any]:
    session, now = current_session(), served_at()
    form = _take_form(consultation, themes, coders)
    form.ask(mine.asked)
    form.after.data = str(mine.points[-1].point_id) if mine.points else ""
    return {
        "shown": None,
        "take_form": form,
        "at_work": coding.at_work(session, consultation.id, now),
        # Not beside a point: who decides key after key need not be told each time.
        "work": workload.of(session, consultation, now),
    }


def _take_form(
    consultation: Consultation, themes: list[ThemeRow], coders: list[tuple[int, str]]
) -> TakeForm:
    session, form = current_session(), TakeForm()
    form.offer(
        themes,
        coders,
        coding.clauses(session, consultation.id, i18n.language()),
        campaign_queries.campaigns(session, consultation.id, states=(ACCEPTED,)),
    )
    return form


def _hand_over_form(coders: Sequence[tuple[int, str]]) -> HandOverForm:
    form = HandOverForm()
    form.offer([(person, name) for person, name in coders if person != _me()])
    return form


@blueprint.post("/desk/consultations/<slug>/coding/take")
def take(slug: str) -> Answer:
    """Have the next points before oneself."""
    session, now = current_session(), served_at()
    consultation = consultations.by_slug(session, slug)
    themes = queries.themes_with_sizes(session, consultation.id)
    form = _take_form(
        consultation, themes, coding.colleagues(session, consultation.id, ANALYSTS.roles)
    )
    if not form.validate_on_submit():
        return _screen(slug, form, 422, point=None)
    found = coding.candidates(
        session,
        consultation.id,
        form.wanted,
        person_id=_me(),
        now=now,
        after=number_of(form.after.data) or 0,
        size=3 * portions.SIZE,
    )
    with act() as writing:
        portions.take(writing, consultation, found, wanted=form.wanted, actor=acting(), now=now)
    if not found:
        flash(_("There is no such point left. Choose others."), "warning")
    return seen_other("coding_desk.code", slug=slug)


@blueprint.post("/desk/consultations/<slug>/coding/<int:number>")
def decide(slug: str, number: int) -> Answer:
    """Say where one point belongs, and go to the next."""
    form, said = PressForm(), request.form.get("theme", "")
    theme = None if said == NONE else number_of(said)
    if not form.validate_on_submit() or (theme is None and said != NONE):
        return _screen(slug, form, 422, point=number)
    try:
        with act() as session:
            portions.decide(
                session,
                consultations.by_slug(session, slug),
                number,
                theme,
                seen=number_of(request.form.get("seen")) or 0,
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        return _screen(slug, form, form.refuse(error), point=number)
    if request.headers.get("X-Screen"):  # the screen's own script: one way instead of two
        return _screen(slug, PressForm(), 200, point=None, after=number)
    return seen_other("coding_desk.code", slug=slug, after=number)


@blueprint.post("/desk/consultations/<slug>/coding/hand-over")
def hand_over(slug: str) -> Answer:
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    coders = coding.colleagues(session, consultation.id, ANALYSTS.roles)
    form = _hand_over_form(coders)
    if not form.validate_on_submit():
        return _screen(slug, form, 422, point=None)
    try:
        with act() as writing:
            count = portions.hand_over(
                writing,
                consultation,
                form.colleague_id,
                note=form.note.data or "",
                colleagues=[person for person, _name in coders],
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        return _screen(slug, form, form.refuse(error), point=None)
    flash(ngettext("%(num)s point is handed over.", "%(num)s points are handed over.", count))
    return seen_other("coding_desk.code", slug=slug)


@blueprint.post("/desk/consultations/<slug>/coding/give-back")
def give_back(slug: str) -> Answer:
    with act() as session:
        consultation = consultations.by_slug(session, slug)
        portions.give_back(session, consultation, actor=acting(), now=served_at())
    flash(_("Your points are free for others again. What you decided stays."))
    return seen_other("coding_desk.code", slug=slug)


@blueprint.route("/desk/consultations/<slug>/comments/<int:number>/points", methods=["GET", "POST"])
def split(slug: str, number: int) -> Answer:
    """Cut a comment into points: mark the beginnings or paste the words, look, confirm."""
    around, form, status = frame(slug), SplitForm(), 200
    comment = _comment(around["consultation"].id, number)
    session = current_session()
    revision = submissions.current_revision(session, number)
    points = points_of_comments(session, [number])[number]
    spans: Sequence[Span] = [(p.start, p.end) for p in points]
    cut = _chosen_words(revision.text, spans) if request.method == "GET" else []
    to_propose = len(points) == 1 and request.method == "GET" and not cut
    proposed = find_passages(revision.text) if to_propose else []
    if len(proposed) > 1:
        spans = proposed
    if form.validate_on_submit():
        try:
            refuse_other_words(revision)
            spans = _asked(revision.text, form)
            if request.form.get("do") == "save":
                made = _save(comment, spans)
                flash(_("The points of the comment are saved."))
                if request.form.get("back") == "coding":
                    return seen_other("coding_desk.code", slug=slug, point=made[0].id)
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
        cut=[(start, end, revision.text[start:end]) for start, end in cut],
        back=request.values.get("back") == "coding",
    )
    return page, status


def _chosen_words(text: str, spans: Sequence[Span]) -> list[Span]:
    """The points as they would be if the words chosen on the coding screen were one of them."""
    start, end = number_of(request.args.get("from")), number_of(request.args.get("to"))
    if start is None or end is None:
        return []
    found = parts.cut_out(text, spans, (start, end))
    return found if found != list(spans) else []


def _comment(consultation_id: int, number: int) -> Comment:
    """A comment whose words count. What was withdrawn or removed is not read here any more."""
    comment = submissions.comment(current_session(), number)
    if comment.consultation_id != consultation_id:
        raise NotFoundError
    if comment.state not in LIVE_STATES:
        raise PointGoneError
    return comment


def _asked(text: str, form: SplitForm) -> list[Span]:
    """The spans that the form asks for: those chosen on the coding screen, pasted words if any,
    else the marked beginnings."""
    if chosen := request.form.getlist("span"):
        edges = [[number_of(edge) or 0 for edge in span.split("-", 1)] for span in chosen]
        return checked(text, [(pair[0], pair[-1]) for pair in edges])
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


def _save(comment: Comment, spans: Sequence[Span]) -> list[Point]:
    seen = [found for text in request.form.getlist("seen") if (found := number_of(text))]
    with act() as session:
        return splitting.split(
            session,
            comment,
            spans,
            seen=seen,
            words=words_seen(),
            actor=acting(),
            now=served_at(),
        )
