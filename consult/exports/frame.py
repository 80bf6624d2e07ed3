"""What stands around the comments in an export: the text, themes, campaigns and answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.answers.models import Publication
from consult.answers.queries import AnswerRow, answer_rows
from consult.consultations.models import Consultation
from consult.drafts import queries as drafts
from consult.drafts.queries import EditRow
from consult.exports.records import public_answer_ids
from consult.themes.models import ACCEPTED, Campaign, Theme
from consult.themes.reading import queries as readings
from consult.themes.reading.queries import Measured


@dataclass(frozen=True)
class Frame:
    """Looked up once per export. Only what is public."""

    consultation: Consultation
    themes: dict[int, Theme]
    campaigns: dict[int, Campaign]
    answers: dict[int, AnswerRow]
    # Release → when its publication became public.
    published: dict[int, datetime]
    # How wrong the machine's labels are, and how far people agree; None before anybody measured it.
    measured: Measured | None = None


def frame(session: Session, consultation: Consultation) -> Frame:
    themes = session.scalars(
        select(Theme)
        .where(Theme.consultation_id == consultation.id, Theme.state == ACCEPTED)
        .order_by(Theme.id)
    )
    campaigns = session.scalars(
        select(Campaign)
        .where(Campaign.consultation_id == consultation.id, Campaign.state == ACCEPTED)
        .order_by(Campaign.id)
    )
    publications = session.execute(
        select(Publication.release_id, Publication.published_at).where(
            Publication.consultation_id == consultation.id, Publication.published_at.is_not(None)
        )
    )
    return Frame(
        consultation=consultation,
        themes={theme.id: theme for theme in themes},
        campaigns={campaign.id: campaign for campaign in campaigns},
        answers=_answers(session, consultation.id),
        published={row.release_id: row.published_at for row in publications},
        measured=readings.measured(session, consultation.id),
    )


def _answers(session: Session, consultation_id: int) -> dict[int, AnswerRow]:
    ids = public_answer_ids(session, consultation_id)
    found: dict[int, AnswerRow] = {}
    for start in range(0, len(ids), 500):
        found |= answer_rows(session, ids[start : start + 500])
    return found


def text(session: Session, consultation: Consultation) -> dict[str, Any]:
    """The published versions with their clauses, and the changes between them."""
    versions = drafts.versions(session, consultation.id)
    return {
        "versions": [
            {
                "number": version.number,
                "title": version.title,
                "published_at": _iso(version.published_at),
                "clauses": [
                    {
                        "key": row.key,
                        "language": language,
                        "kind": row.kind,
                        "number": row.number,
                        "heading": row.heading,
                        "text": row.text,
                    }
                    for language in version.languages
                    for row in drafts.clauses(session, version.id, language)
                ],
            }
            for version in versions
        ],
        "changes": [
            _change(row)
            for version in versions
            for row in drafts.edits_of_version(session, version.id)
        ],
    }


def _change(row: EditRow) -> dict[str, Any]:
    return {
        "id": row.edit.id,
        "version": row.version,
        "clause": row.key,
        "language": row.edit.language,
        "kind": row.edit.kind,
        "before": row.edit.before_words,
        "after": row.edit.after_words,
        "own_reason": row.edit.ground,
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
