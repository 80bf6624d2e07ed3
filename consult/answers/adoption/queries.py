"""Every read of proposals at the desk, and of whose words were taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, true
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Organisation
from consult.answers.adoption.share import NONE, WHOLE
from consult.answers.models import Adoption, AdoptionEdit
from consult.drafts import queries as drafts
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.drafts.queries import ClauseRow
from consult.kernel.errors import NotFoundError
from consult.opinions.models import StanceTally
from consult.submissions.models import (
    PUBLISHED,
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
    Thread,
)
from consult.submissions.proposing import ProposedWords, shown
from consult.submissions.rows import CommentRow
from consult.submissions.target import ClauseSeen

# Groups of equal proposals on one page.
MOST = 50


@dataclass(frozen=True)
class ClauseWithProposals:
    """A clause for which people propose other words, and how many of them do."""

    clause_id: int
    proposals: int


def clauses_with_proposals(session: Session, consultation_id: int) -> list[ClauseWithProposals]:
    """The clauses with proposals that can be read."""
    rows = session.execute(
        select(Clause.id, Thread.proposals)
        .join(Thread, Thread.clause_id == Clause.id)
        .where(
            Thread.consultation_id == consultation_id,
            Thread.kind == "clause",
            Thread.proposals > 0,
        )
    )
    return [ClauseWithProposals(clause_id, number) for clause_id, number in rows]


def _of_clause(statement: Any, consultation_id: int, key: str) -> Any:
    """Only what amends one clause of a consultation."""
    return (
        statement.join(ClauseText, ClauseText.id == CommentRevision.amends_id)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .join(Draft, Draft.id == Clause.draft_id)
        .where(Draft.consultation_id == consultation_id, Clause.key == key)
    )


@dataclass(frozen=True)
class Group:
    """Comments that propose the same words for the same text: a proposal, or a campaign of them."""

    amends_id: int
    key: bytes
    # The oldest: its comment stands for all.
    revision_id: int
    comment_id: int
    comments: int
    # Persons by account, of all these comments.
    agree: int
    disagree: int


def groups(
    session: Session,
    consultation_id: int,
    key: str,
    *,
    oldest: bool = False,
    after: int = 0,
    limit: int = MOST,
) -> list[Group]:
    """The different proposals for a clause that can be read.

    Those of most comments first, then those with which most agree; or `oldest` first, from the
    revision `after` on.
    """
    lead = func.min(CommentRevision.id)
    comments = func.count()
    agree = func.coalesce(func.sum(StanceTally.agree), 0)
    columns = select(
        CommentRevision.amends_id,
        CommentRevision.proposed_key,
        lead,
        func.min(Comment.id),
        comments,
        agree,
        func.coalesce(func.sum(StanceTally.disagree), 0),
    ).select_from(CommentRevision)
    statement = (
        _of_clause(columns, consultation_id, key)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .outerjoin(StanceTally, StanceTally.revision_id == CommentRevision.id)
        .where(
            CommentRevision.superseded_at.is_(None),
            CommentRevision.proposed_key.is_not(None),
            Comment.state == PUBLISHED,
        )
        .group_by(CommentRevision.amends_id, CommentRevision.proposed_key)
        .order_by(*((lead,) if oldest else (comments.desc(), agree.desc(), lead)))
        .limit(limit)
    )
    if after:
        statement = statement.having(lead > after)
    return [Group(*row) for row in session.execute(statement)]


@dataclass(frozen=True)
class Offer:
    """One proposal at the desk, with the words for which it was written."""

    revision_id: int
    comment_id: int
    seq: int
    source: str
    words: ProposedWords
    base: ClauseSeen
    # The language in which the text is amended; `base` may be of a translation.
    authentic: str


def offers(
    session: Session, consultation_id: int, key: str, revision_ids: Collection[int]
) -> list[Offer]:
    """Some proposals for a clause, oldest first; NotFoundError unless all can still be read."""
    facts = (CommentRevision, Comment.seq, ClauseText, Draft.language)
    columns = select(*facts).select_from(CommentRevision)
    rows = session.execute(
        _of_clause(columns, consultation_id, key)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(
            CommentRevision.id.in_(revision_ids),
            CommentRevision.superseded_at.is_(None),
            Comment.state == PUBLISHED,
        )
        .order_by(CommentRevision.id)
    ).all()
    found = []
    for revision, seq, base, authentic in rows:
        words = shown(
            revision.proposed_html, revision.proposed_text, revision.proposed_marks, base.language
        )
        if words is not None:
            source, seen = revision.proposed_source or "", ClauseSeen.of(base)
            about = revision.id, revision.comment_id, seq
            found.append(Offer(*about, source, words, seen, authentic))
    if len(found) != len(set(revision_ids)):
        raise NotFoundError
    return found


@dataclass(frozen=True)
class Bench:
    """A clause as it is published and as it is being written; either may be missing."""

    next: Version | None
    published: ClauseRow | None
    row: ClauseRow | None


def bench(session: Session, offer: Offer) -> Bench:
    """The newest published state of a clause, and that of the next version, in the language in which
    the text is amended."""
    states = drafts.clause_states(session, offer.base.id, offer.authentic)
    published = [row for version, row in states if version.published_at is not None]
    unpublished = [state for state in states if state[0].published_at is None]
    version, row = unpublished[-1] if unpublished else (None, None)
    return Bench(version, published[-1] if published else None, row)


@dataclass(frozen=True)
class Taken:
    """That a comment's words were taken: how much of them stands, in which version."""

    stands: str
    version: int
    clause_key: str
    version_id: int
    adoption_id: int

    @property
    def whole(self) -> bool:
        return self.stands == WHOLE


