"""What the analysis keeps of words that were removed from a comment: moved, or forgotten.

Labels, campaigns and quotes stay: they are about points, which stand. Vectors and suggestions go and
are made anew; so do keywords and machine-made titles that name somebody.
"""

import re
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from consult.themes import vectors
from consult.themes.models import (
    PROPOSED,
    RUNNING,
    WAITING,
    Campaign,
    CampaignMember,
    Run,
    RunSuggestion,
    Theme,
    ThemeContrast,
)

Words = dict[str, list[str]]


def move_additions(
    session: Session, point_ids: Sequence[int], move: Callable[[int, int], tuple[int, int]]
) -> None:
    """What people added to the letter of a campaign lies where the words went."""
    members = session.scalars(
        select(CampaignMember)
        .where(CampaignMember.point_id.in_(point_ids))
        .order_by(CampaignMember.id)
    )
    for member in members:
        if member.additions:
            member.additions = [list(move(start, end)) for start, end in member.additions]
        if member.uncut:
            member.uncut = list(move(*member.uncut))


def drop_additions(session: Session, point_ids: Sequence[int]) -> None:
    """Words that are erased added nothing to the letter of a campaign; that they were of it, stays."""
    session.execute(
        update(CampaignMember)
        .where(CampaignMember.point_id.in_(point_ids))
        .values(additions=[])
        .execution_options(synchronize_session=False)
    )


def forget(
    session: Session,
    consultation_id: int,
    point_ids: Sequence[int],
    *,
    phrases: Sequence[tuple[str, str]],
    telling: Collection[str],
) -> None:
    """Keep nothing of the removed words in any other form.

    `phrases` are those words, each with the placeholder that stands for them: the accepted wording
    of the points' campaigns may hold them. `telling` are single words that name somebody.
    """
    vectors.forget(session, point_ids)
    session.execute(delete(RunSuggestion).where(RunSuggestion.point_id.in_(point_ids)))
    for campaign in session.scalars(
        select(Campaign)
        .where(
            Campaign.id.in_(
                select(CampaignMember.campaign_id).where(CampaignMember.point_id.in_(point_ids))
            ),
            Campaign.wording.is_not(None),
        )
        .order_by(Campaign.id)
    ):
        wording = campaign.wording or ""
        for words, placeholder in phrases:
            wording = wording.replace(words, placeholder)
        campaign.wording = wording
    if telling:
        _forget_keywords(session, consultation_id, frozenset(word.casefold() for word in telling))


def _forget_keywords(session: Session, consultation_id: int, telling: frozenset[str]) -> None:
    themes = session.scalars(
        select(Theme).where(Theme.consultation_id == consultation_id).order_by(Theme.id)
    ).all()
    for theme in themes:
        kept = _without(theme.keywords, telling)
        if kept == theme.keywords:
            continue
        theme.keywords = kept
        # A title that a person wrote or accepted is theirs.
        if theme.state == PROPOSED and theme.decided_by is None and theme.run_id is not None:
            theme.title = {
                code: ", ".join(kept.get(code, ())[:3]) or "…" if _names(title, telling) else title
                for code, title in theme.title.items()
            }
    contrasts = session.scalars(
        select(ThemeContrast)
        .where(ThemeContrast.theme_id.in_([theme.id for theme in themes]))
        .order_by(ThemeContrast.run_id, ThemeContrast.theme_id)
    )
    for contrast in contrasts:
        contrast.here = _without(contrast.here, telling)
        contrast.there = _without(contrast.there, telling)


def _without(keywords: Words, telling: frozenset[str]) -> Words:
    return {
        code: [word for word in words if not _names(word, telling)]
        for code, words in keywords.items()
    }


def _names(words: str, telling: frozenset[str]) -> bool:
    return any(word in telling for word in re.findall(r"\w+", words.casefold()))


def is_being_analysed(session: Session, consultation_id: int) -> bool:
    """Whether a run may still hold words that are no longer there."""
    active = select(Run.id).where(
        Run.consultation_id == consultation_id, Run.state.in_((WAITING, RUNNING))
    )
    return session.scalar(active.limit(1)) is not None
