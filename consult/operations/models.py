"""What the platform knows about itself."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Base, BigId


class Heartbeat(Base):
    """When the platform was last known to answer: one row, written once a minute."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
