"""Passwords: argon2id with the second recommended profile of RFC 9106 (64 MiB, three passes).

Hashing is slow on purpose, so it happens before an act, never inside one, and only a few at a
time: a burst of log-ins may wait, but never eats the memory of a small server.
"""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

MIN_LENGTH, MAX_LENGTH = 12, 200
AT_ONCE = 2

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_gate = threading.BoundedSemaphore(AT_ONCE)

# Verified when there is no account, so that an answer takes the same time either way. Made with
# the profile above from random bytes that nobody kept.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$B66Xm9uBFPARBWrunTSdyQ"
    "$YUtB3nB5rqUu3X53q2DIqEWCdnBzEN1hFXxaza5ygEQ"
)


class WeakPasswordError(ConsultError):
    """The password is too short or too easy to guess."""

    status = 422


def checked(password: str, email: str) -> str:
    """The password if it may be used, for an account of this address.

    Length is what counts; no rule about kinds of characters. Raises WeakPasswordError.
    """
    plain = _plain(password)
    if len(plain) < MIN_LENGTH:
        raise WeakPasswordError(
            mark("A password needs at least %(number)s characters. Several words are good."),
            number=MIN_LENGTH,
        )
    if len(plain) > MAX_LENGTH:
        raise WeakPasswordError(
            mark("A password may have at most %(number)s characters."), number=MAX_LENGTH
        )
    local = email.partition("@")[0]
    rest = plain.lower().replace(email, "").replace(local, "") if len(local) > 3 else plain
    if len(set(plain)) < 5 or len(rest) < 6:
        raise WeakPasswordError(mark("This password is too easy to guess. Please choose another."))
    return plain


def hashed(password: str) -> str:
    """The hash to store (about a sixth of a second and 64 MiB)."""
    with _gate:
        return _hasher.hash(_plain(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one. Takes as long when nothing is stored."""
    with _gate:
        try:
            _hasher.verify(stored or _NOBODY, _plain(password)[:MAX_LENGTH])
        except (Argon2Error, InvalidHashError):
            return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _plain(password: str) -> str:
    # RFC 8265: the same password typed on another keyboard must be the same bytes.
    return unicodedata.normalize("NFC", password)
