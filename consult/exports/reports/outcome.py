"""Theme by theme: what was said, in people's words, and what was answered; campaigns."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from consult.answers.outcome import Chosen, Given, Section, outcome
from consult.answers.queries import AnswerRow
from consult.exports.reports.blocks import (
    STRONG,
    Block,
    Cell,
    Heading,
    Items,
    Paragraph,
    Quote,
    Run,
    Table,
    paragraph,
)
from consult.exports.reports.redline import cut
from consult.exports.reports.words import DISPOSITION_NAMES
from consult.kernel.i18n import choose, day_text, ngettext, number_text
from consult.kernel.i18n import gettext as _
from consult.themes import campaign_queries
from consult.themes.models import ACCEPTED
from consult.themes.quote_queries import Quote as Said

# A consultation has a few dozen themes; a thousand are more than any has.
MOST_THEMES = 1_000
LONGEST_QUOTE = 600


def told(session: Session, consultation_id: int, site: str) -> Iterator[Block]:
    """What was said and answered."""
    yield Heading(2, _("What you said, what we answer"))
    found = outcome(session, consultation_id, Chosen(), size=MOST_THEMES)
    if not found.sections:
        yield paragraph(_("Nothing has been answered yet."))
        return
    for section in found.sections:
        yield from _section(section, site)
    yield _table(found.sections)


def _section(section: Section, site: str) -> Iterator[Block]:
    code, title = choose(section.theme.theme.title) if section.theme else ("", _("Without a theme"))
    yield Heading(3, title, code)
    counted = ngettext("%(num)s point", "%(num)s points", section.points)
    if section.campaigns:
        counted += ", " + ngettext(
            "%(num)s campaign among them", "%(num)s campaigns among them", section.campaigns
        )
    yield paragraph(counted)
    for said in section.quotes:
        yield quote(said, site)
    for given in section.answers:
        yield from _given(given)
    if section.single:
        yield paragraph(
            ngettext(
                "%(num)s point was answered by itself:",
                "%(num)s points were answered one by one:",
                section.single.total(),
            )
        )
        yield Items(
            tuple(
                (Run(f"{_(DISPOSITION_NAMES[kind])}: {number_text(count)}"),)
                for kind, count in sorted(section.single.items())
            )
        )


def quote(said: Said, site: str) -> Quote:
    return Quote(
        cut(said.text, LONGEST_QUOTE),
        said.language,
        _("Comment no. %(seq)s", seq=said.seq),
        f"{site}/comments/{said.comment_id}",
    )


def _given(given: Given) -> Iterator[Block]:
    answer = given.answer
    yield Paragraph(
        (
            Run(_(DISPOSITION_NAMES[answer.disposition]), STRONG),
            Run(" – " + ngettext("to %(num)s point", "to %(num)s points", given.points)),
            Run(", " + _("campaign") if answer.target == "campaign" else ""),
        )
    )
    code, reason = choose(answer.reason)
    for line in reason.split("\n"):
        if line.strip():
            yield paragraph(line, language=code)
    if answer.unchanged:
        code, why = choose(answer.unchanged)
        yield Paragraph((Run(_("Why the text stays as it is:") + " "), Run(why, language=code)))
    body_code, body = choose(answer.body)
    yield Paragraph(
        (
            Run(body, language=body_code),
            Run(f", {day_text(answer.decided_at)}. "),
            Run("" if answer.unchanged else _consequence(answer)),
        ),
        quiet=True,
    )


def _consequence(answer: AnswerRow) -> str:
    if answer.change_follows:
        return _("A change of the text follows with its next version.")
    if not answer.edits:
        return _("Nothing changed in the text because of this.")
    clauses = dict.fromkeys(row.clause.label for row in answer.edits)
    return _("Changed: %(clauses)s", clauses=", ".join(clauses))


def _table(sections: list[Section]) -> Table:
    """The same as rows, for a workbook."""
    rows: list[tuple[Cell, ...]] = []
    for section in sections:
        title = choose(section.theme.theme.title)[1] if section.theme else _("Without a theme")
        rows += [
            (
                title,
                _("campaign") if given.answer.target == "campaign" else _("theme"),
                _(DISPOSITION_NAMES[given.answer.disposition]),
                given.points,
                choose(given.answer.reason)[1],
                choose(given.answer.body)[1],
                ", ".join(dict.fromkeys(row.clause.label for row in given.answer.edits)),
            )
            for given in section.answers
        ]
        rows += [
            (title, _("point by point"), _(DISPOSITION_NAMES[code]), count, "", "", "")
            for code, count in sorted(section.single.items())
        ]
    return Table(
        _("Answers by theme"),
        (
            _("Theme"),
            _("Answer to"),
            _("Answer"),
            _("Points"),
            _("Reason"),
            _("Body"),
            _("Changed"),
        ),
        tuple(rows),
        sheet=_("Themes"),
        only_data=True,
    )


def campaigns_told(session: Session, consultation_id: int, address: str) -> Iterator[Block]:
    """Each template once, with its number; two that say the opposite are never added together."""
    found = campaign_queries.campaigns(session, consultation_id, states=(ACCEPTED,))
    if not found:
        return
    yield Heading(2, _("Campaigns"))
    yield paragraph(
        _(
            "Points with nearly the same words count one by one, and are shown once. What people"
            " added themselves is a point of its own."
        )
    )
    counting = f"{address}/campaigns"
    yield Paragraph(
        (Run(_("How letters of a campaign are counted") + ": "), Run(counting, link=counting))
    )
    opposite_of = campaign_queries.opposites(found)
    yield Table(
        _("Campaigns"),
        (_("Campaign"), _("Points"), _("Says the opposite of"), _("Wording")),
        tuple(
            (
                choose(row.campaign.title)[1] or str(row.campaign.id),
                row.campaign.points,
                ", ".join(
                    choose(turned.campaign.title)[1] or str(turned.campaign.id)
                    for turned in opposite_of[row.campaign.id]
                ),
                cut(row.text, LONGEST_QUOTE),
            )
            for row in found
        ),
        sheet=_("Campaigns"),
    )
