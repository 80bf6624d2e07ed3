"""What comments are about: proposals of machines and decisions of people, kept apart."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.kernel.db import Base, BigId, Json, Texts, one_of, partial_unique
from consult.kernel.release import release_column
from consult.submissions.models import Point

PROPOSED, ACCEPTED, MERGED, SET_ASIDE = "proposed", "accepted", "merged", "set_aside"
WAITING, RUNNING, RECORDED, FAILED, CANCELLED = (
    "waiting",
    "running",
    "recorded",
    "failed",
    "cancelled",
)


class Run(Base):
    """One analysis of a consultation's points, with the card that says how it was done."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("state", (WAITING, RUNNING, RECORDED, FAILED, CANCELLED)),
        Index("ix_run_consultation_id", "consultation_id", "id"),
        partial_unique("uq_run_active", "consultation_id", where="state in ('waiting', 'running')"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    requested_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # What was asked for: number of topics (none = chosen), seed.
    topics_wanted: Mapped[int | None]
    seed: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(BigId)
    release_id: Mapped[int | None] = release_column()
    input_digest: Mapped[str] = mapped_column(String(64), default="")
    card: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")


class RunMap(Base):
    """Where a run's themes and a share of its points lie on a map; whole numbers, 10,000 a side.

    `themes` are rows of theme, x, y and radius, `points` of point, theme, x and y.
    """

    __tablename__ = "run_map"

    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    themes: Mapped[list[list[int]]] = mapped_column(Json)
    points: Mapped[list[list[int]]] = mapped_column(Json)


class RunSuggestion(Base):
    """A point that a person should look at, the most useful first, with the words behind its label.

    They are somebody's words: the row goes in the act in which the point no longer stands.
    """

    __tablename__ = "run_suggestion"
    __table_args__ = (UniqueConstraint("run_id", "point_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id), index=True)
    words: Mapped[list[str]] = mapped_column(Json)


class ThemeContrast(Base):
    """What sets a theme apart from the one nearest to it, as a run says: words per language.

    `here` are words of this theme's people that the other's do not use, or far less; `there` the
    reverse.
    """

    __tablename__ = "theme_contrast"
    __table_args__ = (CheckConstraint("theme_id <> neighbour_id", name="neighbour"),)

    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
    neighbour_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    here: Mapped[dict[str, list[str]]] = mapped_column(Json)
    there: Mapped[dict[str, list[str]]] = mapped_column(Json)


class CurrentRun(Base):
    """The run whose labels count for a consultation."""

    __tablename__ = "current_run"

    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))


class Theme(Base):
    """A topic. Analysis or a person proposes it; people accept, merge or set it aside."""

    __tablename__ = "theme"
    __table_args__ = (
        one_of("state", (PROPOSED, ACCEPTED, MERGED, SET_ASIDE)),
        CheckConstraint("(state = 'merged') = (merged_into_id is not null)", name="merged"),
        CheckConstraint("parent_id is null or parent_id <> id", name="parent"),
        Index("ix_theme_consultation_id", "consultation_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    title: Mapped[Texts]
    description: Mapped[Texts] = mapped_column(default=dict)
    # Readable keywords per language: {"fr": ["vélo", "piste"]}; the last run's that proposed it.
    keywords: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    state: Mapped[str] = mapped_column(String(10), default=PROPOSED)
    # Always the last in a chain of merges: merging again moves these too.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    # The last run that proposed it; none if a person did.
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    created_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]
    # The newest release that answered it; while that is being prepared, acts on it are refused.
    settled_by: Mapped[int | None] = release_column()
    # The release of the run that proposed it: not seen before it is released.
    release_id: Mapped[int | None] = release_column()


class ThemeQuote(Base):
    """A representative point of a theme, chosen by a run or a person."""

    __tablename__ = "theme_quote"
    __table_args__ = (UniqueConstraint("theme_id", "point_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey(Theme.id))
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id))
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    rank: Mapped[int] = mapped_column(default=0)
    release_id: Mapped[int | None] = release_column()


class Assignment(Base):
    """Point → theme. A machine's per run, a person's until superseded; a person's wins."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("(run_id is null) <> (person_id is null)", name="machine_or_person"),
        partial_unique("uq_assignment_machine", "run_id", "point_id", where="run_id is not null"),
        partial_unique(
            "uq_assignment_person",
            "point_id",
            where="person_id is not null and superseded_at is null",
        ),
        Index("ix_assignment_theme_id", "theme_id", "run_id", "point_id"),
        Index("ix_assignment_point_id", "point_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id))
    # None: a person said that the point belongs to no theme.
    theme_id: Mapped[int | None] = mapped_column(ForeignKey(Theme.id))
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    score: Mapped[float | None]
    # On a machine's: the themes that come next, the likeliest first: [[theme, thousandths], …].
    others: Mapped[list[list[int]] | None] = mapped_column(Json)
    person_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    # On a machine's: a person's assignment stands over it.
    overridden: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    release_id: Mapped[int | None] = release_column()


class ThemeTally(Base):
    """How many live points a theme has, per language: a run's (not overridden) or people's."""

    __tablename__ = "theme_tally"
    __table_args__ = (
        partial_unique(
            "uq_theme_tally_run", "theme_id", "run_id", "language", where="run_id is not null"
        ),
        partial_unique("uq_theme_tally_people", "theme_id", "language", where="run_id is null"),
        CheckConstraint("points >= 0", name="points"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey(Theme.id))
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id), index=True)
    language: Mapped[str] = mapped_column(String(2))
    points: Mapped[int] = mapped_column(default=0)


class Unprocessed(Base):
    """A point that a run could not place, and why."""

    __tablename__ = "unprocessed"
    __table_args__ = (UniqueConstraint("run_id", "point_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id))
    reason: Mapped[str] = mapped_column(String(40))


class Campaign(Base):
    """Points that are near-identical. Runs propose, people accept; its identity lasts."""

    __tablename__ = "campaign"
    __table_args__ = (
        one_of("state", (PROPOSED, ACCEPTED, SET_ASIDE)),
        CheckConstraint("variant_of_id <> id", name="variant"),
        Index("ix_campaign_consultation_id", "consultation_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    title: Mapped[Texts] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default=PROPOSED)
    # The template is one member's words, or the wording an official accepted.
    template_point_id: Mapped[int | None] = mapped_column(ForeignKey(Point.id))
    wording: Mapped[str | None] = mapped_column(Text)
    # The campaign of the same consultation that says the opposite in the same words: a run found it.
    variant_of_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]
    # Live members.
    points: Mapped[int] = mapped_column(default=0)
    settled_by: Mapped[int | None] = release_column()
    release_id: Mapped[int | None] = release_column()


# What of a member is to be cut from the letter: nothing (yet), its additions, done, to be undone.
WHOLE, DUE, DIVIDED, UNDO = "whole", "due", "divided", "undo"


class CampaignMember(Base):
    """A point of a campaign, and the spans that its author added."""

    __tablename__ = "campaign_member"
    __table_args__ = (
        UniqueConstraint("campaign_id", "point_id"),
        one_of("state", (PROPOSED, ACCEPTED, SET_ASIDE)),
        one_of("division", (WHOLE, DUE, DIVIDED, UNDO)),
        # In accepted campaigns a point counts once.
        partial_unique("uq_campaign_member_accepted", "point_id", where="state = 'accepted'"),
        Index("ix_campaign_member_point_id", "point_id"),
        # Of thousands of members the few that wait for a decision.
        Index("ix_campaign_member_state", "campaign_id", "state", "point_id"),
        # What is still to be cut or joined, of all consultations.
        Index("ix_campaign_member_division", "division", "state", "campaign_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey(Campaign.id))
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id))
    state: Mapped[str] = mapped_column(String(10), default=PROPOSED)
    # [[start, end], …] in the point's revision; none of a member that is due: ask the letter.
    additions: Mapped[list[Any]] = mapped_column(Json, default=list)
    # How far its additions are points of their own (`dividing`); due before a person accepted it.
    division: Mapped[str] = mapped_column(String(7), default=WHOLE, server_default=WHOLE)
    # [start, end] of the point before its additions were cut from it.
    uncut: Mapped[list[int] | None] = mapped_column(Json)
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    release_id: Mapped[int | None] = release_column()


class PointVector(Base):
    """What the sentence encoder makes of a point's words: 512 floats of half precision (IEEE 754
    binary16), little-endian.

    It says what somebody wrote, so it goes with the words: in the act in which the point no longer
    stands (`counters.points_gone`).
    """

    __tablename__ = "point_vector"
    __table_args__ = (
        CheckConstraint("length(vector) = 1024", name="vector"),
        # Which points have none of the present encoder is answered without reading any.
        Index("ix_point_vector_encoder", "encoder", "point_id"),
    )

    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id), primary_key=True)
    # Vectors of encoders with other names cannot be compared with each other.
    encoder: Mapped[str] = mapped_column(String(80))
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class LearnedState(Base):
    """What a run learned about the words of a consultation, for the runs after it.

    Only the newest that can be seen counts; the others are swept. Its content lies in pieces.
    """

    __tablename__ = "learned_state"
    __table_args__ = (Index("ix_learned_state_consultation_id", "consultation_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))
    # What a state of another method says cannot be used by this one.
    method: Mapped[str] = mapped_column(String(160))
    # Written ahead under a release of its own: a run that is stopped later need not learn again.
    release_id: Mapped[int | None] = release_column()


class LearnedPiece(Base):
    """A part of a learned state's bytes, small enough for any database."""

    __tablename__ = "learned_piece"
    __table_args__ = (CheckConstraint("length(content) between 1 and 1000000", name="content"),)

    learned_id: Mapped[int] = mapped_column(ForeignKey(LearnedState.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class JointVector(Base):
    """Where a learned state puts a point: at most 150 floats of half precision, little-endian.

    It goes with the words, as a PointVector does.
    """

    __tablename__ = "joint_vector"
    __table_args__ = (CheckConstraint("length(vector) between 2 and 300", name="vector"),)

    learned_id: Mapped[int] = mapped_column(ForeignKey(LearnedState.id), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class Portion(Base):
    """Points that one coder has before them for a while, so that nobody else is given them.

    It expires by itself; deciding prolongs it. Its note is a colleague's words and goes with it:
    when the coder takes the next one, or once it has expired (`portions.forget_expired`).
    """

    __tablename__ = "coding_portion"
    __table_args__ = (Index("ix_coding_portion_consultation_id", "consultation_id", "expires_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    taken_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    # Which points were asked for, so that the next portion can be asked for alike.
    asked: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    handed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    note: Mapped[str] = mapped_column(String(500), default="")


class PortionPoint(Base):
    """A point of a portion; the key says that no two coders have the same."""

    __tablename__ = "coding_portion_point"
    __table_args__ = (Index("ix_coding_portion_point_portion_id", "portion_id", "point_id"),)

    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id), primary_key=True)
    portion_id: Mapped[int] = mapped_column(ForeignKey(Portion.id))
    done_at: Mapped[datetime | None]


class CodingDay(Base):
    """How many points people read on a day in Luxembourg: those labelled by a person for the first time.

    Whatever becomes of them. Moved where a person's label is written (`assignments.assign`).
    """

    __tablename__ = "coding_day"
    __table_args__ = (CheckConstraint("points >= 0", name="points"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    points: Mapped[int]


class Reading(Base):
    """A second reading: points drawn by lot, which somebody places without seeing their label.

    Anybody can draw them again: of all that had a label, those whose SHA-256 of "seed:id" is smallest.
    """

    __tablename__ = "second_reading"
    __table_args__ = (
        partial_unique("uq_second_reading_open", "consultation_id", where="ended_at is null"),
        Index("ix_second_reading_consultation_id", "consultation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey(Consultation.id))
    # The analysis whose labels are measured; none where there was none yet.
    run_id: Mapped[int | None] = mapped_column(ForeignKey(Run.id))
    seed: Mapped[int]
    # How many were drawn, of how many.
    size: Mapped[int]
    among: Mapped[int]
    drawn_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    drawn_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # What was measured (`agreement.Figures`), once it has ended: numbers, never words.
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class ReadingPoint(Base):
    """A point of a second reading: the label that it had, and where somebody else puts it.

    It holds no words: when they are erased, what remains says that two people agreed or not.
    """

    __tablename__ = "second_reading_point"

    reading_id: Mapped[int] = mapped_column(ForeignKey(Reading.id), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey(Point.id), primary_key=True, index=True)
    first_id: Mapped[int] = mapped_column(ForeignKey(Assignment.id))
    # Who has it before them, so that nobody else is given it.
    held_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    held_until: Mapped[datetime | None]
    # None with a reader: it belongs to no theme.
    theme_id: Mapped[int | None] = mapped_column(ForeignKey(Theme.id))
    read_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    read_at: Mapped[datetime | None]
