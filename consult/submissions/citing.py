"""How people name a clause, and where it stands."""

import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.drafts.models import Clause, ClauseText, Draft, Version

Place = tuple[int, int]  # clause and version


def plain_number(written: str) -> str:
    """A clause's number or key without what people vary: "Art. 3", "article 3" and "art_3"."""
    plain = re.sub(r"[\W_]+", " ", written.casefold()).strip()
    return re.sub(r"^(article|artikel|artikkel|art|clause)\s*(?=\d)", "", plain)


def place(named: Mapping[str, Place], written: str) -> Place | None:
    """Where the clause stands that somebody wrote of, among those that `places` found."""
    return named.get(plain_number(written)) if written else None


def places(session: Session, consultation_id: int) -> dict[str, Place]:
    """Every way to name a clause of the newest public version; what is ambiguous is left out."""
    newest = session.scalar(
        select(Version.id)
        .join(Draft, Draft.id == Version.draft_id)
        .where(Draft.consultation_id == consultation_id, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    if newest is None:
        return {}
    named: dict[str, set[int]] = {}
    for clause_id, key, number in session.execute(
        select(Clause.id, Clause.key, ClauseText.number)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(ClauseText.version_id == newest)
    ):
        for name in (key, number):
            named.setdefault(plain_number(name), set()).add(clause_id)
    return {name: (min(ids), newest) for name, ids in named.items() if name and len(ids) == 1}
