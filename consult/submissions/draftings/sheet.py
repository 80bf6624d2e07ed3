"""One text of a drafting on the table: as it was opened, as it is saved by now, and as it is typed.

The same three states in which a clause is shown to an official who saves second (`drafts/sheets`).
"""

from dataclasses import dataclass
from functools import cached_property

from consult.drafts.threeway import Merged, Segment, merge
from consult.kernel.markup import Rendered, render_comment
from consult.submissions.draftings.queries import Saved


@dataclass(frozen=True)
class Written:
    """Words under the name of their place, as the pages of clauses show them."""

    number: str
    heading: str
    source: str
    html: str
    text: str

    @classmethod
    def of(cls, place: str, words: Rendered | Saved | None) -> "Written":
        """Words, or none yet, under the name of a place."""
        if words is None:
            return cls(place, "", "", "", "")
        return cls(place, "", words.source, words.html, words.text)


@dataclass(frozen=True)
class TextSheet:
    """What the page of a text shows to who saved second."""

    begun: Written
    mine: Written
    theirs: Written
    author: str
    # The page of a clause shows what is published in its place; here nothing is.
    published: None = None

    def merged(self, *, keep_mine: bool) -> Merged:
        """Both in one text; where both changed the same words it has mine, or the other's."""
        first, second = (self.mine, self.theirs) if keep_mine else (self.theirs, self.mine)
        return merge(self.begun.source, first.source, second.source)

    @cached_property
    def clashes(self) -> list[Segment]:
        """Where both wrote something else."""
        return list(self.merged(keep_mine=True).conflicts)

    @cached_property
    def both(self) -> Written | None:
        """Both changes in one text, mine where they meet; None where that is no more than mine."""
        text = self.merged(keep_mine=True).text
        return (
            None if text == self.mine.source else Written.of(self.mine.number, render_comment(text))
        )
