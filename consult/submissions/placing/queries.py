"""What officials see of words that wait for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consult.drafts import queries as drafts
from consult.drafts.models import UNCLEAR, Anchor, Placement, Version
from consult.drafts.placed import Standing, standing
from consult.drafts.queries import ClauseRow
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.kernel.release import visible
from consult.submissions import queries as submissions
from consult.submissions.models import HELD, PUBLISHED, Comment
from consult.submissions.rows import CommentRow


@dataclass(frozen=True)
class Waiting:
    """A comment on words that an official has placed, or is to place."""

    placement: Placement
    anchor: Anchor
    comment: CommentRow


def waiting(
    session: Session, version: Version, keyset: Keyset, *, decided: bool, language: str
) -> Page[Waiting]:
    """Of one version, by id: what waits for a decision, or what people decided."""
    chosen = Placement.placed_by.is_not(None) if decided else Placement.state == UNCLEAR
    statement = (
        select(Placement, Anchor, Comment.id)
        .join(Anchor, Anchor.id == Placement.anchor_id)
        .join(Comment, Comment.anchor_id == Anchor.id)
        .where(
            Placement.version_id == version.id,
            visible(Placement.release_id),
            Comment.state.in_((PUBLISHED, HELD)),
            chosen,
        )
    )
    rows = session.execute(window(statement, keyset, Placement.id)).all()
    page = cut(rows, keyset, lambda row: int(row[0].id))
    comments = submissions.rows(session, [row[2] for row in page.rows], language=language)
    found = [Waiting(row[0], row[1], comments[row[2]]) for row in page.rows]
    return Page(found, page.previous, page.next)


def one(session: Session, version: Version, placement_id: int, *, language: str) -> Waiting:
    """One of them, waiting or decided. Raises NotFoundError."""
    row = session.execute(
        select(Placement, Anchor, Comment.id)
        .join(Anchor, Anchor.id == Placement.anchor_id)
        .join(Comment, Comment.anchor_id == Anchor.id)
        .where(
            Placement.id == placement_id,
            Placement.version_id == version.id,
            visible(Placement.release_id),
            or_(Placement.state == UNCLEAR, Placement.placed_by.is_not(None)),
        )
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFoundError
    comments = submissions.rows(session, [row[2]], language=language)
    return Waiting(row[0], row[1], comments[row[2]])


def words_now(session: Session, comment_id: int) -> Standing | None:
    """Where the words that a comment is about stand in the newest version; None where that is the
    version on which they were chosen."""
    anchor_id = select(Comment.anchor_id).where(Comment.id == comment_id).scalar_subquery()
    return standing(session, anchor_id)


@dataclass(frozen=True)
class Texts:
    """The clause on which words were chosen, and the clauses of the newest version."""

    old: ClauseRow | None
    clauses: Sequence[ClauseRow]

    def clause(self, key: str) -> ClauseRow | None:
        return next((row for row in self.clauses if row.key == key), None)

    @property
    def likely(self) -> ClauseRow | None:
        """The same clause, if it still stands."""
        return self.clause(self.old.key) if self.old else None


def texts(session: Session, found: Waiting, version: Version) -> Texts:
    """In the language in which the words were chosen; two statements."""
    anchor = found.anchor
    old = drafts.clause_text(session, anchor.version_id, anchor.clause_id, anchor.language)
    return Texts(old, drafts.clauses(session, version.id, anchor.language))
