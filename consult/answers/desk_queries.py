"""What the desk shows of answers: coverage first, then targets, chains and publications."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import queries as accounts
from consult.answers import heads
from consult.answers.adoption import attribution
from consult.answers.adoption.queries import Taken, taken
from consult.answers.adoption.share import WHOLE
from consult.answers.decisions import (
    CampaignTarget,
    PointTarget,
    SelectionTarget,
    Target,
    ThemeTarget,
    target_column,
)
from consult.answers.models import (
    Answer,
    AnswerTarget,
    Publication,
    Selection,
    SelectionPoint,
)
from consult.answers.queries import AnswerRow, answer_rows, chain
from consult.drafts.models import Draft, Edit, Version
from consult.drafts.queries import EditRow, edits
from consult.jobs.models import Job
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.kernel.release import Release
from consult.submissions.models import HELD, PUBLISHED, Comment, CommentRevision, Point, Tally
from consult.submissions.proposing import ProposedWords, of_revision
from consult.themes.campaign_queries import CampaignRow, by_ids, opposites_of
from consult.themes.models import ACCEPTED, Campaign
from consult.themes.queries import (
    PointRow,
    ThemeRow,
    point_rows,
    themes_with_sizes,
    tree,
)
from consult.themes.quote_queries import Quote, quotes


@dataclass(frozen=True)
class ThemeLine:
    """An accepted theme with its newest answer, or the theme above whose answer it takes."""

    row: ThemeRow
    answer: AnswerRow | None
    public: bool
    from_above: bool
    below: tuple["ThemeLine", ...] = ()


@dataclass(frozen=True)
class CampaignLine:
    campaign: Campaign
    answer: AnswerRow | None
    public: bool


@dataclass(frozen=True)
class SelectionLine:
    """Points that were answered together."""

    selection: Selection
    answer: AnswerRow
    public: bool


@dataclass(frozen=True)
class Coverage:
    """The overview of answers of one consultation."""

    tally: Tally
    themes: list[ThemeLine]
    campaigns: list[CampaignLine]
    # Points in accepted themes and campaigns that nothing answers.
    unanswered: int
    selections: list["SelectionLine"]
    # The newest answers of all of them.
    answers: set[int]


def coverage(session: Session, consultation_id: int) -> Coverage:
    """Themes and campaigns with their newest answers; those without one first."""
    newest = heads.of_themes_and_campaigns(session, consultation_id, counting=False)
    together = _selections(session, consultation_id)
    heads_of_all = newest.answers | {answer for _, answer in together}
    answers = answer_rows(session, heads_of_all, public=False)
    public = public_answers(session, heads_of_all)
    rows = themes_with_sizes(session, consultation_id, states=(ACCEPTED,))

    def line(row: ThemeRow, above: AnswerRow | None, below: Sequence[ThemeRow]) -> ThemeLine:
        own = answers.get(newest.themes.get(row.theme.id, 0))
        answer = own or above
        return ThemeLine(
            row=row,
            answer=answer,
            public=answer is not None and answer.id in public,
            from_above=own is None and above is not None,
            below=tuple(line(child, answer, ()) for child in below),
        )

    themes = [line(row, None, below) for row, below in tree(rows)]
    campaigns = [
        CampaignLine(
            c, answers.get(newest.campaigns.get(c.id, 0)), newest.campaigns.get(c.id) in public
        )
        for c in session.scalars(
            select(Campaign)
            .where(Campaign.consultation_id == consultation_id, Campaign.state == ACCEPTED)
            .order_by(Campaign.points.desc(), Campaign.id)
            .limit(500)
        )
    ]
    return Coverage(
        tally=session.get(Tally, consultation_id) or _empty_tally(consultation_id),
        themes=sorted(themes, key=lambda t: t.answer is not None),
        campaigns=sorted(campaigns, key=lambda c: c.answer is not None),
        unanswered=sum(_lacking(t) for t in themes),
        selections=[
            SelectionLine(selection, answers[answer], answer in public)
            for selection, answer in together
        ],
        answers=heads_of_all,
    )


def _selections(session: Session, consultation_id: int) -> list[tuple[Selection, int]]:
    """What was answered together, newest first, each with its newest answer."""
    rows = session.execute(
        select(Selection, Answer.id)
        .join(AnswerTarget, AnswerTarget.selection_id == Selection.id)
        .join(Answer, Answer.id == AnswerTarget.answer_id)
        .where(Selection.consultation_id == consultation_id, heads.is_newest())
        .order_by(Selection.id.desc())
        .limit(200)
    )
    return [(selection, number) for selection, number in rows]


def _lacking(line: ThemeLine) -> int:
    own = 0 if line.answer else line.row.points
    return own + sum(_lacking(child) for child in line.below)


def _empty_tally(consultation_id: int) -> Tally:
    return Tally(
        consultation_id=consultation_id,
        submissions=0,
        comments=0,
        owed=0,
        owed_settled=0,
        changed=0,
    )


def public_answers(session: Session, ids: set[int]) -> set[int]:
    """Those of these answers that a released publication gave to somebody."""
    return set(
        session.scalars(
            select(Answer.id).where(Answer.id.in_(ids), heads.given(Answer)).order_by(Answer.id)
        )
    )


@dataclass(frozen=True)
class TargetView:
    """What is about to be answered: its words, its size and the answers that it got so far."""

    target: Target
    kind: str
    number: int
    title: Texts | None
    points: int
    quotes: list[Quote]
    point: PointRow | None
    # The words of a campaign: an official's, else a member's in that one's language.
    wording: str | None
    chain: list[AnswerRow]
    language: str = ""
    # Why the words asked for are not shown: the state of their comment, or "corrected".
    gone: str | None = None
    # Campaigns that say the opposite of this one: each is answered for itself.
    opposed: Sequence[CampaignRow] = ()
    # The words that the comment of a point proposes for its clause, and what was taken of them.
    proposal: ProposedWords | None = None
    taken: Taken | None = None
    # The first points of a selection.
    some: Sequence[PointRow] = ()

    @property
    def newest(self) -> AnswerRow | None:
        return self.chain[0] if self.chain else None


def target_view(session: Session, consultation_id: int, kind: str, number: int) -> TargetView:
    """A target of this consultation. Raises NotFoundError."""
    if kind == "theme":
        return _theme_view(session, consultation_id, number)
    if kind == "campaign":
        return _campaign_view(session, consultation_id, number)
    if kind == "point":
        return _point_view(session, consultation_id, number)
    if kind == "selection":
        return _selection_view(session, consultation_id, number)
    raise NotFoundError


def _theme_view(session: Session, consultation_id: int, number: int) -> TargetView:
    rows = themes_with_sizes(session, consultation_id, states=(ACCEPTED,))
    row = next((r for r in rows if r.theme.id == number), None)
    if row is None:
        raise NotFoundError
    target = ThemeTarget(number)
    return TargetView(
        target=target,
        kind="theme",
        number=number,
        title=row.theme.title,
        points=row.points,
        quotes=quotes(session, [number], public=False)[number],
        point=None,
        wording=None,
        chain=chain(session, *target_column(target)),
    )


def _campaign_view(session: Session, consultation_id: int, number: int) -> TargetView:
    campaign = session.get(Campaign, number)
    if campaign is None or campaign.consultation_id != consultation_id:
        raise NotFoundError
    row = by_ids(session, [number])[0]
    target = CampaignTarget(number)
    return TargetView(
        target=target,
        kind="campaign",
        number=number,
        title=campaign.title or None,
        points=campaign.points,
        quotes=[],
        point=None,
        wording=row.text or None,
        chain=chain(session, *target_column(target)),
        language="" if campaign.wording else row.language,
        gone=None if campaign.wording else _gone(session, campaign.template_point_id),
        opposed=opposites_of(session, campaign),
    )


def _selection_view(session: Session, consultation_id: int, number: int) -> TargetView:
    selection = session.get(Selection, number)
    if selection is None or selection.consultation_id != consultation_id or not selection.points:
        raise NotFoundError
    first = session.scalars(
        select(SelectionPoint.point_id)
        .where(SelectionPoint.selection_id == number)
        .order_by(SelectionPoint.point_id)
        .limit(5)
    ).all()
    target = SelectionTarget(number)
    return TargetView(
        target=target,
        kind="selection",
        number=number,
        title=None,
        points=selection.points,
        quotes=[],
        point=None,
        wording=None,
        chain=chain(session, *target_column(target)),
        some=point_rows(session, first),
    )


def _point_view(session: Session, consultation_id: int, number: int) -> TargetView:
    owner = session.scalar(select(Point.consultation_id).where(Point.id == number))
    if owner != consultation_id:
        raise NotFoundError
    target = PointTarget(number)
    point, gone = point_rows(session, [number])[0], _gone(session, number, held=False)
    proposal = None if gone else _proposal(session, number)
    words = taken(session, [point.comment_id], unpublished=True) if proposal else {}
    return TargetView(
        target=target,
        proposal=proposal,
        taken=words.get(point.comment_id),
        kind="point",
        number=number,
        title=None,
        points=1,
        quotes=[],
        point=point,
        wording=None,
        chain=chain(session, *target_column(target)),
        gone=gone,
    )


def _proposal(session: Session, point_id: int) -> ProposedWords | None:
    revision = session.scalars(
        select(CommentRevision)
        .join(Point, Point.revision_id == CommentRevision.id)
        .where(Point.id == point_id)
    ).one()
    return of_revision(revision)


def proposed_answer(session: Session, view: TargetView) -> tuple[str, list[int]] | None:
    """What adopted words suggest to answer: a disposition, and the changes that hold them.

    None where nothing was adopted, or the point has been answered.
    """
    if view.taken is None or view.newest is not None:
        return None
    found = attribution.work_out(session, view.taken.version_id, only=view.taken.adoption_id)
    edits = [edit_id for row in found for edit_id in row.edit_ids]
    if not edits:
        return None
    return ("accepted" if found[0].stands == WHOLE else "partly_accepted"), edits


def _gone(session: Session, point_id: int | None, *, held: bool = True) -> str | None:
    """Why the words of a point are shown to nobody; None if they are. `held`: counts as gone."""
    found = session.execute(
        select(Comment.state, Point.retired_at)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.id == point_id)
    ).first()
    if found is None:
        return None
    state, retired_at = found
    readable = {PUBLISHED} if held else {PUBLISHED, HELD}
    if state not in readable:
        return str(state)
    return "corrected" if retired_at is not None else None


def citable_edits(session: Session, consultation_id: int) -> list[EditRow]:
    """The changes that an answer may cite, those of the next version first."""
    own = (
        select(Edit.id)
        .join(Version, Version.id == Edit.version_id)
        .join(Draft, Draft.id == Version.draft_id)
        .where(Draft.consultation_id == consultation_id, Edit.gone_at.is_(None))
        .order_by(Edit.id)
        .limit(2_000)
    )
    rows = edits(session, own)
    return sorted(rows, key=lambda row: -row.version)


def answered_points(session: Session, consultation_id: int, keyset: Keyset) -> Page[AnswerRow]:
    """The newest answers that were given to single points, newest first."""
    statement = (
        select(Answer.id)
        .join(AnswerTarget, AnswerTarget.answer_id == Answer.id)
        .where(
            Answer.id.in_(heads.newest_of(consultation_id)),
            AnswerTarget.point_id.is_not(None),
        )
    )
    statement = window(statement, keyset, Answer.id, newest_first=True)
    page = cut(session.scalars(statement).all(), keyset, lambda number: number)
    rows = answer_rows(session, page.rows, public=False)
    return Page([rows[number] for number in page.rows], page.previous, page.next)


@dataclass(frozen=True)
class PublicationRow:
    """A publication, the release behind it and the job that prepares it."""

    publication: Publication
    release: Release
    job: Job | None
    version: int | None

    @property
    def figures(self) -> dict[str, int]:
        return {
            name: int(self.release.prepared.get(name, 0))
            for name in ("fates", "letters", "settled", "changed")
        }

    @property
    def decided(self) -> list[list[str]]:
        """What officials decided meanwhile, if that stopped it: act, thing, actor."""
        decided: list[list[str]] = self.release.prepared.get("decided", [])
        return decided

    @property
    def stopped(self) -> str | None:
        """Why it stopped by itself, as a marked sentence."""
        why: str | None = self.release.prepared.get("stopped")
        return why

    @property
    def stopped_facts(self) -> dict[str, object]:
        """What fills that sentence."""
        facts: dict[str, object] = self.release.prepared.get("stopped_facts", {})
        return facts


def publications(
    session: Session, consultation_id: int, *, limit: int = 50
) -> list[PublicationRow]:
    """The publications of a consultation, newest first."""
    rows = session.execute(
        select(Publication, Release, Job, Version.number)
        .join(Release, Release.id == Publication.release_id)
        .outerjoin(Job, Job.id == Publication.job_id)
        .outerjoin(Version, Version.id == Publication.version_id)
        .where(Publication.consultation_id == consultation_id)
        .order_by(Publication.id.desc())
        .limit(limit)
    )
    return [PublicationRow(p, release, job, number) for p, release, job, number in rows]


def names_of_deciders(session: Session, rows: Sequence[PublicationRow]) -> dict[int, str]:
    """User id → name of the officials whose decisions stopped a publication."""
    acted = {actor.partition(":") for row in rows for _, _, actor in row.decided}
    ids = {int(number) for kind, _, number in acted if kind == "user" and number.isdigit()}
    return accounts.user_names(session, accounts.officials(session, ids) if ids else ())


def publication(session: Session, consultation_id: int, number: int) -> Publication:
    """One publication of this consultation. Raises NotFoundError."""
    found = session.get(Publication, number)
    if found is None or found.consultation_id != consultation_id:
        raise NotFoundError
    return found
