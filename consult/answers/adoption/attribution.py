"""What of adopted words stands in a version when it is published, and in which of its edits.

Officials go on writing after they have adopted something. So whose words a published clause holds
is worked out from the words themselves, when nothing can change them any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from consult.answers.adoption.share import NONE, Standing, standing
from consult.answers.models import Adoption, AdoptionEdit
from consult.drafts import queries as drafts
from consult.drafts.models import TEXT, ClauseText, Edit, Version
from consult.submissions.models import CommentRevision

_HOLD_WORDS = ("changed", "inserted", "deleted")


@dataclass(frozen=True)
class Settled:
    """How much of one adoption stands, and the edits that hold it."""

    adoption_id: int
    stands: str
    edit_ids: tuple[int, ...] = ()


def work_out(session: Session, version_id: int, *, only: int | None = None) -> tuple[Settled, ...]:
    """What stands of all that was adopted into a version, or of one adoption. Writes nothing."""
    statement = select(Adoption).where(Adoption.version_id == version_id).order_by(Adoption.id)
    if only is not None:
        statement = statement.where(Adoption.id == only)
    adoptions = session.scalars(statement).all()
    if not adoptions:
        return ()
    look = _Look(session, session.get_one(Version, version_id), adoptions)
    return tuple(look.settled(adoption) for adoption in adoptions)


def write(session: Session, settled: Sequence[Settled]) -> None:
    """Note it. A publication that was stopped is worked out again by the next one."""
    if not settled:
        return
    ids = [row.adoption_id for row in settled]
    session.execute(delete(AdoptionEdit).where(AdoptionEdit.adoption_id.in_(ids)))
    for row in settled:
        session.execute(
            update(Adoption).where(Adoption.id == row.adoption_id).values(stands=row.stands),
            execution_options={"synchronize_session": False},
        )
    links = [
        {"adoption_id": row.adoption_id, "edit_id": edit_id}
        for row in settled
        for edit_id in row.edit_ids
    ]
    if links:
        session.execute(insert(AdoptionEdit), links)


class _Look:
    """The texts and edits that some adoptions of one version need: five statements for all."""

    def __init__(self, session: Session, version: Version, adoptions: Sequence[Adoption]) -> None:
        amended = {adoption.amends_id for adoption in adoptions}
        clauses = {adoption.clause_id for adoption in adoptions}
        self._bases = {
            text.id: text
            for text in session.scalars(select(ClauseText).where(ClauseText.id.in_(amended)))
        }
        proposed = session.execute(
            select(
                CommentRevision.amends_id,
                CommentRevision.proposed_key,
                CommentRevision.proposed_text,
            ).where(
                CommentRevision.amends_id.in_(amended),
                CommentRevision.proposed_key.in_({adoption.key for adoption in adoptions}),
            )
        )
        self._proposed = {(row[0], row[1]): row[2] for row in proposed}
        former = drafts.base_of(session, version)
        texts = session.execute(
            select(
                ClauseText.version_id, ClauseText.clause_id, ClauseText.language, ClauseText.text
            ).where(
                ClauseText.version_id.in_([version.id, former.id if former else version.id]),
                ClauseText.clause_id.in_(clauses),
            )
        )
        self._texts = {(row[0], row[1], row[2]): row[3] for row in texts}
        self._version, self._former = version, former
        # Edits are of the authentic text, whatever language a clause was to be left out in.
        self._edits: dict[int, list[Edit]] = {}
        for edit in session.scalars(
            select(Edit).where(
                Edit.version_id == version.id,
                Edit.clause_id.in_(clauses),
                Edit.gone_at.is_(None),
                Edit.part == TEXT,
                Edit.kind.in_(_HOLD_WORDS),
            )
        ):
            self._edits.setdefault(edit.clause_id, []).append(edit)

    def settled(self, adoption: Adoption) -> Settled:
        proposed = self._proposed.get((adoption.amends_id, adoption.key))
        if proposed is None:
            # All who proposed it had their words erased: what was known before remains.
            return Settled(adoption.id, adoption.stands)
        base = self._bases[adoption.amends_id]
        place = (base.clause_id, base.language)
        now = self._texts.get((self._version.id, *place), "")
        before = self._texts.get((self._former.id, *place)) if self._former else None
        found = standing(base.text, proposed, now, before)
        made = Settled(adoption.id, found.share)
        if found.share == NONE:
            return made
        edits = self._edits.get(base.clause_id, [])
        return replace(made, edit_ids=tuple(edit.id for edit in edits if _holds(edit, found)))


def _holds(edit: Edit, found: Standing) -> bool:
    return any(edit.after_start <= end and start <= edit.after_end for start, end in found.spans)
