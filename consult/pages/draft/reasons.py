"""Why something changed: each answer and each ground once, with all that changed because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from consult.answers.behind import (
    AnswerBehind,
    CampaignBehind,
    answers_behind,
    campaigns_behind,
)
from consult.drafts.models import Edit
from consult.drafts.queries import EditRow


@dataclass(frozen=True)
class Behind:
    """What is behind some edits: the public answers, and the campaigns to which they were given."""

    answers: Mapping[int, Sequence[AnswerBehind]]
    campaigns: Mapping[int, Mapping[int, Sequence[CampaignBehind]]]

    @property
    def caused(self) -> frozenset[int]:
        """The edits that comments asked for."""
        return frozenset(self.answers)


def behind(session: Session, edit_ids: Sequence[int]) -> Behind:
    """Three statements, however many edits."""
    return Behind(answers_behind(session, edit_ids), campaigns_behind(session, edit_ids))


@dataclass
class Reason:
    """An answer, or a ground of the body's own, or (neither) that none is known."""

    answer: AnswerBehind | None = None
    campaigns: Sequence[CampaignBehind] = ()
    # One of the edits with this ground.
    ground: Edit | None = None
    edits: list[EditRow] = field(default_factory=list)


def reasons(edits: Sequence[EditRow], known: Behind) -> list[Reason]:
    """The reasons of some edits: answers of most points first, then grounds, then none. Pure."""
    answered: dict[int, Reason] = {}
    grounds: dict[object, Reason] = {}
    bare = Reason()
    for row in edits:
        edit = row.edit
        causes = known.answers.get(edit.id, ())
        for cause in causes:
            number = cause.answer.id
            if number not in answered:
                campaigns = known.campaigns.get(edit.id, {}).get(number, ())
                answered[number] = Reason(cause, campaigns)
            answered[number].edits.append(row)
        if edit.ground:
            key = (edit.ground_kind, *sorted(edit.ground.items()))
            grounds.setdefault(key, Reason(ground=edit)).edits.append(row)
        elif not causes:
            bare.edits.append(row)
    found = sorted(answered.values(), key=lambda one: -one.answer.points if one.answer else 0)
    return [*found, *grounds.values(), *([bare] if bare.edits else [])]
