"""RFC 6962: the published test vectors, and the frontier against the recursive definition."""

from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.kernel import clock
from consult.kernel.transaction import act
from consult.ledger import chain
from consult.ledger.models import LedgerLeaf
from tests.concurrently import at_once

# Inputs and roots of the reference implementation's tests (certificate-transparency).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def recursive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return chain.node_hash(recursive_root(leaves[:k]), recursive_root(leaves[k:]))


def test_the_reference_vectors() -> None:
    frontier: list[bytes] = []
    for size, (data, root) in enumerate(zip(INPUTS, ROOTS, strict=True)):
        frontier = chain.extend(size, frontier, chain.leaf_hash(bytes.fromhex(data)))
        assert chain.root(frontier).hex() == root


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_frontier_gives_the_root_of_the_definition(datas: list[bytes]) -> None:
    leaves = [chain.leaf_hash(data) for data in datas]
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        frontier = chain.extend(size, frontier, leaf)
    assert chain.root(frontier) == recursive_root(leaves)


def test_an_act_seals_no_more_than_five_hundred(session: Session) -> None:
    now = clock.now()
    with act() as writing:
        chain.add_leaves(writing, [(f"revision:{n}", b"") for n in range(501)], now=now)
    with act() as writing:
        assert chain.seal(writing, now) == 500
    assert chain.unsealed(session, now)
    assert not chain.unsealed(session, now - timedelta(seconds=1))


def test_sealing_goes_on_where_the_last_head_stopped(session: Session) -> None:
    now = clock.now()
    for batch in (range(5), range(5, 12)):
        with act() as writing:
            things = [(f"revision:{number}", bytes([number])) for number in batch]
            chain.add_leaves(writing, things, now=now)
        with act() as writing:
            assert chain.seal(writing, now) == len(batch)
    leaves = session.scalars(select(LedgerLeaf.hash).order_by(LedgerLeaf.position)).all()
    head = chain.newest_head(session)
    assert head is not None
    assert (head.size, head.root) == (12, recursive_root(list(leaves)))
    assert not chain.unsealed(session, now)


def test_two_workers_seal_one_behind_the_other(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(chain, "SEAL_AT_ONCE", 3)
    with act() as writing:
        chain.add_leaves(writing, [(f"revision:{n}", b"") for n in range(12)], now=now)

    def seal(writing: Session) -> None:
        chain.seal(writing, now)

    assert at_once(app, seal, seal, seal, seal) == [None] * 4
    leaves = session.scalars(select(LedgerLeaf.hash).order_by(LedgerLeaf.position)).all()
    head = chain.newest_head(session)
    assert head is not None
    assert (head.size, head.root) == (12, recursive_root(list(leaves)))
