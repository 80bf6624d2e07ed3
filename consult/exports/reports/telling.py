"""The report of a consultation in one language, read at one moment.

It holds only what everybody may read: numbers, published answers and changes, and words of comments
that can be read. So a file of it may be given to anybody.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.exports.reports import changes, figures, method, moderated, outcome
from consult.exports.reports.blocks import (
    STRONG,
    Bar,
    Block,
    Chart,
    Heading,
    Paragraph,
    Report,
    Run,
    Table,
    paragraph,
)
from consult.exports.reports.figures import Numbers, Participation, Sum
from consult.exports.reports.who import numbers_by, sum_by_name, who_told
from consult.exports.reports.words import DISPOSITION_NAMES, SUM_NAMES
from consult.kernel.i18n import (
    choose,
    day_text,
    last_day_text,
    ngettext,
    number_text,
    speaking,
    time_text,
)
from consult.kernel.i18n import gettext as _
from consult.submissions.participation import queries as participation


def tell(
    session: Session, consultation: Consultation, language: str, *, site: str, now: datetime
) -> Report:
    """The report; `site` is the address of ours that it names."""
    with speaking(language):
        return _tell(session, consultation, language, site, now)


def _tell(
    session: Session, consultation: Consultation, language: str, site: str, now: datetime
) -> Report:
    found = figures.numbers(session, consultation.id)
    took_part = figures.participation(session, consultation.id)
    answers = figures.dispositions(session, consultation.id)
    shown = participation.took_part(session, consultation, now)
    on_clauses = participation.on_clauses(session, consultation.id, language)
    address = f"{site}/consultations/{consultation.slug}"
    blocks: list[Block] = [
        *_opening(consultation, address, now),
        *_short(found, took_part),
        *_answers(answers),
        *who_told(shown, on_clauses, took_part, found),
        *method.method_told(session, consultation.id, address),
        *outcome.told(session, consultation.id, site),
        *changes.told(session, consultation.id, address, site),
        *outcome.campaigns_told(session, consultation.id, address),
        *moderated.moderated_told(session, consultation.id),
        *_about(address),
    ]
    return Report(
        slug=consultation.slug,
        language=language,
        title=_("Report: %(title)s", title=choose(consultation.title)[1]),
        body=choose(consultations.lead_body(session, consultation.id).name)[1],
        address=address,
        at=now,
        last_comment=figures.last_comment(session, consultation.id),
        blocks=tuple(blocks),
        numbers={
            **_numbers(found, took_part, answers),
            **numbers_by(shown, found),
            **method.numbers(session, consultation.id),
            **moderated.numbers(session, consultation.id),
        },
    )


def _opening(consultation: Consultation, address: str, now: datetime) -> Iterator[Block]:
    yield paragraph(_("As of %(time)s.", time=time_text(now)), quiet=True)
    code, summary = choose(consultation.summary)
    if summary:
        yield paragraph(summary, language=code)
    dates = []
    if consultation.opens_at and consultation.closes_at:
        dates.append(
            _(
                "Comments were taken from %(first)s to %(last)s.",
                first=day_text(consultation.opens_at),
                last=last_day_text(consultation.closes_at),
            )
        )
    if consultation.answer_due_at:
        day = last_day_text(consultation.first_answer_due_at or consultation.answer_due_at)
        dates.append(_("The answer was promised by %(day)s.", day=day))
    if consultation.outcome_completed_at:
        day = day_text(consultation.outcome_completed_at)
        dates.append(_("Every point was answered by %(day)s.", day=day))
    yield Paragraph((Run(" ".join([*dates, ""])), Run(address, link=address)))


def sum_line(made: Sum) -> str:
    """The line that proves that nothing was lost."""
    return _(
        "%(received)s points received = %(answered)s answered + %(withdrawn)s withdrawn"
        " + %(removed)s removed + %(open)s open",
        **{
            name: number_text(getattr(made, name))
            for name in ("received", "answered", "withdrawn", "removed", "open")
        },
    )


def _short(found: Numbers, took_part: Participation) -> Iterator[Block]:
    made = found.sum
    yield Heading(2, _("In short"))
    yield paragraph(
        " ".join(
            [
                ngettext(
                    "%(num)s submission was received.",
                    "%(num)s submissions were received.",
                    took_part.submissions,
                ),
                _("A point is a passage that says one thing; each is owed an answer."),
            ]
        )
    )
    yield Paragraph((Run(sum_line(made), STRONG),))
    if made.received:
        bars = tuple(Bar(_(SUM_NAMES[name]), getattr(made, name)) for name in SUM_NAMES)
        alternative = "; ".join(f"{bar.name}: {number_text(bar.value)}" for bar in bars)
        yield Chart(_("What became of the points"), alternative, bars)
    if found.late:
        yield paragraph(
            ngettext(
                "%(num)s more point came after the close and was not admitted: the published rule"
                " on late comments is its answer.",
                "%(num)s more points came after the close and were not admitted: the published"
                " rule on late comments is their answer.",
                found.late,
            )
        )
    if found.replies:
        yield paragraph(
            ngettext(
                "%(num)s reply between participants asks nothing of the body: the answer to the"
                " comment above it stands for it.",
                "%(num)s replies between participants ask nothing of the body: the answer to the"
                " comment above them stands for them.",
                found.replies,
            )
        )


def _answers(answers: Any) -> Iterator[Block]:
    if not answers:
        return
    yield Table(
        _("Answers given"),
        (_("Answer"), _("Points")),
        tuple(
            (_(name), answers[code]) for code, name in DISPOSITION_NAMES.items() if answers[code]
        ),
        sheet=_("Answers"),
    )


def _about(address: str) -> Iterator[Block]:
    yield Heading(2, _("About this report"))
    yield paragraph(
        _(
            "It was written by the platform from its own records, at the moment that stands at its"
            " head. It names nobody who took part as a person, and holds no words that were"
            " removed, withdrawn or held back."
        )
    )
    data = f"{address}/export.csv"
    yield Paragraph((Run(_("Every comment as open data:") + " "), Run(data, link=data)))


def _numbers(found: Numbers, took_part: Participation, answers: Any) -> dict[str, Any]:
    return {
        "submissions": took_part.submissions,
        "comments": took_part.comments,
        "points": sum_by_name(found.sum),
        "points_late_not_admitted": found.late,
        "replies_not_addressed": found.replies,
        "answers": dict(answers),
    }
