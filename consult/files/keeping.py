"""Keeping files, and erasing them. Who acts and in what room is the caller's to log."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.files.models import File
from consult.files.sniffing import MOST_FILES, Incoming
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import mark


class TooManyFilesError(ConsultError):
    status = 422
    message = mark("There is room for %(most)s files. Please put several pages into one PDF.")


def keep(session: Session, reference: str, files: Sequence[Incoming], *, now: datetime) -> int:
    """Keep files of a thing; one that is there already is not kept twice. Returns how many.

    What was refused when it came leaves its name and the reason. The caller holds the thing
    locked. Raises TooManyFilesError.
    """
    known = select(File.digest, File.refused).where(File.reference == reference)
    here = {row.digest: row.refused for row in session.execute(known)}
    new: dict[bytes, Incoming] = {}
    for one in files:
        if one.digest not in here:
            new.setdefault(one.digest, one)
    kept = [*here.values(), *(one.refused for one in new.values())].count(None)
    if kept > MOST_FILES:
        raise TooManyFilesError(most=MOST_FILES)
    session.add_all(
        File(
            reference=reference,
            tag=one.tag,
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            digest=one.digest,
            content=one.content,
            refused=one.refused,
            kept_at=now,
        )
        for one in new.values()
    )
    session.flush()
    return len(new)


def erase(session: Session, reference: str, file_id: int | None = None) -> int:
    """Erase all files of a thing, or one of them, for good. Returns how many.

    Raises NotFoundError where there is no such one.
    """
    chosen = File.reference == reference
    if file_id is not None:
        chosen &= File.id == file_id
    gone = session.scalars(delete(File).where(chosen).returning(File.id)).all()
    if not gone and file_id is not None:
        raise NotFoundError
    return len(gone)
