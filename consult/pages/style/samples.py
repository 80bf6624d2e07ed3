"""Invented people, answers and changes, for the parts of a page that show such things."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from consult.answers.adoption.queries import Attribution, Taken
from consult.answers.adoption.share import PART, WHOLE
from consult.answers.queries import AnswerRow, CommentFates, EarlierFate, FateRow
from consult.drafts.models import Edit
from consult.drafts.queries import ClauseRow, EditRow
from consult.kernel.db import Texts
from consult.submissions.models import HELD, JUDGED, PUBLISHED
from consult.submissions.rows import CommentRow
from consult.themes.queries import Label

_BODY = {"fr": "Ministère de la Mobilité", "de": "Ministerium für Mobilität"}
_BEFORE = "Le service circule jusqu’à vingt heures."
_AFTER = "Le service circule jusqu’à minuit."


@dataclass(frozen=True)
class SampleConsultation:
    """As much of a consultation as a list shows."""

    slug: str
    title: Texts


@dataclass(frozen=True)
class SampleListed:
    """A consultation in a list."""

    consultation: SampleConsultation = SampleConsultation("style", {"fr": "Vivre ici"})
    body_name: Texts = field(default_factory=lambda: _BODY)


def read(now: datetime) -> dict[str, Any]:
    """What people read of comments and answers, by the names of the template."""
    edit = _edit()
    answer = AnswerRow(
        id=1,
        disposition="partly_accepted",
        reason={"fr": "Le service du soir est prolongé, mais non doublé."},
        unchanged=None,
        body_id=1,
        body=_BODY,
        author="Claire Weber",
        decided_at=now - timedelta(days=9),
        target="theme",
        target_id=1,
        corrects_id=None,
        edits=(edit,),
    )
    earlier = EarlierFate("noted", {"fr": "Nous en prenons note."}, None, now - timedelta(days=30))
    fate = FateRow(1, 1, 0, 10, answer, 1, {"fr": "Transports"}, True, now, (earlier,))
    return {
        "comments_read": [
            (_comment(now), ("partly_accepted",), True),
            (_comment(now, seq=13, late=True, channel="paper", name="", replies=0), (), True),
            (_comment(now, seq=14, state=HELD, held_for=JUDGED, replies=0), (), True),
            (_comment(now, seq=15, state="removed", replies=0), (), True),
        ],
        "fates_found": CommentFates((fate,)),
        "ground_given": edit.edit,
        "attributions": [
            Attribution(1, 12, "Léa Wagner", readable=True, others=3, stands=WHOLE),
            Attribution(1, 13, "", readable=False, others=0, stands=PART),
        ],
        "words_taken": Taken(PART, 2, "art_3", 2, 1),
        "labels": [
            Label(1, 1, now, None, None, 5),
            Label(1, 1, now, 3, 0.91, None),
            Label(1, 1, now, 3, 0.44, None),
        ],
        "listed_sample": SampleListed(),
    }


def _edit() -> EditRow:
    start = _BEFORE.index("vingt")
    edit = Edit(
        id=1, version_id=2, clause_id=1, language="fr", kind="changed", part="text",
        before_start=start, before_end=len(_BEFORE) - 1, before_words="vingt heures",
        after_start=start, after_end=len(_AFTER) - 1, after_words="minuit",
        ground_kind="council_of_state", ground={"fr": "Avis du 3 mars, page 4."},
    )  # fmt: skip
    return EditRow(edit, "art_3", 2, _clause(_BEFORE), _clause(_AFTER))


def _clause(text: str) -> ClauseRow:
    return ClauseRow(
        clause_id=1, key="art_3", text_id=1, version_id=2, language="fr", kind="article", position=3,
        parent_id=None, number="Art. 3", heading="Horaires", source=text, html=f"<p>{text}</p>",
        text=text,
    )  # fmt: skip


def _comment(now: datetime, **other: Any) -> CommentRow:
    seq = other.pop("seq", 12)
    facts: dict[str, Any] = {
        "state": PUBLISHED, "late": False, "channel": "web", "name": "Léa Wagner", "replies": 2,
        **other,
    }  # fmt: skip
    return CommentRow(
        id=seq, seq=seq, position=seq, admitted=False, received_at=now - timedelta(days=40),
        language="lb", respondent="citizen", organisation="",
        html="<p>No aacht Auer fiert kee Bus méi.</p>", text="No aacht Auer fiert kee Bus méi.",
        corrected_at=None, redacted=False, submission_id=1, revision_id=1, version_id=1, clause_id=1,
        clause_key="art_3", clause_number="Art. 3", clause_heading="Horaires",
        quoted="jusqu’à vingt heures", quoted_language="fr", root_id=None, parent_id=None,
        parent_seq=None, addressed=False, **facts,
    )  # fmt: skip
