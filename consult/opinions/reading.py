"""The newest look for groups, joined with the comments that it names and that can be read now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from consult.opinions import picture, queries
from consult.opinions.comparing import FEWEST_DESCRIBED
from consult.opinions.picture import Mark
from consult.submissions import queries as submissions
from consult.submissions.rows import CommentRow


@dataclass(frozen=True)
class Spoken:
    """A comment and what is said of it: `shares` of each group, or `share` and `others`.

    None stands for what nobody said anything about, or too few.
    """

    row: CommentRow
    said: str
    shares: list[float | None]
    share: float
    others: float | None


@dataclass(frozen=True)
class GroupView:
    """One group. `letter` is its name: A is the largest. `others` are the people of all others."""

    number: int
    letter: str
    size: int
    others: int
    accounts: int
    says: list[Spoken]
    sign: Mark

    @property
    def described(self) -> bool:
        return self.size >= FEWEST_DESCRIBED

    @property
    def compared(self) -> bool:
        """Whether what it says more often than the others can be told: not of two or three others,
        whose voices it would tell."""
        return self.others >= FEWEST_DESCRIBED


@dataclass(frozen=True)
class Groups:
    """What the page shows. `reason` says why there are no groups, None where there are some."""

    made_at: datetime
    reason: str | None
    accounts: int
    visits: int
    comments: int
    stances: int
    groups: list[GroupView]
    shared: list[Spoken]
    divisive: list[Spoken]
    marks: list[Mark]
    kept: float | None
    explained: float | None

    @property
    def placed(self) -> int:
        return sum(group.size for group in self.groups)


def groups(session: Session, consultation_id: int, *, language: str) -> Groups | None:
    """The newest look, None before the first. Comments that cannot be read any more, or have other
    words, are left out."""
    found = queries.opinion_map(session, consultation_id)
    if found is None:
        return None
    result = found.result
    named = {one["comment"] for one in _named(result)}
    rows = submissions.rows(session, sorted(named), language=language) if named else {}
    everybody = sum(group["size"] for group in result["groups"])
    told = [_group(number, one, everybody, rows) for number, one in enumerate(result["groups"])]
    return Groups(
        made_at=found.made_at,
        reason=result["reason"],
        accounts=result["accounts"],
        visits=result["visits"],
        comments=result["comments"],
        stances=result["stances"],
        groups=told,
        shared=_spoken(result["shared"], rows),
        # Of one group alone this would tell what the few others say.
        divisive=_spoken(result["divisive"], rows) if sum(g.described for g in told) > 1 else [],
        marks=picture.marks(result["dots"]),
        kept=result["kept"],
        explained=result["explained"],
    )


def _named(result: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for group in result["groups"]:
        yield from group["says"]
    yield from result["shared"]
    yield from result["divisive"]


def _group(
    number: int, one: Mapping[str, Any], everybody: int, rows: Mapping[int, CommentRow]
) -> GroupView:
    return GroupView(
        number=number,
        letter=chr(ord("A") + number),
        size=one["size"],
        others=everybody - one["size"],
        accounts=one["accounts"],
        says=_spoken(one["says"], rows),
        sign=picture.sign(number),
    )


def _spoken(named: Iterable[Mapping[str, Any]], rows: Mapping[int, CommentRow]) -> list[Spoken]:
    return [
        Spoken(
            row=row,
            said=one["said"],
            shares=one.get("shares", []),
            share=one.get("share", 0.0),
            others=one.get("others"),
        )
        for one in named
        if (row := rows.get(one["comment"])) is not None
        and row.readable
        and row.revision_id == one["revision"]
    ]
