"""One clause on an official's table: as it is published, as it is saved, and as it is typed.

Whoever saves second is shown three states: what both began with, what the other saved, and what was
typed; and both changes in one text.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from consult.drafts.errors import ClauseWordsError
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause
from consult.drafts.threeway import Merged, Segment, merge
from consult.drafts.writing import Wording, wording
from consult.kernel.markup import tidy

# What is merged, each by itself.
PARTS = ("number", "heading", "source")
# The field that carries what the form was made from.
BEGUN = "begun_"


@dataclass
class Sheet:
    """What the page of a clause shows."""

    form: Any
    published: ClauseRow | None
    row: ClauseRow
    mine: ClauseRow
    # What the changes are shown against; none: what is published.
    beside: ClauseRow | None = None
    words: Wording | None = None
    # Somebody else's words, saved since this form was made, and what both began with.
    theirs: ClauseRow | None = None
    begun: ClauseRow | None = None

    @property
    def before(self) -> ClauseRow:
        """What the changes are shown against; a new clause is shown as it will read."""
        return self.beside or self.published or self.mine

    def take(self, words: Wording) -> None:
        """Have these words on the table as what was typed."""
        self.words, self.mine = words, as_written(self.row, words)

    def show_both(self, theirs: ClauseRow) -> None:
        """Put the other's words beside mine: whoever saves now has seen both."""
        self.theirs = theirs
        self.form.saved.data, self.form.saved.raw_data = theirs.saved, None
        words = _begun_with(self.form)
        self.begun = as_written(self.row, words) if words else None

    @cached_property
    def both(self) -> ClauseRow | None:
        """Both changes in one text, mine where they meet; None where that is not more than mine."""
        if self.theirs is None or self.begun is None or self.words is None:
            return None
        words = together(self.form, self.theirs, keep_mine=True)
        made = as_written(self.row, words) if words else None
        return None if made is None or _same(made, self.mine) else made

    @cached_property
    def clashes(self) -> list[Segment]:
        """Where both wrote something else."""
        if self.theirs is None or self.begun is None:
            return []
        return [one for part in _merged(self.form, self.theirs, True) for one in part.conflicts]


def as_written(row: ClauseRow, words: Wording | ParsedClause) -> ClauseRow:
    """A clause as it would be with other words."""
    return replace(
        row,
        number=words.number,
        heading=words.heading,
        source=words.rendered.source,
        html=words.rendered.html,
        text=words.rendered.text,
    )


def facts(row: ClauseRow) -> dict[str, object]:
    """What the form of a clause begins with."""
    begun = {BEGUN + part: value for part, value in typed(row).items()}
    return {**typed(row), **begun, "saved": row.saved}


def typed(row: ClauseRow) -> dict[str, str]:
    """The words of a clause as its form has them."""
    return {part: getattr(row, part) for part in PARTS}


def together(form: Any, theirs: ClauseRow, *, keep_mine: bool) -> Wording | None:
    """What was typed and what somebody else saved in one text, or None where that cannot be stored."""
    number, heading, source = (part.text for part in _merged(form, theirs, keep_mine))
    return _wording(number, heading, source)


def put_together(sheet: Sheet, *, keep_mine: bool) -> bool:
    """Both officials' changes into the form, which then is made from what stands there now.

    False, and nothing is done, where the two are too long together.
    """
    form, row = sheet.form, sheet.row
    words = together(form, row, keep_mine=keep_mine)
    if words is None:
        return False
    sheet.take(words)
    for name, value in {**facts(row), **typed(sheet.mine)}.items():
        form[name].data, form[name].raw_data = value, None
    return True


def _merged(form: Any, theirs: ClauseRow, keep_mine: bool) -> list[Merged]:
    """Part by part; what stands where both changed the same words is mine, or the other's."""
    made = []
    for part in PARTS:
        sides = _plain(form[part].data), getattr(theirs, part)
        first, second = sides if keep_mine else sides[::-1]
        made.append(merge(_plain(form[BEGUN + part].data), first, second))
    return made


def _begun_with(form: Any) -> Wording | None:
    return _wording(*(_plain(form[BEGUN + part].data) for part in PARTS))


def _wording(number: str, heading: str, source: str) -> Wording | None:
    try:
        return wording(number=number, heading=heading, source=source)
    except ClauseWordsError:
        return None


def _plain(typed: str | None) -> str:
    """With the line ends that are stored, so that these are no change."""
    return tidy(typed or "")


def _same(one: ClauseRow, other: ClauseRow) -> bool:
    return all(getattr(one, part) == getattr(other, part) for part in PARTS)
