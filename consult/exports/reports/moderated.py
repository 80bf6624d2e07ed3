"""What was removed, what became of objections to it, and which words were taken out of comments."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from consult.exports.reports.blocks import Block, Cell, Heading, Table, paragraph
from consult.kernel.i18n import choose, day_text, mark, ngettext, number_text
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset, Page
from consult.moderation.models import HOLDING, LAPSED, OPEN, OVERTURNED, REMOVAL, UPHELD
from consult.moderation.objections.queries import outcomes
from consult.moderation.queries import RemovalRow, removals
from consult.moderation.redacting.models import Redaction
from consult.moderation.redaction_queries import RedactionRow, removed
from consult.moderation.words import GROUND_NAMES, KIND_NAMES, REMOVAL_NAMES

OUTCOME_NAMES = {
    UPHELD: mark("Upheld: the decision stands"),
    OVERTURNED: mark("Overturned: the comment can be read again"),
    OPEN: mark("Not decided yet"),
    LAPSED: mark("Lapsed: the comment was gone or shown again before the decision"),
}
AGAINST_NAMES = {REMOVAL: mark("Against a removal"), HOLDING: mark("Against a holding back")}
Row = TypeVar("Row")


def moderated_told(session: Session, consultation_id: int) -> Iterator[Block]:
    """The public log: each removal with its rule and reason, objections, and words taken out."""
    yield Heading(2, _("Removals"))
    yield from _removals(session, consultation_id)
    yield from _objections(session, consultation_id)
    yield from _redactions(session, consultation_id)


def _removals(session: Session, consultation_id: int) -> Iterator[Block]:
    rows = list(_all(lambda keyset: removals(session, keyset, consultation_id=consultation_id)))
    if not rows:
        yield paragraph(_("No comment was removed."))
        return
    yield paragraph(
        ngettext(
            "%(num)s comment was removed. Its words are not repeated here.",
            "%(num)s comments were removed. Their words are not repeated here.",
            len(rows),
        )
    )
    yield Table(
        _("Removed comments"),
        (_("Comment no."), _("Removed on"), _("Rule"), _("Reason"), _("Since then")),
        tuple(_removal(row) for row in rows),
        sheet=_("Removals"),
    )


def _removal(row: RemovalRow) -> tuple[Cell, ...]:
    since = _("Taken back at once by the official") if row.undone else ""
    if row.objected:
        since = _("Objection: %(outcome)s", outcome=_(OUTCOME_NAMES[row.objected]))
    return (
        str(row.number),
        day_text(row.removed_at),
        _(REMOVAL_NAMES[row.reason]),
        choose(row.note)[1],
        since,
    )


def _objections(session: Session, consultation_id: int) -> Iterator[Block]:
    found = outcomes(session, consultation_id)
    yield Heading(3, _("Objections"))
    if not found:
        yield paragraph(_("Nobody objected to a removal or a holding back."))
        return
    yield Table(
        _("What became of objections"),
        (_("Outcome"), *(_(name) for name in AGAINST_NAMES.values())),
        tuple(
            (_(name), *(found[against, state] for against in AGAINST_NAMES))
            for state, name in OUTCOME_NAMES.items()
        ),
        sheet=_("Objections"),
    )


def _redactions(session: Session, consultation_id: int) -> Iterator[Block]:
    found = list(_redacted(session, consultation_id))
    yield Heading(3, _("Words taken out of comments"))
    if not found:
        yield paragraph(_("No words were taken out of a comment that stayed."))
        return
    if kinds := kinds_of([row.redaction for row in found]):
        yield Table(
            _("What was taken out"),
            (_("Kind"), _("Places")),
            tuple((_(name), kinds[code]) for code, name in KIND_NAMES.items() if kinds[code]),
            sheet=_("What was taken out"),
        )
    yield Table(
        _("Comments without some words"),
        (_("Comment no."), _("Taken out on"), _("What"), _("Reason"), _("Put back on")),
        tuple(_redaction(row.number, row.redaction) for row in found),
        sheet=_("Words taken out"),
    )


def kinds_of(rows: list[Redaction]) -> Counter[str]:
    """How many places of which kind are taken out now."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.undone_at is None:
            found.update(row.kinds)
    return found


def _redaction(number: int, row: Redaction) -> tuple[Cell, ...]:
    what = ", ".join(
        _(name) + (f" × {number_text(row.kinds[code])}" if row.kinds[code] > 1 else "")
        for code, name in KIND_NAMES.items()
        if row.kinds.get(code)
    )
    return (
        str(number),
        day_text(row.redacted_at),
        what,
        _(GROUND_NAMES[row.ground]),
        day_text(row.undone_at) if row.undone_at else "",
    )


def _redacted(session: Session, consultation_id: int) -> Iterator[RedactionRow]:
    return _all(lambda keyset: removed(session, keyset, consultation_id=consultation_id))


def _all(read: Callable[[Keyset], Page[Row]]) -> Iterator[Row]:
    keyset = Keyset()
    while True:
        page = read(keyset)
        yield from page.rows
        if page.next is None:
            return
        keyset = Keyset(after=page.next)


def numbers(session: Session, consultation_id: int) -> dict[str, Any]:
    """The same for programs."""
    gone = list(_all(lambda keyset: removals(session, keyset, consultation_id=consultation_id)))
    rows = [row.redaction for row in _redacted(session, consultation_id)]
    found = outcomes(session, consultation_id)
    return {
        "removals": len(gone),
        "removals_undone": sum(row.undone for row in gone),
        "objections": {
            against: {state: found[against, state] for state in OUTCOME_NAMES}
            for against in AGAINST_NAMES
        },
        "redactions": len(rows),
        "redactions_undone": sum(row.undone_at is not None for row in rows),
        "redacted_places_by_kind": dict(kinds_of(rows)),
    }
