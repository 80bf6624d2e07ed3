"""The version of the names that public pages show: part of the key of every cached page."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Naming
from consult.kernel.inserting import conflict_insert

ONE = 1  # the row's id

# For statements that read a page's key; none before the first change.
names_version: Any = (
    select(Naming.version).where(Naming.id == ONE).scalar_subquery().label("names_version")
)


def renamed(session: Session) -> None:
    """Say that a body or a person is called otherwise: pages that may show it are made anew."""
    session.execute(
        conflict_insert(session.get_bind(), Naming)
        .values(id=ONE, version=1)
        .on_conflict_do_update(index_elements=[Naming.id], set_={"version": Naming.version + 1})
    )
