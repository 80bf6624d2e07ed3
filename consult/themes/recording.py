"""Writing down what an analysis proposes: in batches under a release, unseen until the last act.

Each function here is the database work of one act; the loop around them is in `work.py`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from consult.activity import log
from consult.consultations import counters as consultation_counters
from consult.consultations.models import Consultation
from consult.kernel import release as releases
from consult.kernel.actor import SYSTEM
from consult.kernel.db import Base, Texts
from consult.kernel.i18n import LANGUAGES
from consult.kernel.release import Release
from consult.submissions.models import Comment, CommentRevision, Point
from consult.themes.assignments import refuse_while_publishing
from consult.themes.campaign_recording import in_accepted
from consult.themes.errors import DecidedMeanwhileError
from consult.themes.models import (
    PROPOSED,
    RECORDED,
    Assignment,
    CampaignMember,
    CurrentRun,
    Run,
    RunSuggestion,
    Theme,
    ThemeContrast,
    ThemeQuote,
    ThemeTally,
    Unprocessed,
)
from consult.themes.snapshot import Snapshot, decided_campaigns, decided_themes
from consult.themes.standing import live
from consult.themes.vectors import of_standing

BATCH = 900

# Theme, language → live points that the run labels and no person has overridden.
Sizes = Counter[tuple[int, str]]

# Points that make a language one of a theme's.
FEWEST_SPEAKERS, SHARE_OF_SPEAKERS = 4, 0.08

# A name for a topic that has no keywords at all.
_TOPIC = {"fr": "Sujet", "de": "Thema", "lb": "Thema", "en": "Topic"}


def begin(session: Session, run: Run, snapshot: Snapshot, digest: str, now: datetime) -> Release:
    """Open the release under which the run's rows are written ahead."""
    release = releases.begin(
        session,
        kind="analysis",
        reference=f"consultation:{run.consultation_id}",
        decisions=snapshot.decisions,
        now=now,
    )
    run.release_id = release.id
    run.input_digest = digest
    session.flush()
    return release


def record_themes(
    session: Session, run: Run, release: Release, topics: Iterable[Any], now: datetime
) -> dict[int, int]:
    """Write the topics that are new as proposed themes; topic id → theme id for all of them.

    Main topics come before those below them. What people accepted stays where it is. A proposal
    that goes on keeps its row, so that its address and what people chose for it last; what the run
    says of it waits in the release for the last act.
    """
    ids: dict[int, int] = {}
    continuing: list[dict[str, Any]] = []
    for topic in topics:
        if topic.accepted_id is not None:
            ids[topic.id] = int(topic.accepted_id)
            continue
        keywords = _spoken(topic.keywords, topic.languages)
        if topic.previous_id is not None:
            ids[topic.id] = int(topic.previous_id)
            continuing.append(
                {
                    "id": ids[topic.id],
                    "title": _title(topic, keywords),
                    "keywords": keywords,
                    "parent_id": ids.get(topic.parent_id),
                }
            )
            continue
        theme = Theme(
            consultation_id=run.consultation_id,
            title=_title(topic, keywords),
            description={},
            keywords=keywords,
            parent_id=ids.get(topic.parent_id),
            state=PROPOSED,
            run_id=run.id,
            created_at=now,
            release_id=run.release_id,
        )
        session.add(theme)
        session.flush()
        ids[topic.id] = theme.id
    release.prepared = {**release.prepared, "continuing": continuing}
    return ids


def _spoken(keywords: dict[str, list[str]], counts: dict[str, int]) -> dict[str, list[str]]:
    """The keywords of languages in which the topic is really spoken of.

    Words of two or three points, perhaps of a language that was guessed wrong, name no theme.
    """
    least = max(FEWEST_SPEAKERS, sum(counts.values()) * SHARE_OF_SPEAKERS)
    most = max(counts.values(), default=0)
    return {
        code: list(words)
        for code, words in keywords.items()
        if code in LANGUAGES and words and (counts.get(code, 0) >= min(least, most))
    }


def _title(topic: Any, keywords: dict[str, list[str]]) -> Texts:
    """The topic's own title in each language it is spoken of in, its keywords where it has none."""
    title = {
        code: topic.title.get(code) or ", ".join(words[:3]) for code, words in keywords.items()
    }
    return title or {code: f"{word} {topic.id + 1}" for code, word in _TOPIC.items()}


