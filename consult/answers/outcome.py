"""The outcome: figures, and theme by theme what was said, answered and changed."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from consult.accounts.models import Body
from consult.answers.fates import is_newest
from consult.answers.models import Answer, AnswerTarget, Fate, Publication
from consult.answers.queries import AnswerRow, EarlierFate, answer_rows, former_answers
from consult.consultations.models import ConsultationBody
from consult.drafts import queries as drafts
from consult.drafts.models import Draft, Edit, Version
from consult.drafts.queries import EditRow
from consult.kernel.db import Texts
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, Page, cut, window
from consult.kernel.release import RELEASED, Release
from consult.submissions.models import PUBLISHED, Comment, Point, Tally
from consult.submissions.target import Edition, OutlineEntry, outline
from consult.themes.models import ACCEPTED, Campaign, Theme
from consult.themes.queries import PointRow, ThemeRow, point_rows, themes_with_sizes
from consult.themes.quote_queries import Quote, quotes

THEMES_PER_PAGE = 10


@dataclass(frozen=True)
class Figures:
    """The four numbers, in their order, and how many points came in campaigns. All are counters."""

    submissions: int
    owed: int
    answered: int
    changed: int
    campaigns: int
    in_campaigns: int
    # Those in campaigns that say the opposite of another: the two are never added together.
    opposed: int = 0

    @property
    def open(self) -> int:
        return self.owed - self.answered

    @property
    def share(self) -> float:
        """The share of answered points that changed the text."""
        return self.changed / self.answered if self.answered else 0.0


def figures(session: Session, consultation_id: int, tally: Tally) -> Figures:
    turned = aliased(Campaign)
    opposes = turned.id.is_not(None)
    campaigns, members, opposed = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((opposes, 0), else_=Campaign.points)), 0),
            func.coalesce(func.sum(case((opposes, Campaign.points), else_=0)), 0),
        )
        .select_from(Campaign)
        .outerjoin(turned, and_(turned.id == Campaign.variant_of_id, turned.state == ACCEPTED))
        .where(Campaign.consultation_id == consultation_id, Campaign.state == ACCEPTED)
    ).one()
    return Figures(
        submissions=tally.submissions,
        owed=tally.owed,
        answered=tally.owed_settled,
        changed=tally.changed,
        campaigns=campaigns,
        in_campaigns=int(members),
        opposed=int(opposed),
    )


@dataclass(frozen=True)
class Chosen:
    """The filter of the outcome page."""

    disposition: str | None = None
    clause_id: int | None = None
    body_id: int | None = None

    @property
    def any(self) -> bool:
        return bool(self.disposition or self.clause_id or self.body_id)


@dataclass(frozen=True)
class Given:
    """An answer of a theme or campaign, and how many points of the theme stand under it."""

    answer: AnswerRow
    points: int
    # What it replaced, the last one first.
    earlier: tuple[EarlierFate, ...] = ()


@dataclass
class Section:
    """One theme: what was said, what was answered. `theme` is none for points without one."""

    theme_id: int | None
    theme: ThemeRow | None
    points: int = 0
    campaigns: int = 0
    quotes: list[Quote] = field(default_factory=list)
    answers: list[Given] = field(default_factory=list)
    # Disposition → points of this theme that were answered one by one.
    single: Counter[str] = field(default_factory=Counter)

    @property
    def changes(self) -> list[EditRow]:
        """What the answers of this theme changed, each change once."""
        rows = {row.edit.id: row for given in self.answers for row in given.answer.edits}
        return list(rows.values())


@dataclass(frozen=True)
class Outcome:
    """A page of sections, with the number of sections before it and after it."""

    sections: list[Section]
    before: int
    after: int


def outcome(
    session: Session,
    consultation_id: int,
    chosen: Chosen,
    start: int = 0,
    size: int = THEMES_PER_PAGE,
) -> Outcome:
    """The themes with answered points, the largest first, `size` of them from the `start`th on."""
    sections: dict[int | None, Section] = {}
    given: dict[int | None, list[tuple[int, str, int]]] = defaultdict(list)
    for theme_id, answer_id, kind, disposition, points in _groups(session, consultation_id, chosen):
        section = sections.setdefault(theme_id, Section(theme_id, None))
        section.points += points
        if answer_id is None:
            section.single[disposition] += points
        else:
            given[theme_id].append((answer_id, kind, points))
    # Points without a theme come last.
    ordered = sorted(
        sections.values(), key=lambda s: (s.theme_id is None, -s.points, s.theme_id or 0)
    )
    page = ordered[start : start + size]
    _fill(session, consultation_id, page, given)
    return Outcome(page, start, max(0, len(ordered) - start - len(page)))


def _groups(session: Session, consultation_id: int, chosen: Chosen) -> list[Any]:
    """(theme, answer, kind, disposition, owed points); single points' answers come as one a
    disposition, with no answer id."""
    theme = func.coalesce(Theme.merged_into_id, Theme.id).label("home")
    shared = case((AnswerTarget.point_id.is_(None), Fate.answer_id)).label("shared")
    parts = (theme, shared, AnswerTarget.campaign_id, Answer.disposition)
    grouped = _filtered(select(*parts, func.count()), consultation_id, chosen).group_by(*parts)
    rows: list[Any] = []
    for home, answer, campaign, disposition, count in session.execute(grouped):
        kind = "point" if answer is None else "theme" if campaign is None else "campaign"
        rows.append((home, answer, kind, disposition, count))
    return rows


def _filtered(statement: Any, consultation_id: int, chosen: Chosen) -> Any:
    """Newest released fates of owed points, with answer, target and theme, as chosen."""
    statement = (
        statement.select_from(Point)
        .join(Fate, Fate.point_id == Point.id)
        .join(Release, Release.id == Fate.release_id)
        .join(Answer, Answer.id == Fate.answer_id)
        .join(AnswerTarget, AnswerTarget.answer_id == Fate.answer_id)
        .outerjoin(Theme, Theme.id == Fate.theme_id)
        .where(
            Point.consultation_id == consultation_id,
            Point.owed.is_(True),
            Release.state == RELEASED,
            is_newest(),
        )
    )
    if chosen.disposition:
        statement = statement.where(Answer.disposition == chosen.disposition)
    if chosen.body_id:
        statement = statement.where(Answer.body_id == chosen.body_id)
    if chosen.clause_id:
        statement = statement.join(Comment, Comment.id == Point.comment_id).where(
            Comment.clause_id == chosen.clause_id
        )
    return statement


def _fill(
    session: Session,
    consultation_id: int,
    sections: Sequence[Section],
    given: dict[int | None, list[tuple[int, str, int]]],
) -> None:
    ids = [s.theme_id for s in sections if s.theme_id is not None]
    themes = {
        row.theme.id: row for row in themes_with_sizes(session, consultation_id, states=(ACCEPTED,))
    }
    said = quotes(session, ids)
    wanted = [answer for s in sections for answer, _, _ in given[s.theme_id]]
    answers, earlier = answer_rows(session, wanted), former_answers(session, wanted)
    for section in sections:
        section.theme = themes.get(section.theme_id or 0)
        section.quotes = said.get(section.theme_id or 0, [])
        shares = sorted(given[section.theme_id], key=lambda row: (row[1] == "campaign", -row[2]))
        section.answers = [
            Given(answers[answer], points, earlier.get(answer, ())) for answer, _, points in shares
        ]
        section.campaigns = sum(kind == "campaign" for _, kind, _ in shares)


@dataclass(frozen=True)
class Single:
    """A point with an answer of its own."""

    point: PointRow
    answer: AnswerRow


def single_points(
    session: Session, consultation_id: int, theme_id: int | None, keyset: Keyset
) -> Page[Single]:
    """The points of a theme that were answered one by one, by id; only of readable comments."""
    home = func.coalesce(Theme.merged_into_id, Theme.id)
    statement = (
        _filtered(select(Point.id, Fate.answer_id), consultation_id, Chosen())
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            AnswerTarget.point_id.is_not(None),
            Comment.state == PUBLISHED,
            home == theme_id if theme_id is not None else Theme.id.is_(None),
        )
    )
    statement = window(statement, keyset, Point.id)
    page = cut(session.execute(statement).all(), keyset, lambda row: int(row[0]))
    points = {row.point_id: row for row in point_rows(session, [row[0] for row in page.rows])}
    answers = answer_rows(session, [row[1] for row in page.rows])
    rows = [Single(points[point], answers[answer]) for point, answer in page.rows]
    return Page(rows, page.previous, page.next)


def own_grounds(session: Session, consultation_id: int) -> list[EditRow]:
    """Public changes that have a ground of the body's own."""
    own = (
        select(Edit.id)
        .join(Version, Version.id == Edit.version_id)
        .join(Draft, Draft.id == Version.draft_id)
        .where(
            Draft.consultation_id == consultation_id,
            Version.published_at.is_not(None),
            Edit.gone_at.is_(None),
            Edit.ground.is_not(None),
        )
        .order_by(Edit.id)
        .limit(500)
    )
    return drafts.edits(session, own)


