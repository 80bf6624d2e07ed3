"""Reading what people said. Pages that hold no form that posts, so that they can be cached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from consult.answers.adoption.queries import taken
from consult.answers.queries import NO_FATES, dispositions_of_comments, fates_under
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts.placed import Stood, stood
from consult.drafts.redline import around
from consult.kernel import i18n
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.paging import Keyset
from consult.kernel.web import served_at, settings
from consult.moderation.latecomers.queries import decisions
from consult.moderation.latecomers.words import GROUND_NAMES
from consult.moderation.redacting.models import Redaction
from consult.moderation.redaction_queries import of_comments
from consult.moderation.words import GROUND_NAMES as REMOVED_FOR
from consult.moderation.words import KIND_NAMES
from consult.opinions import queries as opinions
from consult.opinions.queries import Counts
from consult.pages.comments import annotation
from consult.submissions import passage_queries, queries, standing, target
from consult.submissions.placing.queries import words_now
from consult.submissions.queries import Filters, Listing, Place
from consult.submissions.rows import CommentRow

blueprint = Blueprint("comments", __name__)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; nonsense is ignored."""

    clause: str
    language: str
    answered: str
    proposals: bool
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
            proposals=given("proposals") == "yes",
            oldest=order == "oldest",
            keyset=Keyset.parse(given("after"), given("before")),
        )

    @property
    def filters(self) -> Filters:
        answered = {"yes": True, "no": False}.get(self.answered)
        return Filters(self.language or None, answered, self.proposals)

    @property
    def address(self) -> dict[str, str | None]:
        """What the links to neighbouring pages repeat."""
        return {
            "clause": self.clause or None,
            "language": self.language or None,
            "answered": self.answered or None,
            "proposals": "yes" if self.proposals else None,
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


def _stood(row: CommentRow) -> Stood | None:
    """Whether the clause still stands on which a comment without words of its own is; words say it
    themselves."""
    if row.clause_id is None or row.root_id is not None or row.quoted:
        return None
    return stood(current_session(), row.clause_id)


@blueprint.get("/comments/<int:comment_id>")
def show(comment_id: int) -> Response:
    """The comment as a page, or as a Web Annotation for who asks for JSON-LD."""
    key, stances = opinions.key_of_comment(comment_id, served_at())
    if annotation.wanted(request.accept_mimetypes):
        return versioned_page(
            *key,
            render=lambda: _annotation(comment_id),
            content_type=annotation.ANNOTATION,
            vary="Accept",
        )
    asked = Asked.read(oldest_first=True)
    return versioned_page(
        *key, render=lambda: _comment_page(comment_id, asked, stances), vary="Accept"
    )


def _annotation(comment_id: int) -> str:
    session = current_session()
    found = queries.conversation(session, comment_id)
    row = queries.rows(session, [comment_id], language=i18n.language())[comment_id]
    aim = passage_queries.aim(session, comment_id)
    site = settings().base_url.rstrip("/")
    return annotation.annotation(
        row, aim, found.consultation, lambda endpoint, **facts: site + url_for(endpoint, **facts)
    )


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
        taken=taken(session, [row.id]).get(row.id) if row.proposal else None,
        stances=stances,
        words=words_now(session, comment_id) if row.quoted and row.readable else None,
        stood=_stood(row),
        organisation=(
            queries.organisation(session, row.submission_id) if row.organisation else None
        ),
        late=decisions(session, [row.id]).get(row.id) if row.late else None,
        late_grounds=GROUND_NAMES,
        redline=around,
        redactions=_redactions(row),
        kinds=KIND_NAMES,
        grounds=REMOVED_FOR,
    )


def _redactions(row: CommentRow) -> list[Redaction]:
    """What was removed from a comment that can be read."""
    if not (row.redacted and row.readable):
        return []
    return of_comments(current_session(), [row.id]).get(row.id, [])
