"""Signed tokens in letters: for one purpose, for a while, and void once they have worked.

A token names the account's state (its password's hash and its confirmation), so whatever it was
made for changes that state and voids it. Nothing of it is stored.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from consult.accounts.models import Invitation, User
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


def for_user(key: str, purpose: str, user: User) -> str:
    """A token of one purpose for an account as it is now."""
    return _serializer(key, purpose).dumps([user.id, state_of(user)])


def for_invitation(key: str, invitation: Invitation) -> str:
    """The token that opens an invitation."""
    return _serializer(key, INVITATION).dumps([invitation.id, invitation.nonce])


def read(key: str, purpose: str, token: str) -> Claim:
    """What a token claims, if it is genuine, of this purpose and young enough.

    Raises LinkError. The verb still compares the state, inside its act.
    """
    age = int(LIFETIME[purpose].total_seconds())
    try:
        number, state = _serializer(key, purpose).loads(token, max_age=age)
    except (BadSignature, ValueError, TypeError) as error:
        raise LinkError from error
    return Claim(int(number), str(state))


def _serializer(key: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        key, salt=f"consult account: {purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )
