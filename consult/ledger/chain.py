"""The append-only record that commits to every comment: a Merkle tree (RFC 6962, section 2.1).

A leaf commits to words by a salted hash, so that the words can be erased and the tree stays
whole. Leaves are written in the act that makes the thing; a job puts them into the tree.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel.inserting import insert_rows
from consult.ledger.models import LedgerHead, LedgerLeaf

EMPTY_ROOT = sha256(b"").digest()
# A thousand held the lock for 90 ms, beside people who post.
SEAL_AT_ONCE = 500


def commitment(salt: bytes, facts: dict[str, Any]) -> bytes:
    """The salted hash of a thing's facts, in canonical JSON (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(salt + canonical.encode()).digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def add_leaves(session: Session, things: Sequence[tuple[str, bytes]], *, now: datetime) -> None:
    """Commit to things, each a reference and its `commitment`; they enter the tree at the next
    sealing."""
    rows = [
        {"reference": reference, "hash": leaf_hash(committed), "written_at": now}
        for reference, committed in things
    ]
    insert_rows(session, LedgerLeaf, rows)


def extend(size: int, frontier: list[bytes], leaf: bytes) -> list[bytes]:
    """The frontier after one more leaf: two subtrees of equal height become one, like a carry."""
    grown = [*frontier, leaf]
    while size & 1:
        right = grown.pop()
        grown[-1] = node_hash(grown[-1], right)
        size >>= 1
    return grown


def root(frontier: list[bytes]) -> bytes:
    """The tree's root from the roots of its perfect subtrees, largest first."""
    if not frontier:
        return EMPTY_ROOT
    folded = frontier[-1]
    for left in reversed(frontier[:-1]):
        folded = node_hash(left, folded)
    return folded


def newest_head(session: Session) -> LedgerHead | None:
    return session.scalar(select(LedgerHead).order_by(LedgerHead.size.desc()).limit(1))


def unsealed(session: Session, by: datetime) -> bool:
    """Whether leaves that were written by then wait to be put into the tree."""
    waiting = select(LedgerLeaf.id).where(
        LedgerLeaf.position.is_(None), LedgerLeaf.written_at <= by
    )
    return session.scalar(waiting.limit(1)) is not None


def seal(session: Session, now: datetime) -> int:
    """Put up to SEAL_AT_ONCE waiting leaves into the tree and write its new head.

    A second worker waits here for the first one, and then reads the head that it wrote.
    """
    leaves = session.scalars(
        select(LedgerLeaf)
        .where(LedgerLeaf.position.is_(None))
        .order_by(LedgerLeaf.id)
        .limit(SEAL_AT_ONCE)
        .with_for_update()
    ).all()
    if not leaves:
        return 0
    head = newest_head(session)
    size = head.size if head else 0
    joined = head.frontier if head else b""
    frontier = [joined[i : i + 32] for i in range(0, len(joined), 32)]
    for leaf in leaves:
        leaf.position = size
        frontier = extend(size, frontier, leaf.hash)
        size += 1
    session.add(
        LedgerHead(size=size, root=root(frontier), frontier=b"".join(frontier), sealed_at=now)
    )
    session.flush()
    return len(leaves)
