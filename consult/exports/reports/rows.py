"""Every point as a row in the words of one language, and the CSV file of them."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.exports.frame import Frame, frame
from consult.exports.records import CommentRecord, PointRecord, comments
from consult.exports.reports.words import DISPOSITION_NAMES, STATE_NAMES
from consult.kernel.clock import luxembourg_date
from consult.kernel.i18n import LANGUAGE_NAMES, choose
from consult.kernel.i18n import gettext as _
from consult.kernel.sheets import csv_lines
from consult.submissions.participation.words import CHANNEL_NAMES, RESPONDENT_NAMES


def header() -> list[str]:
    return [
        _("Comment no."),
        _("State"),
        _("Received on"),
        _("After the close"),
        _("Language"),
        _("Way of arrival"),
        _("Participants"),
        _("Organisation"),
        _("Register number"),
        _("Declared interest"),
        _("Clause"),
        _("Reply to"),
        _("Point"),
        _("Words"),
        _("Theme"),
        _("Theme given by"),
        _("Campaign"),
        _("Answer"),
        _("Reason"),
        _("Body"),
        _("Answered on"),
        _("Changed the text"),
    ]


def rows(session: Session, consultation: Consultation, last: int) -> Iterator[list[str | int]]:
    """One row a point, up to the comment with number `last`; one without points keeps a row.

    All within the caller's snapshot. Words only where everybody can read them.
    """
    facts = frame(session, consultation)
    for comment in comments(session, consultation.id, within=True):
        if comment.number > last:
            return
        points: list[PointRecord | None] = [*comment.points] or [None]
        for point in points:
            yield _cells(facts, comment, point)


def _cells(facts: Frame, comment: CommentRecord, point: PointRecord | None) -> list[str | int]:
    respondent = RESPONDENT_NAMES.get(comment.respondent, "")
    return [
        comment.number,
        _(STATE_NAMES[comment.state]),
        luxembourg_date(comment.received_at).isoformat(),
        _("yes") if comment.late else _("no"),
        LANGUAGE_NAMES.get(comment.language, comment.language),
        _(CHANNEL_NAMES.get(comment.channel, comment.channel)),
        _(respondent) if respondent else "",
        comment.organisation,
        comment.register_number,
        comment.declared_interest,
        comment.clause or "",
        comment.reply_to or "",
        *(_of_point(facts, point) if point else [""] * 10),
    ]


def _of_point(facts: Frame, point: PointRecord) -> list[str | int]:
    answer = facts.answers.get(point.answer_id or 0)
    theme = facts.themes.get(point.theme_id or 0)
    campaign = facts.campaigns.get(point.campaign_id or 0)
    published = facts.published.get(point.published_with or 0)
    by = {"person": _("a person"), "machine": _("the program")}
    return [
        point.id,
        point.text,
        choose(theme.title)[1] if theme else "",
        by.get(point.theme_by or "", "") if theme else "",
        (choose(campaign.title)[1] or str(campaign.id)) if campaign else "",
        _(DISPOSITION_NAMES[answer.disposition]) if answer else "",
        choose(answer.reason)[1] if answer else "",
        choose(answer.body)[1] if answer else "",
        luxembourg_date(published).isoformat() if published else "",
        (_("yes") if point.changed_text else _("no")) if answer else "",
    ]


def lines(session: Session, consultation: Consultation, last: int) -> Iterator[str]:
    """The CSV file, line by line."""

    def everything() -> Iterator[list[str | int]]:
        yield list(header())
        yield from rows(session, consultation, last)

    return csv_lines(everything())
