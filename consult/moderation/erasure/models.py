"""That a submission was erased: for the public log, without anything of what it was."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, one_of
from consult.submissions.models import Submission

# Why an official erases: the person asked the body, or somebody whom the law obeys did.
GROUNDS = ("request", "supervisor", "court", "law")


class Erasure(Base):
    """Asked for once a submission; it is done when nothing of it is left.

    Number, clause, theme and fate of its comments stay, and so do the hashes of the ledger.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        one_of("ground", GROUNDS),
        UniqueConstraint("submission_id"),
        CheckConstraint("erased_by is null or ground is not null", name="official_with_a_ground"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id))
    # None where its author erased it.
    ground: Mapped[str | None] = mapped_column(String(10))
    erased_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