def taken(
    session: Session,
    comment_ids: Collection[int],
    *,
    version_id: int | None = None,
    unpublished: bool = False,
) -> dict[int, Taken]:
    """Comment → what was taken of the words that it proposes, in the newest version that has any.

    Not of words that its author has corrected since: those are shown to nobody. Of published versions;
    also of the one that is being published (`version_id`), or of any.
    """
    if not comment_ids:
        return {}
    public = Version.published_at.is_not(None)
    rows = session.execute(
        select(
            CommentRevision.comment_id,
            Adoption.stands,
            Version.number,
            Clause.key,
            Version.id,
            Adoption.id,
        )
        .join(
            Adoption,
            and_(
                Adoption.amends_id == CommentRevision.amends_id,
                Adoption.key == CommentRevision.proposed_key,
            ),
        )
        .join(Version, Version.id == Adoption.version_id)
        .join(Clause, Clause.id == Adoption.clause_id)
        .where(
            CommentRevision.comment_id.in_(comment_ids),
            CommentRevision.superseded_at.is_(None),
            Adoption.stands != NONE,
            true() if unpublished else public | (Version.id == (version_id or 0)),
        )
        .order_by(Version.number)
    )
    return {row[0]: Taken(*row[1:]) for row in rows}


@dataclass(frozen=True)
class Attribution:
    """Whose words an edit holds: the oldest comment that proposed them."""

    comment_id: int
    seq: int
    # Shown name or organisation; "" for "without name", and once the comment cannot be read.
    name: str
    readable: bool
    # How many more comments proposed the same.
    others: int
    stands: str

    @property
    def whole(self) -> bool:
        return self.stands == WHOLE


def attributed(session: Session, edit_ids: Collection[int]) -> dict[int, list[Attribution]]:
    """Edit of a published version → whose proposed words it holds, oldest comment first."""
    if not edit_ids:
        return {}
    same, other = aliased(CommentRevision), aliased(Comment)
    others = (
        select(func.count())
        .select_from(same)
        .join(other, other.id == same.comment_id)
        .where(
            same.amends_id == Adoption.amends_id,
            same.proposed_key == Adoption.key,
            same.superseded_at.is_(None),
            other.state == PUBLISHED,
            other.id != Comment.id,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            AdoptionEdit.edit_id,
            Comment.id,
            Comment.seq,
            func.coalesce(Organisation.name, Contact.name, ""),
            Comment.state,
            others,
            Adoption.stands,
        )
        .join(Adoption, Adoption.id == AdoptionEdit.adoption_id)
        .join(Version, Version.id == Adoption.version_id)
        .join(CommentRevision, CommentRevision.id == Adoption.revision_id)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Contact, Contact.submission_id == Submission.id)
        .outerjoin(Organisation, Organisation.id == Submission.organisation_id)
        .where(
            AdoptionEdit.edit_id.in_(edit_ids),
            Version.published_at.is_not(None),
            Adoption.stands != NONE,
        )
        .order_by(Comment.seq)
    )
    found: dict[int, list[Attribution]] = {}
    for edit_id, comment_id, seq, name, state, more, stands in rows:
        readable = state == PUBLISHED
        made = Attribution(comment_id, seq, name if readable else "", readable, more, stands)
        found.setdefault(edit_id, []).append(made)
    return found


def first_points(session: Session, comment_ids: Sequence[int]) -> dict[int, int]:
    """Comment → its first live point: what an official answers who answers the comment."""
    rows = session.execute(
        select(Point.comment_id, func.min(Point.id))
        .where(Point.comment_id.in_(comment_ids), Point.retired_at.is_(None))
        .group_by(Point.comment_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Proposed:
    """A group as the desk shows it: the comment that stands for it, and what was taken."""

    group: Group
    row: CommentRow
    taken: Taken | None
    point_id: int | None
