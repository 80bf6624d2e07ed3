"""What officials see of a version's languages."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.drafts import queries
from consult.drafts.desk_queries import Bench
from consult.drafts.errors import StalePreviewError
from consult.drafts.import_queries import fingerprint
from consult.drafts.languages import Standing, standing
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.kernel.errors import NotFoundError


@dataclass(frozen=True)
class Tongues:
    """A version with the state of each of its translations."""

    version: Version
    clauses: int
    translations: tuple[Standing, ...]


def tongues(session: Session, version: Version, authentic: str) -> Tongues:
    """How far the translations of a version are: one statement."""
    found = queries.texts_of(session, [version.id], version.languages)
    text = found[version.id, authentic]
    return Tongues(
        version,
        len(text),
        tuple(
            standing(code, text, found[version.id, code])
            for code in version.languages
            if code != authentic
        ),
    )


def version_of(at: Bench, number: str) -> Version:
    """The public version in force or the one being written. Raises NotFoundError."""
    for version in (at.next, at.current):
        if version is not None and str(version.number) == number:
            return version
    raise NotFoundError


def unchanged(session: Session, version_id: int, basis: str | None) -> Version:
    """A version as a preview showed it. Raises StalePreviewError where somebody saved meanwhile."""
    version = session.get_one(Version, version_id)
    if fingerprint(session, version) != basis:
        raise StalePreviewError
    return version


@dataclass(frozen=True)
class InWork:
    """A clause of the version being written, in another language."""

    authentic: ClauseRow
    # The authentic words that the translation still follows, where they are public.
    followed: ClauseRow | None
    published: ClauseRow | None
    written: ClauseRow | None


def in_work(session: Session, at: Bench, key: str, language: str) -> InWork:
    """Everything about one clause's translation. Raises NotFoundError."""
    clause = queries.clause_by_key(session, at.consultation.id, key)
    if at.next is None or language == at.language:
        raise NotFoundError
    versions = {version.number: version.id for version in (*at.versions, at.next)}
    found = queries.texts_of_clause(session, clause.id, versions.values())
    authentic = found.get((at.next.id, at.language))
    if authentic is None:
        raise NotFoundError
    written = found.get((at.next.id, language))
    followed = None
    if written is not None and written.follows is not None:
        followed = found.get((versions.get(written.follows, 0), at.language))
    published = found.get((at.current.id, language)) if at.current else None
    return InWork(authentic, followed, published, written)
