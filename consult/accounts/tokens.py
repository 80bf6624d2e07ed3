"""Signed tokens in letters: for one purpose, for a while, and void once they have worked.

A token names the account's state (its password's hash and its confirmation), so whatever it was
made for changes that state and voids it. Nothing of it is stored.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from consult.accounts.models import Invitation, User
from consult.kernel import keys
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

CONFIRM, RESET, INVITATION = "confirm address", "new password", "invitation"
LIFETIME = {
    CONFIRM: timedelta(days=3),
    RESET: timedelta(hours=2),
    INVITATION: timedelta(days=14),
}


class LinkError(ConsultError):
    """The link in a letter does not work: mistyped, too old, used, or for something else."""

    status = 410
    message = mark(
        "This link does not work any more. It may be incomplete, too old or already used. "
        "Please ask for a new letter."
    )


@dataclass(frozen=True)
class Claim:
    """What a genuine token says: which row, and in which state it was."""

    number: int
    state: str


def state_of(user: User) -> str:
    """The state of an account that a token depends on, as a digest."""
    confirmed = user.confirmed_at.isoformat() if user.confirmed_at else ""
    return hashlib.sha256(f"{user.password_hash}|{confirmed}".encode()).hexdigest()[:24]


def for_user(purpose: str, user: User, now: datetime) -> str:
    """A token of one purpose for an account as it is now."""
    return keys.sign(_named(purpose), {"number": user.id, "state": state_of(user)}, now)


def for_invitation(invitation: Invitation, now: datetime) -> str:
    """The token that opens an invitation."""
    facts = {"number": invitation.id, "state": invitation.nonce}
    return keys.sign(_named(INVITATION), facts, now)


def read(purpose: str, token: str, now: datetime) -> Claim:
    """What a token claims, if it is genuine, of this purpose and young enough.

    Raises LinkError. The verb still compares the state, inside its act.
    """
    facts = keys.read_signed(_named(purpose), token)
    if facts is None or now.timestamp() - facts["at"] > LIFETIME[purpose].total_seconds():
        raise LinkError
    return Claim(int(facts["number"]), str(facts["state"]))


def _named(purpose: str) -> str:
    return f"account: {purpose}"
