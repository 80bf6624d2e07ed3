"""Random identifiers, keyed hashes, and short names for what was seen."""

import hashlib
import hmac
import json
import secrets

# Crockford's base 32 without letters that look alike; a code is read aloud and copied by hand.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_bytes(count: int = 16) -> bytes:
    return secrets.token_bytes(count)


def random_token(count: int = 24) -> str:
    """A URL-safe secret of `count` random bytes."""
    return secrets.token_urlsafe(count)


def random_number() -> int:
    """Where a count begins that must not be taken for another one; it fits a column of 32 bits."""
    return secrets.randbelow(2**30)


def keyed(key: str, purpose: str, message: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104) of `message` under the key of one purpose.

    Purposes separate the uses of the one secret, so that a hash made for one can never be
    presented as another.
    """
    subkey = hmac.digest(key.encode(), b"consult:" + purpose.encode(), hashlib.sha256)
    return hmac.digest(subkey, message, hashlib.sha256)


def fingerprint(*facts: object) -> str:
    """A short name for what a form was filled from, so that a stale one shows. Facts as JSON."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def base32(raw: bytes, length: int) -> str:
    """The first `length` characters of `raw` in Crockford's base 32 (5 bits each)."""
    number = int.from_bytes(raw, "big")
    bits = len(raw) * 8
    return "".join(ALPHABET[(number >> (bits - 5 * (i + 1))) & 31] for i in range(length))
