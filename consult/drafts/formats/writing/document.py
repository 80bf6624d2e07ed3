"""One version of the text in one language, with what stands around it on paper."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from consult.drafts.numbering import CLAUSE, read_number
from consult.drafts.queries import ClauseRow, Note
from consult.drafts.reading import PREAMBLE
from consult.kernel.i18n import choose, day_text
from consult.kernel.i18n import gettext as _

# What Unicode has and XML has not.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True)
class Document:
    """What goes into a file. `rows` are chapters and clauses in document order.

    `at` is when the version was published, or else begun; `first_at` the same of the first
    version. `address` is the page of this version.
    """

    slug: str
    address: str
    title: str
    language: str
    authentic: str
    number: int
    at: datetime
    first_at: datetime
    public: bool
    body: str
    rows: Sequence[ClauseRow]
    # The lasting identifiers by clause id, and errata by clause text.
    guids: Mapping[int, str] = field(default_factory=dict)
    errata: Mapping[int, Sequence[Note]] = field(default_factory=dict)

    @property
    def lawlike(self) -> bool:
        """Whether it is written in articles or paragraphs; guidelines are not."""
        numbers = (read_number(row.number) for row in self.rows if row.number)
        return any(number is not None and number.kind == CLAUSE for number in numbers)


@dataclass(frozen=True)
class Place:
    """A chapter or clause with its depth (0 for the highest) and what stands directly below it."""

    row: ClauseRow
    depth: int
    below: "list[Place]"


def tree(rows: Sequence[ClauseRow]) -> list[Place]:
    """The rows as they stand below each other."""
    top: list[Place] = []
    places: dict[int, Place] = {}
    for row in rows:
        above = places.get(row.parent_id or 0)
        place = Place(row, above.depth + 1 if above else 0, [])
        (above.below if above else top).append(place)
        places[row.clause_id] = place
    return top


def in_order(places: Sequence[Place]) -> Iterator[Place]:
    """The places of a tree in document order."""
    for place in places:
        yield place
        yield from in_order(place.below)


def opening(rows: Sequence[ClauseRow], language: str) -> ClauseRow | None:
    """The clause that stands before all headings and has none of its own: a preamble."""
    first = rows[0] if rows else None
    if first is None or first.number or first.heading != PREAMBLE[language] or not first.text:
        return None
    return first if first.key == "preamble" and first.parent_id is None else None


def said(erratum: Note) -> str:
    """A correction with its day, in the language that is being spoken."""
    day = _("Correction of %(day)s:", day=day_text(erratum.at))
    return f"{day} {choose(erratum.note)[1]}"


def fit(words: str) -> str:
    """Words that can stand in XML."""
    return _NO_CHARACTERS.sub("", words)
