"""How the comments were grouped and how wrong that may be, in sentences and in figures."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from consult.exports.reports.blocks import Block, Heading, Paragraph, Run, Table, paragraph
from consult.kernel.i18n import choose, number_text, percent_text
from consult.kernel.i18n import gettext as _
from consult.themes import card, run_queries
from consult.themes.models import ACCEPTED
from consult.themes.queries import ThemeRow, themes_with_sizes
from consult.themes.reading import queries as readings
from consult.themes.reading.agreement import Kappa, Share
from consult.themes.reading.queries import Measured


def method_told(session: Session, consultation_id: int, address: str) -> Iterator[Block]:
    """The method card, and what a second reading measured."""
    yield Heading(2, _("How the comments were grouped, and how wrong that may be"))
    run = run_queries.current(session, consultation_id)
    measured = readings.measured(session, consultation_id)
    if run is None or not run.card:
        yield paragraph(_("No machine took part: people read and grouped the comments."))
    else:
        read = card.read(run.card)
        counts = measured is not None and measured.figures.wrong is not None
        for sentence in read.sentences(not (counts and measured and measured.run_id == run.id)):
            yield paragraph(sentence)
        yield paragraph(
            _("Themes were proposed by the program and accepted or changed by officials.")
        )
        counting = f"{address}/campaigns"
        yield Paragraph(
            (Run(_("How letters of a campaign are counted") + ": "), Run(counting, link=counting))
        )
        yield Table(
            _("Method card"),
            (_("Particular"), _("Value")),
            tuple(read.figures()),
            sheet=_("Method"),
        )
    if measured is not None:
        themes = themes_with_sizes(session, consultation_id, states=(ACCEPTED,))
        yield from _second_reading(measured, themes)


def _second_reading(measured: Measured, themes: Sequence[ThemeRow]) -> Iterator[Block]:
    yield Heading(3, _("Second reading: how far people and the program agree"))
    if measured.error_rate:
        yield paragraph(measured.error_rate)
    figures = measured.figures
    sample = _(
        "%(read)s of %(size)s points, drawn by lot from %(among)s (seed %(seed)s)",
        read=number_text(figures.read),
        size=number_text(measured.size),
        among=number_text(measured.among),
        seed=measured.seed,
    )
    yield Table(
        _("The sample"),
        (_("Particular"), _("Value")),
        (
            (_("Read a second time"), sample),
            (_("Program wrong, by people"), _share(figures.wrong)),
            (_("Kappa, program and person"), _kappa(figures.program)),
            (_("Kappa, two people"), _kappa(figures.people)),
        ),
        sheet=_("Second reading"),
    )
    titles = {row.theme.id: choose(row.theme.title)[1] for row in themes}
    rows = tuple(
        (titles[row.theme], row.first, row.second, row.both, _kappa(row.kappa), _share(row.wrong))
        for row in figures.themes
        if row.theme in titles
    )
    if rows:
        yield Table(
            _("Agreement by theme"),
            (
                _("Theme"),
                _("First reading"),
                _("Second"),
                _("Both"),
                _("Kappa and its interval"),
                _("Program wrong"),
            ),
            rows,
            sheet=_("Agreement by theme"),
        )
    yield paragraph(
        _(
            "Kappa is agreement beyond chance: 1 is complete, 0 is as by lot (Cohen 1960; interval by"
            " Fleiss, Cohen and Everitt 1969; of shares by Wilson 1927). The intervals hold in 95 of"
            " 100 such samples. Of a theme with fewer than ten points in the sample nothing is said."
        ),
        quiet=True,
    )


def _kappa(kappa: Kappa | None) -> str:
    if kappa is None:
        return _("too few to say")
    value, low, high = (number_text(round(end, 2)) for end in (kappa.value, kappa.low, kappa.high))
    return f"{value} ({low} – {high})"


def _share(share: Share | None) -> str:
    if share is None:
        return _("too few to say")
    return f"{percent_text(share.share)} ({percent_text(share.low)} – {percent_text(share.high)})"


def numbers(session: Session, consultation_id: int) -> dict[str, Any]:
    """The same for programs."""
    measured = readings.measured(session, consultation_id)
    if measured is None:
        return {"second_reading": None}
    return {
        "second_reading": {
            "run": measured.run_id,
            "ended_on": measured.ended_at.date().isoformat(),
            "seed": measured.seed,
            "size": measured.size,
            "among": measured.among,
            **measured.figures.stored(),
        }
    }
