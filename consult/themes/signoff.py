"""What people decide about themes: accept, name, create, merge, set aside, nest, move, quote.

Every act locks the themes it decides on, counts the decision, refuses while answers are being
published, moves the counters and writes its line in the log.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from consult.activity import log
from consult.consultations.errors import StaleError
from consult.consultations.models import Consultation
from consult.kernel import ids
from consult.kernel.actor import Actor
from consult.kernel.clock import SENT_TWICE
from consult.kernel.db import Texts
from consult.kernel.i18n import LANGUAGES
from consult.submissions.models import Comment, Point
from consult.themes import assignments
from consult.themes.assignments import decide, lock_points, person
from consult.themes.errors import (
    AlreadyAcceptedError,
    AnsweredError,
    CheckedMeanwhileError,
    PointGoneError,
    SameThemeError,
    ThemeGoneError,
    ThemeNotFoundError,
    TitleMissingError,
    TwoLevelsError,
)
from consult.themes.models import ACCEPTED, MERGED, SET_ASIDE, Assignment, Theme, ThemeQuote
from consult.themes.standing import Labelled, by_person, home, in_view, live

MOST_QUOTES = 5


def texts(given: Texts, limit: int) -> Texts:
    """What somebody typed in several languages, without blanks and unknown languages."""
    return {
        code: " ".join(given[code].split())[:limit]
        for code in LANGUAGES
        if given.get(code, "").strip()
    }


def _named(title: Texts) -> Texts:
    title = texts(title, 200)
    if not title:
        raise TitleMissingError
    return title


def _take(
    session: Session, consultation: Consultation, *theme_ids: int, set_aside: bool = False
) -> list[Theme]:
    """The themes in view, locked, after the decision is counted.

    Raises ThemeNotFoundError for those of another consultation, ThemeGoneError for those that
    somebody merged or set aside or a newer run replaced (`set_aside` lets those back in).
    """
    decide(session, consultation.id)
    found = {
        theme.id: theme
        for theme in session.scalars(
            select(Theme)
            .where(Theme.id.in_(theme_ids), Theme.consultation_id == consultation.id)
            .order_by(Theme.id)
            .with_for_update(of=Theme)
            .execution_options(populate_existing=True)
        )
    }
    if len(found) < len(set(theme_ids)):
        raise ThemeNotFoundError
    allowed = or_(in_view(), Theme.state == SET_ASIDE) if set_aside else in_view()
    seen = session.scalars(select(Theme.id).where(Theme.id.in_(theme_ids), allowed)).all()
    if len(seen) < len(found):
        raise ThemeGoneError
    return [found[theme_id] for theme_id in theme_ids]


def refuse_gone(session: Session, consultation: Consultation, theme_id: int) -> None:
    """Raise ThemeNotFoundError or ThemeGoneError unless a theme is in view."""
    _take(session, consultation, theme_id)


def _touch(theme: Theme, actor: Actor, now: datetime) -> None:
    # From here on no run makes it disappear.
    theme.decided_by = person(actor)
    theme.decided_at = now


def _log(
    session: Session, act: str, theme: Theme, actor: Actor, now: datetime, **facts: object
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=f"theme:{act}",
        thing=f"theme:{theme.id}",
        now=now,
        consultation=theme.consultation_id,
        **facts,
    )


def accept(
    session: Session, consultation: Consultation, theme_id: int, *, actor: Actor, now: datetime
) -> Theme:
    """Make a proposed theme one of the consultation's, or bring one back that was set aside.

    Raises AlreadyAcceptedError if somebody was faster.
    """
    (theme,) = _take(session, consultation, theme_id, set_aside=True)
    if theme.state == ACCEPTED:
        raise AlreadyAcceptedError
    theme.state = ACCEPTED
    _touch(theme, actor, now)
    _log(session, "accepted", theme, actor, now)
    return theme


def fingerprint(theme: Theme) -> str:
    """A short name for title, description and place of a theme, for the form that changes them."""
    return ids.fingerprint(theme.title, theme.description, theme.parent_id)


def rename(
    session: Session,
    consultation: Consultation,
    theme_id: int,
    *,
    title: Texts,
    description: Texts,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
) -> Theme:
    """Give a theme its title and description, in any of the languages.

    `seen` is the fingerprint of what the official had before them; StaleError if it moved.
    """
    title = _named(title)
    (theme,) = _take(session, consultation, theme_id)
    if seen is not None and seen != fingerprint(theme):
        raise StaleError
    theme.title = title
    theme.description = texts(description, 1000)
    _touch(theme, actor, now)
    _log(session, "renamed", theme, actor, now, languages=sorted(title))
    return theme


def create(
    session: Session,
    consultation: Consultation,
    *,
    title: Texts,
    description: Texts,
    parent_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Theme:
    """Make a theme by hand; it is accepted at once, since a person made it.

    Who sends the form twice made it once.
    """
    title, described = _named(title), texts(description, 1000)
    decide(session, consultation.id)
    for made in session.scalars(
        select(Theme)
        .where(
            Theme.consultation_id == consultation.id,
            Theme.state == ACCEPTED,
            Theme.created_by == person(actor),
            Theme.created_at > now - SENT_TWICE,
        )
        .order_by(Theme.id)
    ):
        if (made.title, made.description, made.parent_id) == (title, described, parent_id):
            return made
    theme = _new(session, consultation, title, described, actor=actor, now=now)
    if parent_id is not None:
        _put_below(session, consultation, theme, parent_id, actor=actor, now=now)
    _log(session, "created", theme, actor, now)
    return theme


def _new(
    session: Session,
    consultation: Consultation,
    title: Texts,
    description: Texts,
    *,
    actor: Actor,
    now: datetime,
) -> Theme:
    maker = person(actor)
    theme = Theme(
        consultation_id=consultation.id,
        title=title,
        description=description,
        keywords={},
        state=ACCEPTED,
        created_by=maker,
        created_at=now,
        decided_by=maker,
        decided_at=now,
    )
    session.add(theme)
    session.flush()
    return theme


def merge(
    session: Session,
    consultation: Consultation,
    theme_id: int,
    into_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> Theme:
    """Let `theme_id` be part of `into_id` from now on; returns the latter, which is accepted.

    Labels stay as they were given and are read through the merge, so nothing else has to move.
    """
    if theme_id == into_id:
        raise SameThemeError
    theme, into = _take(session, consultation, theme_id, into_id)
    new_parent = into.parent_id if into.parent_id not in {None, theme.id} else into.id
    if into.parent_id == theme.id:
        into.parent_id = theme.parent_id
    session.flush()
    session.execute(
        update(Theme)
        .where(Theme.parent_id == theme.id, Theme.id != into.id)
        .values(parent_id=new_parent)
    )
    # The chain is always one step long: what was merged into this one moves along.
    session.execute(
        update(Theme).where(Theme.merged_into_id == theme.id).values(merged_into_id=into.id)
    )
    theme.state = MERGED
    theme.merged_into_id = into.id
    theme.parent_id = None
    into.state = ACCEPTED
    _touch(theme, actor, now)
    _touch(into, actor, now)
    _log(session, "merged", theme, actor, now, into=into.id)
    return into


def set_aside(
    session: Session, consultation: Consultation, theme_id: int, *, actor: Actor, now: datetime
) -> Theme:
    """Say that this is no theme; its points are then without one. The next run remembers it.

    Raises AnsweredError once an answer to it has been published.
    """
    (theme,) = _take(session, consultation, theme_id)
    if theme.settled_by is not None:
        raise AnsweredError
    theme.state = SET_ASIDE
    _touch(theme, actor, now)
    session.execute(update(Theme).where(Theme.parent_id == theme.id).values(parent_id=None))
    _log(session, "set_aside", theme, actor, now)
    return theme


def nest(
    session: Session,
    consultation: Consultation,
    theme_id: int,
    parent_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> Theme:
    """Put a theme below a main theme, or (None) make it a main theme. There are two levels."""
    if theme_id == parent_id:
        raise SameThemeError
    (theme,) = _take(session, consultation, theme_id)
    if parent_id is None:
        theme.parent_id = None
    else:
        _put_below(session, consultation, theme, parent_id, actor=actor, now=now)
    _touch(theme, actor, now)
    _log(session, "nested", theme, actor, now, parent=parent_id)
    return theme


def _put_below(
    session: Session,
    consultation: Consultation,
    theme: Theme,
    parent_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    parent = session.scalar(
        select(Theme)
        .where(Theme.id == parent_id, Theme.consultation_id == consultation.id, in_view())
        .with_for_update(of=Theme)
    )
    if parent is None:
        raise ThemeGoneError
    if parent.parent_id is not None or session.scalar(
        select(Theme.id).where(Theme.parent_id == theme.id).limit(1)
    ):
        raise TwoLevelsError
    theme.parent_id = parent.id
    _touch(parent, actor, now)


def move_points(
    session: Session,
    consultation: Consultation,
    point_ids: Sequence[int],
    theme_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Say that points belong to a theme, or (None) to none; returns how many.

    At most `assignments.MOST_AT_ONCE` in one act. Raises PointGoneError if one no longer stands.
    """
    who = person(actor)
    points = lock_points(session, consultation.id, point_ids)
    _move(session, consultation, [p.id for p in points], theme_id, who=who, now=now)
    log.record(
        session,
        actor=actor.reference,
        act="theme:points_moved",
        thing=f"theme:{theme_id}" if theme_id else f"consultation:{consultation.id}",
        now=now,
        consultation=consultation.id,
        points=[p.id for p in points],
    )
    return len(points)


