"""The analyst's work: points, one analysis run, themes and campaigns."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from consult.jobs.worker import Worker
from consult.kernel.actor import Actor
from consult.kernel.db import current_session
from consult.kernel.markup import render_comment
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act, end_reading
from consult.operations.demonstration.files import Story, read
from consult.operations.demonstration.opening import Round
from consult.submissions.models import PUBLISHED, Comment, Point
from consult.submissions.point_queries import points_of_comments
from consult.themes import (
    assignments,
    campaign_queries,
    campaigns,
    dividing_work,
    runs,
    signoff,
    splitting,
)
from consult.themes import queries as themes
from consult.themes.models import PROPOSED

# Point name of the data files ("c017", "c017#2") → id.
Names = dict[str, int]


def split_points(story: Story, made: Round, analyst: Actor, now: datetime) -> Names:
    """Split the comments that say several things; returns every point by its name."""
    for given in story.comments():
        parts = [render_comment(part).text for part in given.get("points") or ()]
        if not parts:
            continue
        spans = _spans(render_comment(given["text"]).text, parts)
        with act() as session:
            comment = session.get_one(Comment, made.comments[given["id"]])
            if comment.state == PUBLISHED:
                splitting.split(session, comment, spans, actor=analyst, now=now)
    return point_names(made)


def point_names(made: Round) -> Names:
    """The live points of all comments by the names that the data files give them."""
    found = points_of_comments(current_session(), list(made.comments.values()))
    end_reading()
    names: Names = {}
    for name, comment_id in made.comments.items():
        rows = found[comment_id]
        if len(rows) == 1:
            names[name] = rows[0].id
        names.update({f"{name}#{number}": row.id for number, row in enumerate(rows, 1)})
    return names


def _spans(text: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    spans, at = [], 0
    for part in parts:
        start = text.index(part, at)
        at = start + len(part)
        spans.append((start, at))
    return spans


def analyse(made: Round, worker: Worker, analyst: Actor, now: datetime) -> None:
    """One run of the real analysis, by the real worker."""
    with act() as session:
        runs.request(session, made.consultation(session), actor=analyst, now=now)
    while worker.run_one():
        pass


def sign_off(
    story: Story, made: Round, names: Names, analyst: Actor, now: datetime
) -> dict[str, int]:
    """Turn proposals into the themes of the story; returns theme name → id.

    A proposal that shares most points with a theme is renamed and accepted, and what does not
    belong is moved; the other themes are made by hand, the other proposals set aside.
    """
    wanted: list[dict[str, Any]] = read(f"{story.folder}/themes.json")
    labels = _labels(list(names.values()))
    free = {row.theme.id for row in _proposed(made)}
    ids: dict[str, int] = {}
    for theme in sorted(wanted, key=lambda t: -len(t["points"])):
        points = [names[name] for name in theme["points"]]
        ids[theme["id"]] = _one_theme(
            made, theme, points, labels=labels, free=free, analyst=analyst, now=now
        )
    for theme in wanted:
        if theme.get("parent"):
            with act() as session:
                signoff.nest(session, made.consultation(session), ids[theme["id"]],
                             ids[theme["parent"]], actor=analyst, now=now)  # fmt: skip
    for row in _proposed(made):
        with act() as session:
            signoff.set_aside(
                session, made.consultation(session), row.theme.id, actor=analyst, now=now
            )
    return ids


def _proposed(made: Round) -> list[themes.ThemeRow]:
    rows = themes.themes_with_sizes(current_session(), made.consultation_id, states=(PROPOSED,))
    end_reading()
    return rows


def _labels(point_ids: Sequence[int]) -> dict[int, int | None]:
    found = themes.labels_of_points(current_session(), point_ids)
    end_reading()
    return {point_id: label.theme_id for point_id, label in found.items()}


def _one_theme(
    made: Round,
    theme: dict[str, Any],
    points: Sequence[int],
    *,
    labels: dict[int, int | None],
    free: set[int],
    analyst: Actor,
    now: datetime,
) -> int:
    shared = {t: sum(labels.get(p) == t for p in points) for t in free}
    best = max(shared, key=lambda t: shared[t], default=None)
    naming = {"title": theme["title"], "description": theme["description"]}
    with act() as session:
        consultation = made.consultation(session)
        if best is not None and shared[best] * 3 >= len(points):
            free.discard(best)
            signoff.rename(session, consultation, best, **naming, actor=analyst, now=now)
            signoff.accept(session, consultation, best, actor=analyst, now=now)
            theme_id = best
        else:
            theme_id = signoff.create(session, consultation, **naming, actor=analyst, now=now).id
    moving = [p for p in points if labels.get(p) != theme_id]
    for begin in range(0, len(moving), assignments.MOST_AT_ONCE):
        with act() as session:
            signoff.move_points(
                session,
                made.consultation(session),
                moving[begin : begin + assignments.MOST_AT_ONCE],
                theme_id,
                actor=analyst,
                now=now + timedelta(minutes=5),
            )
    return theme_id


def accept_campaigns(
    story: Story, made: Round, names: Names, analyst: Actor, now: datetime
) -> dict[str, int]:
    """Accept the proposed campaigns that the story knows; returns campaign name → id."""
    ids: dict[str, int] = {}
    for given in read(f"{story.folder}/campaigns.json"):
        wanted = {names[member] for member in given["members"]}
        found = [(len(wanted & members), campaign_id, members)
                 for campaign_id, members in _proposed_campaigns(made).items()]  # fmt: skip
        _, campaign_id, members = max(found)
        with act() as session:
            consultation = made.consultation(session)
            campaigns.accept(
                session, consultation, campaign_id, title=given["title"],
                wording=given["template"], actor=analyst, now=now,
            )  # fmt: skip
            if wanted - members:
                campaigns.add_members(session, consultation, campaign_id,
                                      sorted(wanted - members), actor=analyst, now=now)  # fmt: skip
            if members - wanted:
                campaigns.remove_members(session, consultation, campaign_id,
                                         sorted(members - wanted), actor=analyst, now=now)  # fmt: skip
        ids[given["id"]] = campaign_id
    dividing_work.at_once(made.consultation_id, actor=analyst, now=now)
    _join_rephrased(made, analyst, now)
    return ids


def _join_rephrased(made: Round, analyst: Actor, now: datetime) -> None:
    """What people really added the story has split off already. What the rule found beside it is the
    letter in other words ("Le vélo, c'est la solution"): the analyst says so."""
    session = current_session()
    found = session.scalars(
        select(Point.comment_id)
        .where(Point.consultation_id == made.consultation_id, Point.retired_at.is_(None))
        .where(Point.made_by.startswith("campaign:"))
        .distinct()
    ).all()
    end_reading()
    for comment_id in found:
        with act() as writing:
            splitting.join(writing, writing.get_one(Comment, comment_id), actor=analyst, now=now)


def _proposed_campaigns(made: Round) -> dict[int, set[int]]:
    session = current_session()
    rows = campaign_queries.campaigns(session, made.consultation_id, states=(PROPOSED,))
    found = {}
    for row in rows:
        page = campaign_queries.members(session, row.campaign.id, Keyset())
        found[row.campaign.id] = {member.member.point_id for member in page.rows}
    end_reading()
    return found
