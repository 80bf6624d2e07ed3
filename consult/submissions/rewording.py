"""Other words in the place of a comment's present ones, by an official: some removed, or put back.

The revision stays the same, and with it all that hangs on it (points, stances, adoptions): what was
answered keeps its answer. The ledger commits to the new words beside the former ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel import ids, search
from consult.kernel.markup import Rendered
from consult.ledger import chain
from consult.submissions.models import PUBLISHED, Comment, CommentRevision, Point
from consult.submissions.recording import leaf_facts

Move = Callable[[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Reproposed:
    """Words proposed for a clause as a revision stores them."""

    source: str
    html: str
    text: str
    marks: list[Any]


def reword(
    session: Session,
    comment: Comment,
    revision: CommentRevision,
    rendered: Rendered,
    *,
    words: str,
    move: Move,
    redacted: bool,
    now: datetime,
    proposed: Reproposed | None = None,
) -> list[int]:
    """Write the new words, move the points, and let the search find the new words only.

    `proposed` are other words in place of those that it proposes for a clause. The key of the
    proposal stays: what was taken of it into the text was taken of these.

    The caller touches the counters of the comment, last of all.
    `words` are the search words, made before the act; `move` says where a span goes. Returns the
    points of the revision, retired ones too.
    """
    revision.source, revision.html, revision.text = rendered.source, rendered.html, rendered.text
    if proposed is not None:
        revision.proposed_source, revision.proposed_html = proposed.source, proposed.html
        revision.proposed_text, revision.proposed_marks = proposed.text, proposed.marks
    revision.salt = ids.random_bytes()
    revision.rewordings += 1
    revision.redacted = redacted
    points = session.scalars(
        select(Point).where(Point.revision_id == revision.id).order_by(Point.id)
    ).all()
    for point in points:
        point.start, point.end = move(point.start, point.end)
    _commit(session, comment, revision, now)
    search.unindex(session, kind="comment", references=[comment.id])
    if comment.state == PUBLISHED:
        found = search.Thing(comment.id, comment.consultation_id, revision.language, words)
        search.index(session, "comment", [found])
    session.flush()
    return [point.id for point in points]


def _commit(session: Session, comment: Comment, revision: CommentRevision, now: datetime) -> None:
    facts = leaf_facts(comment, revision.source, revision.number, now)
    if revision.amends_id is not None:
        facts |= {"proposed": revision.proposed_source, "amends": revision.amends_id}
    reference = f"revision:{revision.id}.{revision.rewordings}"
    leaf = (reference, chain.commitment(revision.salt, facts))
    chain.add_leaves(session, [leaf], now=now)
