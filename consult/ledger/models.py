"""The ledger's leaves and heads (RFC 6962)."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Base, BigId


class LedgerLeaf(Base):
    """A commitment to one thing: a salted hash, written with it, put into the tree by a job."""

    __tablename__ = "ledger_leaf"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # What it commits to, such as "revision:17".
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    written_at: Mapped[datetime]
    # Its place in the tree from 0; none until it is sealed.
    position: Mapped[int | None] = mapped_column(BigId, unique=True)


class LedgerHead(Base):
    """The root of the tree at one size, as published."""

    __tablename__ = "ledger_head"

    size: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    # The roots of the perfect subtrees, largest first, 32 bytes each: enough to go on from here.
    frontier: Mapped[bytes] = mapped_column(LargeBinary(32 * 64))
    sealed_at: Mapped[datetime]
