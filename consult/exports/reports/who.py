"""Who took part: what may be told without pointing at single persons, and what became of points."""

from collections.abc import Iterator
from typing import Any

from consult.exports.reports.blocks import (
    Bar,
    Block,
    Chart,
    Heading,
    Table,
    paragraph,
)
from consult.exports.reports.figures import Numbers, Participation, Sum
from consult.exports.reports.words import SUM_NAMES
from consult.kernel.i18n import day_text, ngettext, number_text
from consult.kernel.i18n import gettext as _
from consult.submissions.participation.disclosure import THRESHOLD, Cell, Published
from consult.submissions.participation.queries import OnClauses, TookPart
from consult.submissions.participation.words import name_of
from consult.submissions.words import ORGANISED

PARTS = ("respondent", "language", "channel", "week")


def who_told(
    took_part: TookPart, on_clauses: OnClauses, counted: Participation, found: Numbers
) -> Iterator[Block]:
    """The chapter: the tables that stand, where comments are, and the points by how they came."""
    yield Heading(2, _("Who took part"))
    yield paragraph(
        _(
            "Whoever wanted to took part. That is not a representative sample: the numbers say how"
            " often something was said here, not how many people in the country think so."
        )
    )
    yield from _tables(took_part)
    if organisations := _organisations(took_part, counted):
        yield paragraph(organisations)
    yield from _clauses(on_clauses)
    yield from _sums(took_part, found)


def _tables(took_part: TookPart) -> Iterator[Block]:
    sections = (
        ("respondent", _("Submissions by kind of participant"), _("Participants")),
        ("language", _("Submissions by language"), _("Language")),
        ("channel", _("Submissions by way of arrival"), _("Way of arrival")),
        ("week", _("Submissions week by week"), _("Week from Monday")),
    )
    if not took_part.closed:
        yield paragraph(
            _(
                "Who takes part is told from the day after the close: tables that grow while people"
                " take part would point at single persons."
            )
        )
        return
    standing = [getattr(took_part, part) for part in PARTS if getattr(took_part, part)]
    if len(standing) < len(PARTS):
        yield paragraph(
            _(
                "Too few people have taken part to show everything without pointing at single persons."
            )
        )
    for part, caption, column in sections:
        if (table := getattr(took_part, part)) is not None:
            yield from _table(table, part, caption, column)
    if any(table.hidden for table in standing):
        yield paragraph(
            _(
                "A number of one to four submissions is shown as “fewer than 5”, so that nobody is"
                " counted one by one. Where the total would give it away, another number is hidden"
                " with it. For the same reason the tables begin with the close, and change once a"
                " day at most."
            ),
            quiet=True,
        )


def _table(table: Published, part: str, caption: str, column: str) -> Iterator[Block]:
    bars = tuple(
        Bar(name_of(part, cell.key), cell.count) for cell in table.cells if cell.count is not None
    )
    if table.hidden:
        bars += (Bar(_("Not shown, together"), table.together),)
    if len(bars) > 1:
        said = "; ".join(f"{bar.name}: {number_text(bar.value)}" for bar in bars)
        yield Chart(caption, said, bars, beside=True)
    rows = [(name_of(part, cell.key), _shown(cell)) for cell in table.cells]
    if table.hidden:
        rows.append((_("Not shown, together"), table.together))
    rows.append((_("Together"), table.total))
    counted = _("as written down by the end of %(day)s", day=day_text(table.until))
    yield Table(f"{caption}, {counted}", (column, _("Submissions")), tuple(rows), sheet=column)


def _shown(cell: Cell) -> str | int:
    if cell.count is not None:
        return cell.count
    return _("fewer than 5") if cell.few else _("not shown")


def _organisations(took_part: TookPart, counted: Participation) -> str:
    """Their number, where it says nothing about a kind of participant that is hidden."""
    table = took_part.respondent
    if counted.organisations < THRESHOLD or table is None or table.hidden & set(ORGANISED):
        return ""
    return ngettext(
        "%(num)s organisation among them.",
        "%(num)s organisations among them.",
        counted.organisations,
    )


def _clauses(found: OnClauses) -> Iterator[Block]:
    if not found.rows:
        return
    rows = [
        (row.clause.label if row.clause else _("The whole text"), row.comments)
        for row in found.rows
    ]
    if found.others:
        more = ngettext("%(num)s more clause", "%(num)s more clauses", found.others)
        rows.append((more, found.in_others))
    yield Table(
        _("What the comments are on (those that can be read, without replies)"),
        (_("Clause"), _("Comments")),
        tuple(rows),
        sheet=_("Clauses"),
    )


def _sums(took_part: TookPart, found: Numbers) -> Iterator[Block]:
    for part, caption, column in (
        ("language", _("Points by language"), _("Language")),
        ("channel", _("Points by way of arrival"), _("Way of arrival")),
    ):
        shown, others = split(took_part, found, part)
        if not shown:
            continue
        rows = [_row(name_of(part, code), made) for code, made in shown]
        if others is not None:
            rows.append(_row(_("Not shown one by one"), others))
        yield Table(
            caption,
            (column, _("Points received"), *(_(word) for word in SUM_NAMES.values())),
            (*rows, _row(_("Together"), found.sum)),
            sheet=caption,
        )


def split(
    took_part: TookPart, found: Numbers, part: str
) -> tuple[list[tuple[str, Sum]], Sum | None]:
    """Points by language or channel: those of kinds whose number of submissions is told, and the sum
    of the others; a row of points would tell how few submissions are behind it."""
    by = found.by(part)
    shown = [(code, made) for code, made in by if took_part.shows(part, code)]
    hidden = [made for code, made in by if not took_part.shows(part, code)]
    return shown, (sum(hidden, start=Sum()) if hidden else None)


def _row(name: str, made: Sum) -> tuple[str | int, ...]:
    return (name, made.received, *(getattr(made, part) for part in SUM_NAMES))


def numbers_by(took_part: TookPart, found: Numbers) -> dict[str, Any]:
    """The same by code, for programs."""
    said: dict[str, Any] = {}
    for part in ("language", "channel"):
        shown, others = split(took_part, found, part)
        said[f"points_by_{part}"] = {code: sum_by_name(made) for code, made in shown}
        said[f"points_by_{part}_not_shown"] = sum_by_name(others) if others else None
    for part in PARTS:
        table: Published | None = getattr(took_part, part)
        said[f"submissions_by_{part}"] = table and {
            "until": table.until.isoformat(),
            "total": table.total,
            "shown": table.shown,
            "fewer_than_5": [cell.key for cell in table.cells if cell.few],
            "not_shown": [c.key for c in table.cells if c.count is None and not c.few],
            "not_shown_together": table.together,
        }
    return said


def sum_by_name(made: Sum) -> dict[str, int]:
    return {"received": made.received, **{name: getattr(made, name) for name in SUM_NAMES}}
