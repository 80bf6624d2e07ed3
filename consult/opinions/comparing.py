"""From what people said to groups of those who say alike: counts and places, nobody's key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from consult.opinions.models import AGREE, DISAGREE, PASS
from consult.opinions.queries import SaidRow

# Of a group of fewer people nothing is told but that it is there.
FEWEST_DESCRIBED = 5

_VALUES = {AGREE: 1, PASS: 0, DISAGREE: -1}
_NAMES = {value: name for name, value in _VALUES.items()}


@dataclass
class Table:
    """People × comments, as the analysis takes it."""

    votes: list[tuple[int, int, int]] = field(default_factory=list)
    # Of each person, whether it is an account; the rest are visits.
    accounts: list[bool] = field(default_factory=list)
    # Of each comment, its id and the revision that was spoken about.
    comments: list[tuple[int, int]] = field(default_factory=list)
    # Those that cannot be read now: having spoken about them counts as having taken part only.
    gone: list[int] = field(default_factory=list)


def table(rows: Iterable[SaidRow]) -> Table:
    """The stances of a consultation with people and comments numbered as they come."""
    made = Table()
    people: dict[bytes, int] = {}
    columns: dict[int, int] = {}
    for row in rows:
        if row.voter not in people:
            people[row.voter] = len(people)
            made.accounts.append(row.with_account)
        if row.comment_id not in columns:
            columns[row.comment_id] = len(columns)
            made.comments.append((row.comment_id, row.revision_id))
            if not row.shown:
                made.gone.append(columns[row.comment_id])
        made.votes.append((people[row.voter], columns[row.comment_id], _VALUES[row.said]))
    return made


def compare(made: Table) -> dict[str, Any]:
    """Look for groups; what is kept of it is a JSON object of counts, shares and places.

    `groups` each with size, how many of them have an account, place and what sets them apart;
    `shared` and `divisive` comments with the shares of each group (of those who spoke about it,
    None where nobody did; what `others` say is None where they are too few); `dots` ([x, y, people, group]);
    `reason` where there are no groups; and the figures that say how far to trust it.
    """
    from analysis import Votes, find_opinion_groups

    votes = Votes.from_rows(made.votes, len(made.accounts), len(made.comments))
    report = find_opinion_groups(votes, left_out=made.gone)
    labels = report.labels.tolist()
    accounts = [
        sum(has for label, has in zip(labels, made.accounts, strict=True) if label == group.id)
        for group in report.groups
    ]
    return {
        "reason": report.reason,
        "accounts": sum(made.accounts),
        "visits": len(made.accounts) - sum(made.accounts),
        "comments": len(made.comments) - len(made.gone),
        "stances": len(made.votes),
        "groups": [
            {
                "size": group.size,
                "accounts": with_account,
                "centre": [round(at, 4) for at in group.centre],
                "says": [
                    {
                        **_of(made.comments, one.statement, one.stance),
                        "share": round(one.said / one.seen, 4),
                        "others": round(one.said_else / one.seen_else, 4)
                        if one.seen_else >= FEWEST_DESCRIBED
                        else None,
                    }
                    for one in group.characteristics
                ],
            }
            for group, with_account in zip(report.groups, accounts, strict=True)
        ],
        "shared": [
            {**_of(made.comments, one.statement, one.stance), "shares": _rounded(one.shares)}
            for one in report.shared
        ],
        "divisive": [
            {**_of(made.comments, one.statement, 1), "shares": _rounded(one.agreeing)}
            for one in report.divisive
        ],
        "dots": [
            [round(dot.place[0], 4), round(dot.place[1], 4), dot.size, dot.group]
            for dot in report.cells
        ],
        "silhouettes": {str(k): round(value, 4) for k, value in report.silhouettes.items()},
        "kept": round(report.trust.kept, 4) if report.trust else None,
        "explained": round(report.trust.explained, 4) if report.trust else None,
    }


def _of(comments: Sequence[tuple[int, int]], statement: int, stance: int) -> dict[str, Any]:
    comment_id, revision_id = comments[statement]
    return {"comment": comment_id, "revision": revision_id, "said": _NAMES[stance]}


def _rounded(shares: Iterable[float | None]) -> list[float | None]:
    return [None if share is None else round(share, 4) for share in shares]
