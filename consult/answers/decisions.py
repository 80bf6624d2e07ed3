"""Deciding what a theme, a campaign or a single point is answered.

An answer is never updated. A change is a new answer that corrects the newest of its chain, so
two people who decide at once cannot overwrite each other: the second is told.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity import log
from consult.answers import consequences, heads
from consult.answers.errors import AnsweredMeanwhileError, AnswerError, BeingPublishedError
from consult.answers.models import DISPOSITIONS, Answer, AnswerEdit, AnswerTarget, Selection
from consult.consultations import counters
from consult.consultations.models import Consultation, ConsultationBody
from consult.drafts.models import Draft, Edit, Version
from consult.kernel import release
from consult.kernel.actor import Actor
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import LANGUAGES, mark
from consult.kernel.markup import tidy
from consult.submissions.models import HELD, PUBLISHED, Comment, Point
from consult.themes import dividing
from consult.themes.models import ACCEPTED, Campaign, Theme

PUBLICATION = "publication"
SELECTION = "selection"
LONGEST_REASON = 20_000


@dataclass(frozen=True)
class ThemeTarget:
    theme_id: int


@dataclass(frozen=True)
class CampaignTarget:
    campaign_id: int


@dataclass(frozen=True)
class PointTarget:
    point_id: int


@dataclass(frozen=True)
class SelectionTarget:
    selection_id: int


Target = ThemeTarget | CampaignTarget | PointTarget | SelectionTarget


def reference(consultation_id: int) -> str:
    """How the release and the job of a publication name their consultation."""
    return f"consultation:{consultation_id}"


def thing(target: Target) -> str:
    """The target as the activity log and addresses name it, such as "theme:4"."""
    match target:
        case ThemeTarget(number):
            return f"theme:{number}"
        case CampaignTarget(number):
            return f"campaign:{number}"
        case PointTarget(number):
            return f"point:{number}"
        case SelectionTarget(number):
            return f"selection:{number}"


def decide(
    session: Session,
    consultation: Consultation,
    *,
    target: Target,
    disposition: str,
    reason: Mapping[str, str],
    unchanged: Mapping[str, str] | None = None,
    edit_ids: Collection[int] = (),
    body_id: int,
    actor: Actor,
    now: datetime,
    corrects: int | None = None,
) -> Answer:
    """Answer `target`. Nothing is public before it is published.

    `unchanged` says why the text stays as it is although the answer accepts. `corrects` is the
    newest answer that the person saw; none if there was none. Raises
    AnsweredMeanwhileError if that is no longer so, BeingPublishedError while a publication is
    being prepared, NotFoundError for a target of elsewhere, and AnswerError for the rest.
    """
    stand_still(session, consultation.id)
    _check_target(session, consultation, target)
    newest = heads.newest(session, target_column(target))
    if (newest.id if newest else None) != corrects:
        raise AnsweredMeanwhileError
    words = check_reason(disposition, reason)
    why_not = consequences.stated(disposition, unchanged or {}, edit_ids)
    _check_body(session, consultation, body_id)
    edits = _edits(session, consultation, edit_ids)
    answer = Answer(
        consultation_id=consultation.id,
        body_id=body_id,
        disposition=disposition,
        reason=words,
        unchanged=why_not,
        author_id=actor.user_id,
        decided_at=now,
        corrects_id=corrects,
        first_id=(newest.first_id or newest.id) if newest else None,
    )
    session.add(answer)
    session.flush()
    session.add(_target_row(answer, target))
    if isinstance(target, PointTarget):
        dividing.keep(session, [target.point_id], actor)
    session.add_all(AnswerEdit(answer_id=answer.id, edit_id=edit) for edit in edits)
    counters.decided(session, consultation.id)
    _log(session, answer, target, edits=edits, actor=actor)
    session.flush()
    return answer


def stand_still(session: Session, consultation_id: int) -> None:
    """Keep other deciders and publications away until this act ends."""
    counters.hold(session, consultation_id)
    about = reference(consultation_id)
    if release.preparing(session, kind=PUBLICATION, reference=about) is not None:
        raise BeingPublishedError


def _log(
    session: Session,
    answer: Answer,
    target: Target,
    *,
    edits: Collection[int],
    actor: Actor,
) -> None:
    log.record(
        session,
        actor=actor.reference,
        act="answer:decided" if answer.corrects_id is None else "answer:corrected",
        thing=thing(target),
        now=answer.decided_at,
        consultation=answer.consultation_id,
        answer=answer.id,
        disposition=answer.disposition,
        edits=len(edits),
    )


def target_column(target: Target) -> heads.Wanted:
    """The column of `answer_target` that names this target, and its value."""
    match target:
        case ThemeTarget(number):
            return AnswerTarget.theme_id, number
        case CampaignTarget(number):
            return AnswerTarget.campaign_id, number
        case PointTarget(number):
            return AnswerTarget.point_id, number
        case SelectionTarget(number):
            return AnswerTarget.selection_id, number


def _target_row(answer: Answer, target: Target) -> AnswerTarget:
    return AnswerTarget(
        answer_id=answer.id,
        theme_id=target.theme_id if isinstance(target, ThemeTarget) else None,
        campaign_id=target.campaign_id if isinstance(target, CampaignTarget) else None,
        point_id=target.point_id if isinstance(target, PointTarget) else None,
        selection_id=target.selection_id if isinstance(target, SelectionTarget) else None,
        first=answer.corrects_id is None,
    )


def _check_target(session: Session, consultation: Consultation, target: Target) -> None:
    match target:
        case ThemeTarget(number):
            theme = session.get(Theme, number)
            if theme is None or theme.consultation_id != consultation.id:
                raise NotFoundError
            if theme.state != ACCEPTED:
                raise AnswerError(mark("Only a theme that people have accepted can be answered."))
        case CampaignTarget(number):
            campaign = session.get(Campaign, number)
            if campaign is None or campaign.consultation_id != consultation.id:
                raise NotFoundError
            if campaign.state != ACCEPTED:
                raise AnswerError(
                    mark("Only a campaign that people have accepted can be answered.")
                )
        case SelectionTarget(number):
            selection = session.get(Selection, number)
            if selection is None or selection.consultation_id != consultation.id:
                raise NotFoundError
        case PointTarget(number):
            _check_point(session, consultation, number)


def _check_point(session: Session, consultation: Consultation, number: int) -> None:
    row = session.execute(
        select(Point.retired_at, Comment.state)
        .join(Comment, Comment.id == Point.comment_id)
        .where(Point.id == number, Point.consultation_id == consultation.id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.retired_at is not None or row.state not in {PUBLISHED, HELD}:
        raise AnswerError(
            mark("This point no longer stands: its comment was corrected or taken back.")
        )


def check(
    session: Session,
    consultation: Consultation,
    *,
    disposition: str,
    reason: Mapping[str, str],
    unchanged: Mapping[str, str] | None = None,
    edit_ids: Collection[int],
    body_id: int,
) -> None:
    """Raise AnswerError for what `decide` would refuse, before it is asked to."""
    stand_still(session, consultation.id)
    check_reason(disposition, reason)
    consequences.stated(disposition, unchanged or {}, edit_ids)
    _check_body(session, consultation, body_id)
    _edits(session, consultation, edit_ids)


def check_reason(disposition: str, reason: Mapping[str, str]) -> dict[str, str]:
    """The reason as it is stored. Raises AnswerError if there is none, or no disposition."""
    if disposition not in DISPOSITIONS:
        raise AnswerError(mark("Please choose what the answer is."))
    words = {code: tidy(text) for code, text in reason.items() if tidy(text)}
    if not words or not set(words) <= set(LANGUAGES):
        raise AnswerError(mark("Please give the reason in at least one language."))
    if any(len(text) > LONGEST_REASON for text in words.values()):
        raise AnswerError(mark("The reason is longer than 20,000 characters."))
    return words


def _check_body(session: Session, consultation: Consultation, body_id: int) -> None:
    if session.get(ConsultationBody, (consultation.id, body_id)) is None:
        raise AnswerError(mark("This body does not take part in the consultation."))


def _edits(session: Session, consultation: Consultation, ids: Collection[int]) -> list[int]:
    """The edits, checked: of this consultation's text, and still there."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    found = set(
        session.scalars(
            select(Edit.id)
            .join(Version, Version.id == Edit.version_id)
            .join(Draft, Draft.id == Version.draft_id)
            .where(
                Edit.id.in_(wanted),
                Edit.gone_at.is_(None),
                Draft.consultation_id == consultation.id,
            )
        )
    )
    if found != set(wanted):
        raise AnswerError(
            mark("A change that you chose is no longer in the text. Please choose again.")
        )
    return wanted
