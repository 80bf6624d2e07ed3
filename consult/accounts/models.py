"""People, bodies and organisations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.kernel.db import Base, BigId, Texts, one_of

ROLES = (
    "administrator",
    "publisher",
    "editor",
    "analyst",
    "moderator",
    "auditor",
    "oversight",
)


class Body(Base):
    """A ministry, agency or commune that consults and answers."""

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[Texts]
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime]


class Naming(Base):
    """How often a name that public pages show has changed, of a body or a person: one row.

    Cached pages name bodies and officials, but no version of theirs moves when one is renamed.
    """

    __tablename__ = "naming"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    version: Mapped[int]


class User(Base):
    """A person with an account: a citizen, or an official by membership of a body."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Lower case and NFC, so that one address is one account.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """A role of a person in a body. One person may hold several."""

    __tablename__ = "membership"
    __table_args__ = (
        one_of("role", ROLES),
        UniqueConstraint("user_id", "body_id", "role"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    body_id: Mapped[int] = mapped_column(ForeignKey(Body.id), index=True)
    role: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime]


class LoginSession(Base):
    """One signed-in browser, so that it can be listed and revoked."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # SHA-256 of the token in the cookie: a stolen database opens no session.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    # "Firefox, Linux": enough for a person to recognise it.
    device: Mapped[str] = mapped_column(String(120), default="")


class Organisation(Base):
    """An association, company or public body that takes part, and what it stands for.

    Either a declaration, which stands beside what was sent and never changes, or one that was
    founded: it has members, who write together, and each time they send something a declaration of
    what it is at that moment is made.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    # Luxembourg's register of commerce and companies, such as "F1234".
    register_number: Mapped[str] = mapped_column(String(40), default="")
    declared_interest: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    # Of a declaration by a founded organisation: which one.
    stands_for_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    founded_at: Mapped[datetime | None]
    # Then it has no members and says nothing any more; its number stands in the log.
    dissolved_at: Mapped[datetime | None]


LEAD, MEMBER = "lead", "member"
PARTS = (LEAD, MEMBER)


class OrganisationMember(Base):
    """Somebody who writes for an organisation. Leads send, invite and remove; there is always one."""

    __tablename__ = "organisation_member"
    __table_args__ = (
        one_of("part", PARTS),
        UniqueConstraint("organisation_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    part: Mapped[str] = mapped_column(String(6))
    joined_at: Mapped[datetime]
    # Whether they get a letter when the organisation has sent something.
    letters: Mapped[bool] = mapped_column(default=True)


class Invitation(Base):
    """A way to an account and a role in a body, or to the members of an organisation: a letter with
    a token that works once."""

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint(
            "(body_id is null) = (role is null) and (body_id is null) <> (organisation_id is null)",
            name="into",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey(Body.id), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    # Empty once an invitation into an organisation is long past: it may be nobody's we know.
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    # Part of the signed token; a new invitation to the same address voids the old one.
    nonce: Mapped[str] = mapped_column(String(40))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
