"""Who a stance is of, without saying who.

The hash is keyed with the secret of this installation, so that nobody who has the database alone
can try out accounts; and it is another one in each consultation, so that what a person says in one
cannot be joined with what they say in another.
"""

from dataclasses import dataclass

from consult.kernel.keys import keyed


@dataclass(frozen=True)
class Voter:
    """Somebody in one consultation. `key` is what is stored; `with_account` says whether it stands
    for a person or a visit."""

    consultation_id: int
    key: bytes
    with_account: bool


def of_account(consultation_id: int, user_id: int) -> Voter:
    """A person with an account: the same in every browser and at any time."""
    return _voter(consultation_id, f"user:{user_id}", with_account=True)


def of_visit(consultation_id: int, number: str) -> Voter:
    """A visit without an account, by its random number."""
    return _voter(consultation_id, f"visit:{number}", with_account=False)


def _voter(consultation_id: int, who: str, *, with_account: bool) -> Voter:
    key = keyed("stance", f"{consultation_id}:{who}".encode())[:16]
    return Voter(consultation_id, key, with_account)
