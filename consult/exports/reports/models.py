"""The files of reports, until they are given up."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, one_of

FORMATS = ("pdf", "docx", "html", "xlsx", "csv", "json")
WAITING, DONE, FAILED = "waiting", "done", "failed"


class ReportFile(Base):
    """A report of a consultation in one language and format, as of one moment.

    It holds words of comments. So it is deleted, with its parts, when words of a comment went or
    were changed after that moment, and in any case after some weeks (keeping.py).
    """

    __tablename__ = "report_file"
    __table_args__ = (
        one_of("format", FORMATS),
        one_of("state", (WAITING, DONE, FAILED)),
        CheckConstraint("state <> 'done' or as_of is not null", name="done"),
        Index("ix_report_file_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    language: Mapped[str] = mapped_column(String(2))
    format: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(7), default=WAITING)
    # Offered to everybody beside the outcome: made without anybody asking.
    public: Mapped[bool] = mapped_column(default=False)
    requested_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    requested_at: Mapped[datetime]
    # The moment of which it tells.
    as_of: Mapped[datetime | None]
    # The last line of the activity log at that moment.
    log_id: Mapped[int | None] = mapped_column(BigId)
    finished_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(BigId)


class ReportPart(Base):
    """Bytes of a file, in order: none is so large that an act with it takes long."""

    __tablename__ = "report_part"

    report_id: Mapped[int] = mapped_column(ForeignKey(ReportFile.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
