"""Where a text of a drafting stands: on the whole, on a clause as its author sees it, or on its words."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.drafts.anchors import carry
from consult.drafts.models import UNCHANGED
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import gettext
from consult.submissions import target
from consult.submissions.anchoring import Selector, select_span
from consult.submissions.draftings import queries
from consult.submissions.draftings.queries import Opened, Quoted, Reading, Saved, Spot
from consult.submissions.target import ClauseGoneError, ClauseSeen, Edition

# How an address names the whole text.
WHOLE = "whole"


@dataclass(frozen=True)
class Place:
    """One place, with the text that is saved for it, if there is one."""

    consultation_id: int
    key: str
    label: str
    clause: ClauseSeen | None
    # The version in which it is shown, and the one that stands there now.
    edition: Edition | None
    newest: Edition | None
    text: Saved | None
    # The words that the text is about, in that version; and whether they stand in the newest no more.
    words: Selector | None = None
    lost: bool = False

    @property
    def version_id(self) -> int | None:
        """The version in which it is shown."""
        return None if self.edition is None else self.edition.version_id

    @property
    def address(self) -> dict[str, str | int]:
        """How its pages are named."""
        number = {"text": self.text.text_id} if self.text and self.text.quoted else {}
        return {"key": self.key, **number}

    @property
    def now(self) -> ClauseSeen | None:
        """The clause as it reads now; none if it fell away, or is not there in this language."""
        try:
            found = target.clause(self.newest, self.key).clause
        except ClauseGoneError:
            return None
        same = found and self.clause and found.language == self.clause.language
        return found if same else None

    def spot(self, chosen: Selector | None) -> Spot:
        """What a text is about that is put on these words, or on all of it."""
        if self.clause is None:
            return Spot()
        if chosen is None:
            return Spot(self.clause.id)
        return Spot(self.clause.id, self.clause.text_id, chosen.start, chosen.end)


def carried(quoted: Quoted, now: str | None) -> Selector | None:
    """Words in a later wording of their clause, where it is certain that they stand there as they
    are; by the rule for what people have said (`drafts/anchors`)."""
    found = None if now is None else carry(quoted.text, now, quoted.start, quoted.end)
    if now is None or found is None or found.state != UNCHANGED:
        return None
    assert found.start is not None
    assert found.end is not None
    return select_span(now, quoted.language, found.start, found.end)


@dataclass(frozen=True)
class Asked:
    """A place as an address and a form name it."""

    key: str
    # A text on words of the clause; or one that is only about to be written.
    text_id: int | None = None
    another: bool = False
    # The version and language that the form showed.
    version_id: int | None = None
    spoken: str | None = None


def place(session: Session, opened: Opened, asked: Asked, language: str) -> Place:
    """A place by its name. Raises NotFoundError where the text has none such.

    `language` is the reader's. What was said on words, or proposed for a clause, is shown with the
    words for which it was; words that stand in the newest version are shown there. A clause that fell
    away since its text was begun is found in the version for which that was written.
    """
    text = _text(session, opened, asked)
    quoted, proposal = (text.quoted, text.proposal) if text else (None, None)
    bound = quoted.language if quoted else proposal.shown.language if proposal else None
    language = asked.spoken or bound or language
    consultation_id = opened.consultation.id
    newest = target.edition(session, consultation_id, language)
    words = quoted.selector if quoted else None
    moved = None
    if quoted and newest and quoted.version_id != newest.version_id:
        moved = carried(quoted, _reads(newest, asked.key, quoted.language))
    lost = bool(quoted and newest and quoted.version_id != newest.version_id and moved is None)
    before = text.version_id if text else None
    wanted = [before, None] if proposal or lost else [None, before]
    for version_id in dict.fromkeys([asked.version_id, *wanted] if asked.version_id else wanted):
        shown = newest
        if version_id is not None and (newest is None or version_id != newest.version_id):
            shown = target.edition(session, consultation_id, language, version_id)
        if asked.key == WHOLE:
            label = gettext("On the whole text")
            return Place(consultation_id, WHOLE, label, None, shown, newest, text)
        try:
            clause = target.clause(shown, asked.key).clause
        except ClauseGoneError:
            continue
        assert clause is not None
        label = " – ".join(part for part in (clause.number, clause.heading) if part) or asked.key
        there = moved if moved and shown == newest else words
        return Place(consultation_id, asked.key, label, clause, shown, newest, text, there, lost)
    raise NotFoundError


def _text(session: Session, opened: Opened, asked: Asked) -> Saved | None:
    """The text that is asked for, wherever in its clause somebody has put it meanwhile."""
    if asked.another:
        return None
    for text in queries.texts(session, opened.drafting.id):
        here = (text.key or WHOLE) == asked.key
        meant = text.quoted is None if asked.text_id is None else text.text_id == asked.text_id
        if here and meant:
            return text
    # Of what was sent no texts are left; who wrote on one meanwhile keeps their words.
    if asked.text_id is not None and opened.drafting.ended_at is None:
        raise NotFoundError
    return None


def _reads(shown: Edition, key: str, language: str) -> str | None:
    try:
        clause = target.clause(shown, key).clause
    except ClauseGoneError:
        return None
    return clause.text if clause and clause.language == language else None


@dataclass(frozen=True)
class Entry:
    """A text in the list of a drafting."""

    key: str
    label: str
    text: Saved
    # Its clause reads differently by now than where it proposes other words.
    overtaken: bool = False
    # Its words stand in the newest version no more.
    lost: bool = False
    # Where it is sent: in the version that its author saw, or in the newest if the words stand there.
    version_id: int | None = None
    words: Selector | None = None

    @property
    def address(self) -> dict[str, str | int]:
        """How its pages are named."""
        return {"key": self.key, **({"text": self.text.text_id} if self.text.quoted else {})}


def listed(
    session: Session, opened: Opened, texts: list[Saved], newest: Edition | None
) -> list[Entry]:
    """The texts in the order of the document; those on clauses that fell away last."""
    outline = target.outline(newest) if newest else ()
    newest_id = newest.version_id if newest else None
    later: dict[int, Reading] = {}
    if any(text.bound and text.version_id != newest_id for text in texts):
        later = queries.readings(session, opened.drafting.id, newest_id)
    order = {entry.id: (number, entry.label) for number, entry in enumerate(outline)}
    found = []
    for text in texts:
        if text.clause_id is None:
            label = gettext("On the whole text")
            found.append((-1, Entry(WHOLE, label, text, version_id=text.version_id)))
            continue
        number, label = order.get(text.clause_id, (len(order), text.key or ""))
        found.append((number, _entry(label, text, later.get(text.text_id), newest_id)))
    return [entry for _number, entry in sorted(found, key=lambda pair: pair[0])]


def _entry(label: str, text: Saved, later: Reading | None, newest_id: int | None) -> Entry:
    key, quoted = text.key or "", text.quoted
    if quoted is None:
        changed = later is not None and later.before != later.now
        return Entry(key, label, text, overtaken=changed, version_id=text.version_id)
    if later is None:
        return Entry(key, label, text, version_id=quoted.version_id, words=quoted.selector)
    moved = carried(quoted, later.now)
    return Entry(
        key,
        label,
        text,
        lost=moved is None,
        version_id=newest_id if moved else quoted.version_id,
        words=moved or quoted.selector,
    )