def bodies(session: Session, consultation_id: int) -> list[tuple[int, Texts]]:
    rows = session.execute(
        select(Body.id, Body.name)
        .join(ConsultationBody, ConsultationBody.body_id == Body.id)
        .where(ConsultationBody.consultation_id == consultation_id)
        .order_by(ConsultationBody.part.desc(), Body.id)
    )
    return [(number, name) for number, name in rows]


def clauses(edition: Edition | None) -> list[OutlineEntry]:
    """The clauses of the newest published version, for the filter."""
    return [] if edition is None else [row for row in outline(edition) if row.kind == "clause"]


def published_on(session: Session, consultation_id: int) -> list[Publication]:
    """The publications so far, oldest first."""
    return list(
        session.scalars(
            select(Publication)
            .where(
                Publication.consultation_id == consultation_id,
                Publication.published_at.is_not(None),
            )
            .order_by(Publication.id)
            .limit(50)
        )
    )


def theme_title(session: Session, consultation_id: int, theme_id: int | None) -> Texts | None:
    """The title of an accepted theme; none for points without one. Raises NotFoundError."""
    if theme_id is None:
        return None
    title = session.scalar(
        select(Theme.title).where(
            Theme.id == theme_id,
            Theme.consultation_id == consultation_id,
            Theme.state == ACCEPTED,
        )
    )
    if title is None:
        raise NotFoundError
    return title
