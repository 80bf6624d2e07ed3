"""A text of a drafting on the table: as it was opened, as it is saved by now, and as it is typed.

The same three states in which a clause is shown to an official who saves second (`drafts/sheets`);
the words that it proposes for its clause have them too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from consult.drafts.threeway import Merged, Segment, merge
from consult.kernel.markup import Rendered, render_clause, render_comment
from consult.submissions.draftings.queries import Saved
from consult.submissions.target import ClauseSeen


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
    render: Callable[[str], Rendered] = render_comment
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
        return None if text == self.mine.source else Written.of(self.mine.number, self.render(text))


@dataclass(frozen=True)
class Amending:
    """Other words for a clause, as Markdown, and the words in the place of which they are."""

    clause: ClauseSeen
    version_id: int
    # Empty: the clause should go.
    source: str

    @property
    def changes_nothing(self) -> bool:
        """Whether these are the words of the clause."""
        return self.source.split() == self.clause.source.split()


@dataclass(frozen=True)
class Amendings:
    """What one member proposes for a clause beside what another has saved, if anybody does.

    Who proposes nothing has the words of the clause.
    """

    label: str
    begun: Amending | None
    mine: Amending | None
    theirs: Amending | None

    @cached_property
    def sheet(self) -> TextSheet | None:
        """Both on the table; None if nobody proposes anything."""
        sides = [side for side in (self.begun, self.mine, self.theirs) if side is not None]
        if not sides:
            return None
        own = min(sides, key=lambda side: side.version_id).clause.source
        begun, mine, theirs = (
            Written.of(self.label, render_clause(own if side is None else side.source))
            for side in (self.begun, self.mine, self.theirs)
        )
        if self._in_two_languages:
            begun = Written.of(self.label, None)
        return TextSheet(begun, mine, theirs, render_clause)

    @property
    def _in_two_languages(self) -> bool:
        """Then nothing of one can be put into the other: who saves second chooses one."""
        sides = [side for side in (self.mine, self.theirs) if side is not None]
        return len({side.clause.language for side in sides}) > 1

    def merged(self, *, keep_mine: bool) -> Amending | None:
        """Both in one: for the newer of two versions, because it holds what changed up to then."""
        sides = [side for side in (self.mine, self.theirs) if side is not None]
        if self.sheet is None or not sides:
            return None
        if self._in_two_languages:
            return self.mine if keep_mine else self.theirs
        newer = max(sides, key=lambda side: side.version_id)
        return replace(newer, source=self.sheet.merged(keep_mine=keep_mine).text)


@dataclass(frozen=True)
class Table:
    """A text and what it proposes, for who saved second."""

    text: TextSheet
    amendings: Amendings
    author: str

    @property
    def proposed(self) -> TextSheet | None:
        """The words proposed for the clause, as both have them."""
        return self.amendings.sheet

    @property
    def language(self) -> str:
        """That of the clause, where words are proposed for it."""
        found = self.amendings.mine or self.amendings.theirs or self.amendings.begun
        return found.clause.language if found else ""
