"""A version of the text as a file, and the changes between two versions as one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.drafts import queries
from consult.drafts.formats.writing import FORMATS, Document, to_tracked_docx
from consult.drafts.languages import in_language
from consult.drafts.models import Clause, Draft, Version
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import choose


def text_file(
    session: Session,
    consultation: Consultation,
    version: Version,
    language: str,
    form: str,
    *,
    site: str,
) -> bytes:
    """The version in one of FORMATS. `site` is the address of ours that the file names.

    Raises NotFoundError where the version has no wording in this language.
    """
    return FORMATS[form].write(document(session, consultation, version, language, site=site))


def changes_file(
    session: Session,
    consultation: Consultation,
    first: Version,
    last: Version,
    language: str,
    *,
    site: str,
) -> bytes:
    """What leads from one version to another, as tracked changes in a DOCX file.

    Raises NotFoundError where one of them has no wording in this language.
    """
    before, after = (
        document(session, consultation, version, language, site=site) for version in (first, last)
    )
    return to_tracked_docx(before, after)


def filename(slug: str, language: str, form: str, *versions: int) -> str:
    """What a file is called: "law-v2-fr.docx", "law-v1-v2-fr.docx" for changes."""
    return "-".join([slug, *(f"v{number}" for number in versions), f"{language}.{form}"])


def document(
    session: Session, consultation: Consultation, version: Version, language: str, *, site: str
) -> Document:
    """What of a version goes into a file. Raises NotFoundError."""
    if language not in version.languages:
        raise NotFoundError
    draft = session.get_one(Draft, version.draft_id)
    first = session.execute(
        select(Version.published_at, Version.created_at).where(
            Version.draft_id == draft.id, Version.number == 1
        )
    ).one()
    # Without holes: what is not translated stands in the authentic language.
    found = queries.texts_of(session, [version.id], sorted({draft.language, language}))
    guids = session.execute(select(Clause.id, Clause.guid).where(Clause.draft_id == draft.id))
    body = consultations.lead_body(session, consultation.id)
    return Document(
        slug=consultation.slug,
        address=f"{site}/consultations/{consultation.slug}/draft/{version.number}",
        title=choose(version.title, language)[1],
        language=language,
        authentic=draft.language,
        number=version.number,
        at=version.published_at or version.created_at,
        first_at=first.published_at or first.created_at,
        public=version.published_at is not None,
        body=choose(body.name, language)[1],
        rows=in_language(found[version.id, draft.language], found[version.id, language]),
        guids={row.id: row.guid for row in guids},
        errata=queries.errata(session, version.id),
    )
