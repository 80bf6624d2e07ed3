"""The only functions that move the counters of stances. They run last in an act, by revision."""

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from consult.kernel.inserting import conflict_insert
from consult.opinions.models import AGREE, DISAGREE, PASS, StanceTally

# Revision and column → by how much.
Steps = Mapping[tuple[int, str], int]
_COLUMNS = {AGREE: "agree", DISAGREE: "disagree", PASS: "passed"}
ALL = tuple(f"{who}{column}" for who in ("", "visit_") for column in _COLUMNS.values())


def column(said: str, *, with_account: bool) -> str:
    """The counter in which a stance counts."""
    return f"{'' if with_account else 'visit_'}{_COLUMNS[said]}"


def move(session: Session, steps: Steps) -> None:
    """Add to the counters of some revisions, in the order of their ids."""
    of: dict[int, dict[str, int]] = {}
    for (revision_id, name), step in steps.items():
        if step:
            of.setdefault(revision_id, {})[name] = step
    for revision_id in sorted(of):
        # Made if it is missing: whoever makes it at the same moment is waited for.
        made = conflict_insert(session.get_bind(), StanceTally).values(
            revision_id=revision_id, **dict.fromkeys(ALL, 0)
        )
        session.execute(made.on_conflict_do_nothing())
        session.execute(
            update(StanceTally)
            .where(StanceTally.revision_id == revision_id)
            .values({name: getattr(StanceTally, name) + by for name, by in of[revision_id].items()})
            .execution_options(synchronize_session=False)
        )
