"""Where a text of a drafting stands: on the whole, or on a clause as its author sees it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import gettext
from consult.submissions import target
from consult.submissions.draftings import queries
from consult.submissions.draftings.queries import Opened, Saved
from consult.submissions.target import ClauseGoneError, ClauseSeen, Edition, OutlineEntry

# How an address names the whole text.
WHOLE = "whole"


@dataclass(frozen=True)
class Place:
    """One place, with the text that is saved for it, if there is one."""

    key: str
    label: str
    clause: ClauseSeen | None
    edition: Edition | None
    text: Saved | None

    @property
    def clause_id(self) -> int | None:
        """The clause; none for the whole text."""
        return None if self.clause is None else self.clause.id


def place(
    session: Session, opened: Opened, key: str, language: str, version_id: int | None
) -> Place:
    """A place by its name in an address. Raises NotFoundError where the text has none such.

    `version_id` is the version that a form showed. A clause that fell away since its text was begun
    is found in the version for which that was written.
    """
    texts = {text.key or WHOLE: text for text in queries.texts(session, opened.drafting.id)}
    text = texts.get(key)
    if key == WHOLE:
        shown = target.edition(session, opened.consultation.id, language, version_id)
        return Place(key, gettext("On the whole text"), None, shown, text)
    for wanted in dict.fromkeys((version_id, None, text.version_id if text else None)):
        shown = target.edition(session, opened.consultation.id, language, wanted)
        try:
            clause = target.clause(shown, key).clause
        except ClauseGoneError:
            continue
        assert clause is not None
        label = " – ".join(part for part in (clause.number, clause.heading) if part) or key
        return Place(key, label, clause, shown, text)
    raise NotFoundError


@dataclass(frozen=True)
class Entry:
    """A text in the list of a drafting."""

    key: str
    label: str
    text: Saved


def entries(texts: list[Saved], outline: tuple[OutlineEntry, ...]) -> list[Entry]:
    """The texts in the order of the document; those on clauses that fell away last."""
    order = {entry.id: (number, entry.label) for number, entry in enumerate(outline)}
    found = []
    for text in texts:
        if text.clause_id is None:
            found.append((-1, Entry(WHOLE, gettext("On the whole text"), text)))
            continue
        number, label = order.get(text.clause_id, (len(order), text.key or ""))
        found.append((number, Entry(text.key or "", label, text)))
    return [entry for _number, entry in sorted(found, key=lambda pair: pair[0])]
