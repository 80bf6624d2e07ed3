"""No other form of removed words is kept: what the analysis made of them goes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.moderation.personal import EMAIL, IBAN, NAME, NATIONAL_NUMBER, PHONE
from consult.moderation.redacting.models import Redaction
from consult.moderation.rewriting import Placed
from consult.submissions.models import Point
from consult.submissions.placeholders import placeholder
from consult.themes import rewording as themes


@dataclass(frozen=True)
class Removed:
    """Words that were removed, and the placeholder that stands for them."""

    kind: str
    words: str
    placeholder: str


def removed_from(text: str, language: str, placed: Sequence[Placed]) -> list[Removed]:
    """What was removed from a text. Before an act: placeholders may have to be read from a file."""
    return [
        Removed(one.kind, text[one.start_before : one.end_before], placeholder(one.kind, language))
        for one in placed
    ]


def forget(session: Session, redaction: Redaction, removed: Sequence[Removed]) -> None:
    """Take the removed words out of what the analysis keeps."""
    point_ids = session.scalars(
        select(Point.id).where(Point.revision_id == redaction.revision_id).order_by(Point.id)
    ).all()
    themes.forget(
        session,
        redaction.consultation_id,
        point_ids,
        phrases=[(one.words, one.placeholder) for one in removed],
        telling=telling(removed),
    )


_NAMING = frozenset({EMAIL, PHONE, IBAN, NATIONAL_NUMBER, NAME})
_TITLES = frozenset(
    {
        "monsieur", "madame", "mademoiselle", "mme", "mlle", "maître", "madamm", "joffer", "här",
        "herr", "herrn", "frau", "fräulein", "miss", "mrs", "prof", "professor", "professeur",
        "docteur", "von", "van", "der", "den",
    }
)  # fmt: skip


def telling(removed: Sequence[Removed]) -> set[str]:
    """Single words that name somebody: of a name or a number, not of a place."""
    return {
        word
        for one in removed
        if one.kind in _NAMING
        for word in re.findall(r"\w{3,}", one.words.casefold())
        if word not in _TITLES
    }