def record_contrasts(
    session: Session, run: Run, topics: Iterable[Any], theme_of: dict[int, int]
) -> None:
    """Write what sets each theme apart from the nearest, if that is a theme too."""
    rows = [
        {
            "run_id": run.id,
            "theme_id": theme_of[topic.id],
            "neighbour_id": theme_of[topic.apart.neighbour],
            "here": topic.apart.here,
            "there": topic.apart.there,
        }
        for topic in topics
        if topic.apart is not None and topic.apart.neighbour in theme_of
    ]
    _insert(session, ThemeContrast, rows)


def record_quotes(session: Session, run: Run, quotes: Sequence[tuple[int, int, int]]) -> None:
    """Write representative points: (theme, point, rank). One already chosen is passed over."""
    known = set(
        session.execute(
            select(ThemeQuote.theme_id, ThemeQuote.point_id).where(
                ThemeQuote.point_id.in_([point for _, point, _ in quotes])
            )
        ).all()
    )
    session.add_all(
        ThemeQuote(
            theme_id=theme, point_id=point, rank=rank, run_id=run.id, release_id=run.release_id
        )
        for theme, point, rank in quotes
        if (theme, point) not in known
    )


class RunLabel(NamedTuple):
    """What a run says of a point: its theme, how sure that is, and the themes that come next with
    how likely each is, in thousandths."""

    point_id: int
    theme_id: int
    score: float
    others: list[list[int]]


def record_labels(
    session: Session,
    run: Run,
    labels: Sequence[RunLabel],
    by_people: frozenset[int],
    now: datetime,
) -> None:
    """Write one batch of labels. A person's label stands over them."""
    _insert(
        session,
        Assignment,
        [
            {
                "point_id": label.point_id,
                "theme_id": label.theme_id,
                "score": label.score,
                "others": label.others,
                "run_id": run.id,
                "overridden": label.point_id in by_people,
                "at": now,
                "release_id": run.release_id,
            }
            for label in labels
        ],
    )


def record_unprocessed(session: Session, run: Run, points: Sequence[tuple[int, str]]) -> None:
    """Write one batch of points that could not be placed, with the reason's code."""
    rows = [{"run_id": run.id, "point_id": p, "reason": reason} for p, reason in points]
    _insert(session, Unprocessed, rows)


def record_suggestions(
    session: Session, run: Run, suggested: Sequence[tuple[int, list[str]]]
) -> None:
    """Write the points to look at, in their order, with the words behind their labels.

    The words are the author's: of a point that no longer stands there are none.
    """
    session.execute(delete(RunSuggestion).where(RunSuggestion.run_id == run.id))
    rows = [
        {"run_id": run.id, "rank": rank, "point_id": point, "words": words}
        for rank, (point, words) in enumerate(of_standing(session, suggested))
    ]
    _insert(session, RunSuggestion, rows)


def _insert(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model), rows)


def sizes_from(release: Release) -> Sizes:
    """The prepared sizes as the release keeps them."""
    return Counter({(theme, language): n for theme, language, n in release.prepared["sizes"]})


def keep_sizes(release: Release, sizes: Sizes) -> None:
    """Write the prepared sizes into the release."""
    release.prepared = {
        **release.prepared,
        "sizes": [[theme, language, n] for (theme, language), n in sorted(sizes.items())],
    }


def refuse_what_was_decided(session: Session, run: Run, snapshot: Snapshot) -> None:
    """Raise DecidedMeanwhileError if people decided on proposals that this run did not know."""
    themes = decided_themes(session, run.consultation_id) - snapshot.decided_themes
    campaigns = decided_campaigns(session, run.consultation_id) - snapshot.decided_campaigns
    if themes or campaigns:
        raise DecidedMeanwhileError(sorted(themes), sorted(campaigns))


_Person = aliased(Assignment)


def _overridden_meanwhile() -> ColumnElement[bool]:
    return and_(
        Assignment.overridden.is_(False),
        exists(
            select(_Person.id).where(
                _Person.point_id == Assignment.point_id,
                _Person.person_id.is_not(None),
                _Person.superseded_at.is_(None),
            )
        ),
    )


