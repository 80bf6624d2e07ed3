"""An export as text, piece by piece, so that a million comments need no more memory than one."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

from sqlalchemy.orm import Session

from consult.answers.milestones.queries import of_consultation as promised_after
from consult.consultations.models import Consultation
from consult.exports.frame import Frame, frame, text
from consult.exports.records import CommentRecord, PointRecord, comments
from consult.kernel.clock import last_day, luxembourg_date
from consult.kernel.i18n import LANGUAGES, choose
from consult.kernel.sheets import safe_cell
from consult.opinions.queries import Counts

FORMATS = ("csv", "json")

COLUMNS = (
    "comment",
    "state",
    "received_on",
    "late",
    "language",
    "channel",
    "respondent",
    "organisation",
    "register_number",
    "declared_interest",
    "clause",
    "reply_to",
    "point",
    "text",
    "theme",
    "theme_set_by",
    "campaign",
    "answer",
    *(f"reason_{code}" for code in LANGUAGES),
    # Why the text stays as it is although the answer accepts.
    *(f"why_unchanged_{code}" for code in LANGUAGES),
    "answered_by",
    "answered_on",
    "changed_text",
    "changes",
    # The words that the comment proposes for its clause; none for the clause to go.
    "proposes",
    "proposed_text",
    "proposed_on_version",
    "taken",
    "taken_into_version",
    # What others say about the comment: persons by account, and visits without one.
    "agree",
    "disagree",
    "pass",
    "visits_agree",
    "visits_disagree",
    "visits_pass",
)


def export(session: Session, consultation: Consultation, form: str) -> Iterator[str]:
    """The public data of a consultation in one of FORMATS."""
    facts = frame(session, consultation)
    # What stands around the comments is read once: the rollbacks between portions of comments
    # would otherwise let each theme and change be read again.
    session.expunge_all()
    if form == "csv":
        return _csv(session, facts)
    return _json(session, facts)


def safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return safe_cell(cell) if isinstance(cell, str) else cell


def _csv(session: Session, facts: Frame) -> Iterator[str]:
    """One row a point; a comment without points keeps a row of its own."""
    # Without this mark spreadsheets take UTF-8 for something else.
    yield "\ufeff" + _row(COLUMNS)
    for comment in comments(session, facts.consultation.id):
        points: list[PointRecord | None] = [*comment.points] or [None]
        for point in points:
            yield _row([safe(cell) for cell in _cells(facts, comment, point)])


def _cells(facts: Frame, comment: CommentRecord, point: PointRecord | None) -> list[object]:
    answer = facts.answers.get(point.answer_id or 0) if point else None
    theme = facts.themes.get(point.theme_id or 0) if point else None
    campaign = facts.campaigns.get(point.campaign_id or 0) if point else None
    published = facts.published.get(point.published_with or 0) if point else None
    reason = answer.reason if answer else {}
    unchanged = (answer.unchanged or {}) if answer else {}
    return [
        comment.number,
        comment.state,
        luxembourg_date(comment.received_at).isoformat(),
        int(comment.late),
        comment.language,
        comment.channel,
        comment.respondent,
        comment.organisation,
        comment.register_number,
        comment.declared_interest,
        comment.clause or "",
        comment.reply_to or "",
        point.id if point else "",
        point.text if point else comment.text,
        choose(theme.title)[1] if theme else "",
        (point.theme_by or "") if point and theme else "",
        (choose(campaign.title)[1] or campaign.id) if campaign else "",
        answer.disposition if answer else "",
        *(reason.get(code, "") for code in LANGUAGES),
        *(unchanged.get(code, "") for code in LANGUAGES),
        choose(answer.body)[1] if answer else "",
        luxembourg_date(published).isoformat() if published else "",
        int(point.changed_text) if point and answer else "",
        " ".join(str(row.edit.id) for row in answer.edits) if answer else "",
        _proposes(comment) or "",
        comment.proposed or "",
        comment.proposed_on or "",
        comment.taken.stands if comment.taken else "",
        comment.taken.version if comment.taken else "",
        *(astuple(comment.stances) if comment.stances else [""] * 6),
    ]


def _proposes(comment: CommentRecord) -> str | None:
    """ "words" or "deletion", of the clause that the comment is about."""
    if comment.proposed is None:
        return None
    return "words" if comment.proposed else "deletion"


def _row(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _json(session: Session, facts: Frame) -> Iterator[str]:
    head = {
        "consultation": _consultation(facts.consultation),
        **text(session, facts.consultation),
        "themes": [
            {"id": t.id, "title": t.title, "description": t.description, "parent": t.parent_id}
            for t in facts.themes.values()
        ],
        "promises": [
            {
                "id": row.id,
                "promised": row.title,
                "steps": [
                    {
                        "state": step.state,
                        "on": luxembourg_date(step.set_at).isoformat(),
                        "due": last_day(step.due_at).isoformat() if step.due_at else None,
                        "reason": step.note,
                        "act": step.eli,
                    }
                    for step in row.steps
                ],
            }
            for row in promised_after(session, facts.consultation.id)
        ],
        "second_reading": _measured(facts),
        "campaigns": [
            {
                "id": c.id,
                "title": c.title,
                "points": c.points,
                # Only accepted campaigns are public.
                "opposite_of": c.variant_of_id if c.variant_of_id in facts.campaigns else None,
            }
            for c in facts.campaigns.values()
        ],
        "answers": [
            {
                "id": a.id,
                "answer": a.disposition,
                "reason": a.reason,
                "why_unchanged": a.unchanged,
                "body": a.body,
                "decided_on": luxembourg_date(a.decided_at).isoformat(),
                "replaces": a.corrects_id,
                "changes": [row.edit.id for row in a.edits],
            }
            for a in facts.answers.values()
        ],
    }
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "comments": ['
    separator = "\n  "
    for comment in comments(session, facts.consultation.id):
        yield separator + json.dumps(_comment(facts, comment), ensure_ascii=False)
        separator = ",\n  "
    yield "\n ]\n}\n"


def _measured(facts: Frame) -> dict[str, Any] | None:
    """What a second reading measured, with what is needed to draw its points again."""
    found = facts.measured
    if found is None:
        return None
    figures = found.figures.stored()
    return {
        "analysis": found.run_id,
        "ended_on": luxembourg_date(found.ended_at).isoformat(),
        "drawn": found.size,
        "among": found.among,
        "seed": found.seed,
        "read": figures["read"],
        "machine_wrong": figures["wrong"],
        "kappa_machine_and_person": figures["program"],
        "kappa_two_people": figures["people"],
        # Only accepted themes are public.
        "themes": [
            {**row, "confused": row["confused"] if row["confused"] in facts.themes else None}
            for row in figures["themes"]
            if row["theme"] in facts.themes
        ],
    }


def _consultation(consultation: Consultation) -> dict[str, Any]:
    dates = ("announced_at", "opens_at", "closes_at", "answer_due_at", "outcome_completed_at")
    return {
        "slug": consultation.slug,
        "title": consultation.title,
        "summary": consultation.summary,
        "languages": consultation.languages,
        **{
            name: instant.isoformat() if (instant := getattr(consultation, name)) else None
            for name in dates
        },
    }


def _comment(facts: Frame, comment: CommentRecord) -> dict[str, Any]:
    return {
        "number": comment.number,
        "state": comment.state,
        "received_on": luxembourg_date(comment.received_at).isoformat(),
        "late": comment.late,
        "language": comment.language,
        "channel": comment.channel,
        "respondent": comment.respondent or None,
        "organisation": comment.organisation or None,
        "register_number": comment.register_number or None,
        "declared_interest": comment.declared_interest or None,
        "clause": comment.clause,
        "reply_to": comment.reply_to,
        "text": comment.text,
        "proposal": {
            "proposes": _proposes(comment),
            "text": comment.proposed,
            "on_version": comment.proposed_on,
            "taken": comment.taken.stands if comment.taken else None,
            "taken_into_version": comment.taken.version if comment.taken else None,
        }
        if comment.proposed is not None
        else None,
        "stances": _stances(comment.stances) if comment.stances else None,
        "points": [_point(facts, point) for point in comment.points],
    }


def _stances(said: Counts) -> dict[str, dict[str, int]]:
    return {
        "persons": {"agree": said.agree, "disagree": said.disagree, "pass": said.passed},
        "visits": {
            "agree": said.visit_agree,
            "disagree": said.visit_disagree,
            "pass": said.visit_passed,
        },
    }


def _point(facts: Frame, point: PointRecord) -> dict[str, Any]:
    published = facts.published.get(point.published_with or 0)
    theme = point.theme_id if point.theme_id in facts.themes else None
    return {
        "id": point.id,
        "text": point.text,
        "theme": theme,
        "theme_set_by": point.theme_by if theme else None,
        "campaign": point.campaign_id,
        "answer": point.answer_id,
        "answered_on": luxembourg_date(published).isoformat() if published else None,
        "changed_text": point.changed_text if point.answer_id else None,
    }
