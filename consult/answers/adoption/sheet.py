"""A clause on the table with somebody's proposal beside it: what they change, and both in one."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from consult.answers.adoption.queries import Offer
from consult.drafts.queries import ClauseRow
from consult.drafts.threeway import Merged, changed, merge, taking


@dataclass(frozen=True)
class SingleChange:
    """One change of a proposal, in the clause's source: it can be taken by itself."""

    number: int
    struck: str
    inserted: str


@dataclass(frozen=True)
class Sheet:
    """A proposal, the clause as it is published, and as it stands in the next version."""

    offer: Offer
    published: ClauseRow | None
    row: ClauseRow

    @cached_property
    def changes(self) -> list[SingleChange]:
        """What the proposal changes, in order."""
        base, proposed = self.offer.base.source, self.offer.source
        return [
            SingleChange(
                number,
                base[hunk.before_start : hunk.before_end],
                proposed[hunk.after_start : hunk.after_end],
            )
            for number, hunk in enumerate(changed(base, proposed))
        ]

    @property
    def moved_on(self) -> bool:
        """Whether the clause reads differently now than when the proposal was written."""
        return self.row.source != self.offer.base.source

    def merged(self, taken: Collection[int]) -> Merged:
        """The clause as it stands in the next version, with these changes of the proposal."""
        base = self.offer.base.source
        return merge(base, self.row.source, taking(base, self.offer.source, taken))

    def retaken(self, typed: str, before: Collection[int], now: Collection[int]) -> Merged:
        """What was typed, with other changes than it was made with; what is typed stays."""
        return merge(self.merged(before).text, typed, self.merged(now).text)
