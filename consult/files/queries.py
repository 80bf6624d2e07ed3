"""Every read of files."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from consult.files.models import File
from consult.kernel.errors import NotFoundError


def of(session: Session, reference: str) -> list[File]:
    """The files of a thing, without their contents, in the order in which they came."""
    found = session.scalars(select(File).where(File.reference == reference).order_by(File.id))
    return list(found)


def one(session: Session, reference: str, file_id: int) -> File:
    """A file of this thing that was kept, with its content. Raises NotFoundError."""
    found = session.scalar(
        select(File)
        .where(File.id == file_id, File.reference == reference, File.content.is_not(None))
        .options(undefer(File.content))
    )
    if found is None:
        raise NotFoundError
    return found