def check_points(
    session: Session,
    consultation: Consultation,
    decisions: Mapping[int, int | None],
    *,
    actor: Actor,
    now: datetime,
    over: Collection[int] = (),
) -> int:
    """Say of each point to which theme it belongs (None: to none), be it where it was or another.

    At most `assignments.MOST_AT_ONCE` in one act; returns how many. Raises CheckedMeanwhileError if
    a person has put one elsewhere, unless that label is among those that the official had before
    them and decides `over`; PointGoneError if one no longer stands.
    """
    who = person(actor)
    lock_points(session, consultation.id, list(decisions))
    themes = sorted({theme for theme in decisions.values() if theme is not None})
    if themes:
        for theme in _take(session, consultation, *themes):
            theme.decided_by, theme.decided_at = who, now
    else:
        decide(session, consultation.id)
    _refuse_checked(session, decisions, over)
    for theme_id in (*themes, None):
        chosen = sorted(point for point, theme in decisions.items() if theme == theme_id)
        if chosen:
            assignments.assign(session, chosen, theme_id, person_id=who, now=now)
    log.record(
        session,
        actor=actor.reference,
        act="theme:points_checked",
        thing=f"consultation:{consultation.id}",
        now=now,
        consultation=consultation.id,
        points=sorted(decisions),
    )
    return len(decisions)