def outdated(session: Session, run: Run) -> tuple[list[int], list[int], list[int]]:
    """What changed under a run since its snapshot: a look without a lock.

    Ids of its labels on points that no longer stand, of its labels that a person's now stands
    over, and of its campaign members that no longer stand, or whose point somebody put into an
    accepted campaign.
    """
    mine = (
        select(Assignment.id)
        .join(Point, Point.id == Assignment.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Assignment.run_id == run.id)
    )
    members = (
        select(CampaignMember.id)
        .join(Point, Point.id == CampaignMember.point_id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(CampaignMember.run_id == run.id, CampaignMember.release_id == run.release_id)
    )
    return (
        list(session.scalars(mine.where(~live()))),
        list(session.scalars(mine.where(live(), _overridden_meanwhile()))),
        list(session.scalars(members.where(or_(~live(), in_accepted())))),
    )


def drop_labels(session: Session, run: Run, ids: Sequence[int], sizes: Sizes) -> None:
    """Take back labels on points that no longer stand; parts of a split point inherit them."""
    gone = session.execute(
        select(Assignment, Point, CommentRevision.language)
        .join(Point, Point.id == Assignment.point_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Assignment.id.in_(ids))
    ).all()
    for label, point, language in gone:
        assert label.theme_id is not None
        if not label.overridden:
            sizes[label.theme_id, language] -= 1
        for part, held in _parts(session, run, point):
            session.add(
                Assignment(
                    point_id=part,
                    theme_id=label.theme_id,
                    score=label.score,
                    others=label.others,
                    run_id=run.id,
                    overridden=held,
                    at=label.at,
                    release_id=run.release_id,
                )
            )
            sizes[label.theme_id, language] += not held
    session.flush()
    session.execute(delete(Assignment).where(Assignment.id.in_(ids)))


def _parts(session: Session, run: Run, point: Point) -> list[tuple[int, bool]]:
    """The standing points made of a retired one, and whether a person labelled them already."""
    person = exists(
        select(_Person.id).where(
            _Person.point_id == Point.id,
            _Person.person_id.is_not(None),
            _Person.superseded_at.is_(None),
        )
    )
    rows = session.execute(
        select(Point.id, person)
        .join(Comment, Comment.id == Point.comment_id)
        .where(
            Point.revision_id == point.revision_id,
            Point.start >= point.start,
            Point.end <= point.end,
            Point.id != point.id,
            live(),
            ~exists(
                select(Assignment.id).where(
                    Assignment.point_id == Point.id, Assignment.run_id == run.id
                )
            ),
        )
    )
    return [(part, bool(held)) for part, held in rows]


def override_labels(session: Session, ids: Sequence[int], sizes: Sizes) -> None:
    """Mark labels over which a person's stands since the snapshot."""
    rows = session.execute(
        select(Assignment.theme_id, CommentRevision.language)
        .join(Point, Point.id == Assignment.point_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(Assignment.id.in_(ids), Assignment.overridden.is_(False))
    )
    for theme_id, language in rows:
        assert theme_id is not None
        sizes[theme_id, language] -= 1
    session.execute(update(Assignment).where(Assignment.id.in_(ids)).values(overridden=True))


def lock_consultation(session: Session, run: Run) -> int:
    """Hold the consultation's row; the decision counter as it is now.

    Raises BeingPublishedError while answers are being prepared from the labels in force.
    """
    decisions = session.scalars(
        select(Consultation.decisions)
        .where(Consultation.id == run.consultation_id)
        .with_for_update(key_share=True)
    ).one()
    refuse_while_publishing(session, run.consultation_id)
    return decisions


def finish(session: Session, run: Run, release: Release, now: datetime) -> None:
    """The last act: counters, the current run, and everything written ahead becomes visible."""
    session.add_all(
        ThemeTally(theme_id=theme, run_id=run.id, language=language, points=points)
        for (theme, language), points in sorted(sizes_from(release).items())
        if points
    )
    continuing = release.prepared["continuing"]
    if continuing:
        session.execute(update(Theme), [{**theme, "run_id": run.id} for theme in continuing])
    current = session.get(CurrentRun, run.consultation_id)
    if current is None:
        session.add(CurrentRun(consultation_id=run.consultation_id, run_id=run.id))
    else:
        current.run_id = run.id
    releases.finish(release, now)
    run.state = RECORDED
    run.finished_at = now
    consultation_counters.decided(session, run.consultation_id)
    log.record(
        session,
        actor=SYSTEM.reference,
        act="run:recorded",
        thing=f"run:{run.id}",
        now=now,
        consultation=run.consultation_id,
        digest=run.input_digest,
    )
