"""Receipt codes: all that a person without an account needs.

A code is the keyed HMAC of the submission's random secret and its issue count, so that it is
stored nowhere, can be made again for a letter, and can be voided. It is looked up by a second
keyed hash. A code that nobody has been given (paper, import) is unissued: look-up refuses it.
"""

import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.kernel.actor import Actor
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.kernel.ids import ALPHABET, base32
from consult.kernel.keys import keyed
from consult.submissions.models import Submission

LENGTH = 16  # characters of 5 bits: 80 bits
GROUP = 4
FIRST_ISSUE = 1  # how often the code of a new submission was made

# What people write for a digit that they misread (Crockford).
_MISREAD = str.maketrans("OIL", "011")


class AlreadyIssuedError(ConsultError):
    """The code was given out before; only a new one can be issued."""

    message = mark("The receipt of this submission has already been issued.")


def code(secret: bytes, issue: int) -> str:
    """The receipt code of one issue, as it is printed: "7Q4D-0MXR-…" (80 bits)."""
    raw = base32(keyed("receipt", secret + issue.to_bytes(4, "big")), LENGTH)
    return "-".join(raw[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def code_of(submission: Submission) -> str | None:
    """The code of a submission, or None while it is unissued."""
    if submission.receipt_lookup is None:
        return None
    return code(submission.secret, submission.receipt_issue)


def read(typed: str) -> str | None:
    """What somebody typed as the 16 characters of a code, or None if it cannot be one.

    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
    """
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_MISREAD)
    kept = "".join(c for c in plain if not (c.isspace() or unicodedata.category(c) == "Pd"))
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else None


def lookup(secret: bytes, issue: int) -> bytes:
    """The hash under which an issued code is stored."""
    return _hash(code(secret, issue).replace("-", ""))


def find(session: Session, typed: str) -> Submission | None:
    """The submission whose issued code this is; None for nonsense, voided and unissued codes."""
    plain = read(typed)
    if plain is None:
        return None
    return session.scalar(select(Submission).where(Submission.receipt_lookup == _hash(plain)))


def issue(session: Session, submission: Submission, *, actor: Actor, now: datetime) -> str:
    """Give out the code of a submission that has none yet. Raises AlreadyIssuedError."""
    if submission.receipt_lookup is not None:
        raise AlreadyIssuedError
    _open(submission, now)
    _log(session, submission, "receipt:issued", actor, now)
    return code(submission.secret, submission.receipt_issue)


def void(session: Session, submission: Submission, *, actor: Actor, now: datetime) -> None:
    """Make the present code worthless; a new one is unissued until somebody issues it."""
    submission.receipt_issue += 1
    submission.receipt_lookup = None
    submission.receipt_issued_at = None
    _log(session, submission, "receipt:voided", actor, now)


def reissue(session: Session, submission: Submission, *, actor: Actor, now: datetime) -> str:
    """Replace the code by a new one: for a receipt that was lost or seen by others."""
    submission.receipt_issue += 1
    _open(submission, now)
    _log(session, submission, "receipt:reissued", actor, now)
    return code(submission.secret, submission.receipt_issue)


def _open(submission: Submission, now: datetime) -> None:
    submission.receipt_lookup = lookup(submission.secret, submission.receipt_issue)
    submission.receipt_issued_at = now


def _log(session: Session, submission: Submission, act: str, actor: Actor, now: datetime) -> None:
    session.flush()
    log.record(
        session,
        actor=actor.reference,
        act=act,
        thing=f"submission:{submission.id}",
        consultation=submission.consultation_id,
        now=now,
        issue=submission.receipt_issue,
    )


def _hash(plain: str) -> bytes:
    return keyed("receipt-lookup", plain.encode())
