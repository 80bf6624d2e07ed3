"""Reading what people said. Pages that hold no form that posts, so that they can be cached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request

from consult.answers.queries import NO_FATES, dispositions_of_comments, fates_under
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts.redline import around
from consult.kernel import i18n
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.paging import Keyset
from consult.kernel.web import served_at
from consult.opinions import queries as opinions
from consult.opinions.queries import Counts
from consult.submissions import queries, standing, target
from consult.submissions.queries import Filters, Listing, Place
from consult.submissions.rows import CommentRow

blueprint = Blueprint("comments", __name__)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; nonsense is ignored."""

    clause: str
    language: str
    answered: str
    oldest: bool
    keyset: Keyset

    @classmethod
    def read(cls, *, oldest_first: bool = False) -> "Asked":
        given = request.args.get
        language, answered = given("language", ""), given("answered", "")
        order = given("order", "oldest" if oldest_first else "newest")
        return cls(
            clause=given("clause", "")[:80],
            language=language if language in i18n.LANGUAGES else "",
            answered=answered if answered in {"yes", "no"} else "",
            oldest=order == "oldest",
            keyset=Keyset.parse(given("after"), given("before")),
        )

    @property
    def filters(self) -> Filters:
        answered = {"yes": True, "no": False}.get(self.answered)
        return Filters(self.language or None, answered)

    @property
    def address(self) -> dict[str, str | None]:
        """What the links to neighbouring pages repeat."""
        return {
            "clause": self.clause or None,
            "language": self.language or None,
            "answered": self.answered or None,
            "order": "oldest" if self.oldest else None,
        }


@blueprint.get("/consultations/<slug>/comments")
def index(slug: str) -> Response:
    asked = Asked.read()
    key = standing.of_thread(slug, asked.clause, served_at())
    return versioned_page(*key, render=lambda: _index_page(slug, asked))


def _index_page(slug: str, asked: Asked) -> str:
    place = queries.place(
        current_session(), slug, language=i18n.language(), clause_key=asked.clause
    )
    listing = _listing(place, asked)
    return render_template(
        "pages/comments/index.html",
        consultation=place.consultation,
        phase=phase(place.consultation, served_at()),
        tab="comments",
        cacheable=True,
        asked=asked,
        place=place,
        listing=listing,
        outline=target.outline(place.edition) if place.edition else (),
        cards=_cards(
            place.consultation,
            listing.page.rows,
            lambda _row: asked.clause in {"", "whole"},
        ),
    )


def _cards(
    consultation: Consultation, rows: Sequence[CommentRow], about: Callable[[CommentRow], bool]
) -> list[tuple[CommentRow, tuple[str, ...], bool]]:
    """Each comment with what it was answered, and whether it says what it is about."""
    codes: dict[int, tuple[str, ...]] = {}
    # Before anything was decided nothing can have been answered.
    if consultation.decisions:
        codes = dispositions_of_comments(current_session(), [row.id for row in rows])
    return [(row, codes.get(row.id, ()), about(row)) for row in rows]


def _listing(place: Place, asked: Asked) -> Listing:
    if asked.clause and place.thread is None:
        return queries.NOTHING
    facts: dict[str, Any] = {
        "language": i18n.language(),
        "newest_first": not asked.oldest,
        "filters": asked.filters,
    }
    if place.thread is not None:
        return queries.thread(current_session(), place.thread.id, asked.keyset, **facts)
    return queries.comments(current_session(), place.consultation.id, asked.keyset, **facts)


@blueprint.get("/comments/<int:comment_id>")
def show(comment_id: int) -> Response:
    asked = Asked.read(oldest_first=True)
    key, stances = opinions.key_of_comment(comment_id, served_at())
    return versioned_page(*key, render=lambda: _comment_page(comment_id, asked, stances))


def _comment_page(comment_id: int, asked: Asked, stances: Counts) -> str:
    session, language = current_session(), i18n.language()
    found = queries.conversation(session, comment_id)
    row, replies = queries.with_replies(
        session,
        comment_id,
        found.comment.replies_id,
        asked.keyset,
        language=language,
        newest_first=not asked.oldest,
    )
    answered = fates_under(session, {row.id: row.root_id})[row.id] if row.readable else NO_FATES
    return render_template(
        "pages/comments/show.html",
        consultation=found.consultation,
        phase=phase(found.consultation, served_at()),
        tab="comments",
        cacheable=True,
        asked=asked,
        row=row,
        replies=replies,
        cards=_cards(
            found.consultation, replies.page.rows, lambda reply: reply.parent_id != row.id
        ),
        answered=answered,
        stances=stances,
        redline=around,
    )
