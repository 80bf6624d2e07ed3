"""Where a text of a drafting stands: on the whole, or on a clause as its author sees it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import gettext
from consult.submissions import target
from consult.submissions.draftings import queries
from consult.submissions.draftings.queries import Opened, Saved
from consult.submissions.target import ClauseGoneError, ClauseSeen, Edition

# How an address names the whole text.
WHOLE = "whole"


@dataclass(frozen=True)
class Place:
    """One place, with the text that is saved for it, if there is one."""

    key: str
    label: str
    clause: ClauseSeen | None
    # The version in which it is shown, and the one that stands there now.
    edition: Edition | None
    newest: Edition | None
    text: Saved | None

    @property
    def clause_id(self) -> int | None:
        """The clause; none for the whole text."""
        return None if self.clause is None else self.clause.id

    @property
    def version_id(self) -> int | None:
        """The version in which it is shown."""
        return None if self.edition is None else self.edition.version_id

    @property
    def now(self) -> ClauseSeen | None:
        """The clause as it reads now; none if it fell away, or is not there in this language."""
        try:
            found = target.clause(self.newest, self.key).clause
        except ClauseGoneError:
            return None
        same = found and self.clause and found.language == self.clause.language
        return found if same else None


def place(
    session: Session,
    opened: Opened,
    key: str,
    *,
    language: str,
    version_id: int | None = None,
    spoken: str | None = None,
) -> Place:
    """A place by its name in an address. Raises NotFoundError where the text has none such.

    `version_id` and `spoken` are the version and language that a form showed; else `language` is
    the reader's. What was proposed for a clause is shown with the words for which it was. A clause
    that fell away since its text was begun is found in the version for which that was written.
    """
    texts = {text.key or WHOLE: text for text in queries.texts(session, opened.drafting.id)}
    text = texts.get(key)
    proposal = text.proposal if text else None
    if spoken is None and proposal is not None:
        spoken = proposal.shown.language
    language = spoken or language
    newest = target.edition(session, opened.consultation.id, language)
    before = text.version_id if text else None
    wanted = [before, None] if proposal else [None, before]
    for asked in dict.fromkeys([version_id, *wanted] if version_id else wanted):
        shown = newest
        if asked is not None and (newest is None or asked != newest.version_id):
            shown = target.edition(session, opened.consultation.id, language, asked)
        if key == WHOLE:
            return Place(key, gettext("On the whole text"), None, shown, newest, text)
        try:
            clause = target.clause(shown, key).clause
        except ClauseGoneError:
            continue
        assert clause is not None
        label = " – ".join(part for part in (clause.number, clause.heading) if part) or key
        return Place(key, label, clause, shown, newest, text)
    raise NotFoundError


@dataclass(frozen=True)
class Entry:
    """A text in the list of a drafting."""

    key: str
    label: str
    text: Saved
    # Its clause reads differently by now than where it proposes other words.
    overtaken: bool


def listed(
    session: Session, opened: Opened, texts: list[Saved], newest: Edition | None
) -> list[Entry]:
    """The texts in the order of the document; those on clauses that fell away last."""
    outline = target.outline(newest) if newest else ()
    newest_id = newest.version_id if newest else None
    late: frozenset[int] = frozenset()
    if any(text.proposal and text.version_id != newest_id for text in texts):
        late = queries.overtaken(session, opened.drafting.id, newest_id)
    order = {entry.id: (number, entry.label) for number, entry in enumerate(outline)}
    found = []
    for text in texts:
        if text.clause_id is None:
            found.append((-1, Entry(WHOLE, gettext("On the whole text"), text, overtaken=False)))
            continue
        number, label = order.get(text.clause_id, (len(order), text.key or ""))
        entry = Entry(text.key or "", label, text, overtaken=text.text_id in late)
        found.append((number, entry))
    return [entry for _number, entry in sorted(found, key=lambda pair: pair[0])]