def _refuse_checked(
    session: Session, decisions: Mapping[int, int | None], over: Collection[int]
) -> None:
    """Somebody may have decided on a point otherwise since the page was made. The same twice, as
    when a button is pressed twice, is no contradiction."""
    said = session.execute(
        select(Assignment.point_id, home())
        .outerjoin(Labelled, Labelled.id == Assignment.theme_id)
        .where(Assignment.point_id.in_(decisions), by_person(), Assignment.id.not_in(over))
    )
    if any(theme != decisions[point] for point, theme in said):
        raise CheckedMeanwhileError


def _move(
    session: Session,
    consultation: Consultation,
    point_ids: Sequence[int],
    theme_id: int | None,
    *,
    who: int,
    now: datetime,
) -> None:
    if theme_id is None:
        decide(session, consultation.id)
    else:
        (theme,) = _take(session, consultation, theme_id)
        theme.decided_by, theme.decided_at = who, now
    assignments.assign(session, point_ids, theme_id, person_id=who, now=now)


def split(
    session: Session,
    consultation: Consultation,
    theme_id: int,
    point_ids: Sequence[int],
    *,
    title: Texts,
    actor: Actor,
    now: datetime,
) -> Theme:
    """Make a new theme of some points of a theme, beside it and on its level."""
    title = _named(title)
    who = person(actor)
    points = lock_points(session, consultation.id, point_ids)
    (former,) = _take(session, consultation, theme_id)
    decide(session, consultation.id)
    theme = _new(session, consultation, title, {}, actor=actor, now=now)
    theme.parent_id = former.parent_id
    former.decided_by, former.decided_at = who, now
    assignments.assign(session, [p.id for p in points], theme.id, person_id=who, now=now)
    _log(session, "split", former, actor, now, new=theme.id, points=len(points))
    return theme


def choose_quotes(
    session: Session,
    consultation: Consultation,
    theme_id: int,
    point_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let these points, in this order, speak for a theme, before those a run chose."""
    chosen = list(dict.fromkeys(point_ids))[:MOST_QUOTES]
    (theme,) = _take(session, consultation, theme_id)
    standing = session.scalars(
        select(Point.id)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.id.in_(chosen), Point.consultation_id == consultation.id, live())
    ).all()
    if len(standing) < len(chosen):
        raise PointGoneError
    session.execute(
        delete(ThemeQuote).where(
            ThemeQuote.theme_id == theme.id,
            ThemeQuote.run_id.is_(None) | ThemeQuote.point_id.in_(chosen),
        )
    )
    session.add_all(
        ThemeQuote(theme_id=theme.id, point_id=point, rank=rank)
        for rank, point in enumerate(chosen)
    )
    _touch(theme, actor, now)
    _log(session, "quoted", theme, actor, now, points=chosen)
    session.flush()
