"""Files as they came."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Base, BigId


class File(Base):
    """One file of something. It stands in the database: one backup holds it, one act keeps or
    erases it together with what it belongs to.

    One that came and was not kept (an archive, a program) leaves its name and the reason. It may
    hold names and words: whoever erases what it belongs to erases it by its reference.
    """

    __tablename__ = "file"
    __table_args__ = (
        # The same file is kept once for the same thing.
        UniqueConstraint("reference", "digest"),
        CheckConstraint("(content is null) = (refused is not null)", name="kept_or_refused"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # What it belongs to: "submission:12".
    reference: Mapped[str] = mapped_column(String(40))
    # What it is there for: "scan", "attachment", "document".
    tag: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    # SHA-256 of what came.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # Why it was not kept (consult/files/sniffing.py).
    refused: Mapped[str | None] = mapped_column(String(12))
    kept_at: Mapped[datetime]
