"""The points of a long submission: proposed by headings and paragraphs, joined, split, left out."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, render_template, request

from consult.accounts.login import acting
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import number as number_of
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at
from consult.submissions import outline
from consult.submissions import queries as submissions
from consult.submissions.models import Comment
from consult.submissions.point_queries import points_of_comments
from consult.submissions.points import LIVE_STATES, Span
from consult.themes import splitting
from consult.themes.desk import frame, refuse_other_words, words_seen
from consult.themes.errors import PointGoneError
from consult.themes.parting import proposals
from consult.themes.parting.proposals import Group

blueprint = Blueprint("parting_desk", __name__)


@blueprint.route(
    "/desk/consultations/<slug>/comments/<int:number>/outline", methods=["GET", "POST"]
)
def show(slug: str, number: int) -> Response | tuple[str, int]:
    """The proposed or present points, each with its place; nothing changes before it is saved."""
    around, session, form, status = frame(slug), current_session(), PressForm(), 200
    comment = submissions.comment(session, number)
    if comment.consultation_id != around["consultation"].id:
        raise NotFoundError
    if comment.state not in LIVE_STATES:
        raise PointGoneError
    revision = submissions.current_revision(session, number)
    points = points_of_comments(session, [number])[number]
    spans = [(p.start, p.end) for p in points]
    found = outline.paragraphs(revision.html, revision.text)
    offered = proposals.proposed(revision.text, found, splitting.MOST_PARTS)
    undivided = len(points) == 1
    units = proposals.units(revision.text, found, offered if undivided else spans)
    groups = proposals.as_they_are(units, offered if undivided else spans)
    if form.validate_on_submit():
        try:
            refuse_other_words(revision)
            groups = proposals.grouped(units, _chosen("start"), _chosen("left"))
            if request.form.get("do") == "save":
                _save(comment, groups)
                flash(_("The points of the comment are saved."))
                return seen_other("parting_desk.show", slug=slug, number=number)
        except ConsultError as error:
            status = form.refuse(error)
    page = render_template(
        "themes/desk_outline.html",
        **around,
        form=form,
        comment=comment,
        revision=revision,
        points=points,
        proposed=undivided,
        groups=[(group, outline.place(found, revision.text, group.span)) for group in groups],
        kept=sum(not group.left for group in groups),
        headings={p.start for p in found if p.heading},
    )
    return page, status


def _chosen(name: str) -> set[int]:
    typed = (number_of(text) for text in request.form.getlist(name))
    return {found for found in typed if found is not None}


def _save(comment: Comment, groups: Sequence[Group]) -> None:
    wanted: list[Span] = [group.span for group in groups if not group.left]
    seen = sorted(_chosen("seen"))
    with act() as session:
        splitting.split(
            session,
            comment,
            wanted,
            seen=seen,
            words=words_seen(),
            actor=acting(),
            now=served_at(),
        )
