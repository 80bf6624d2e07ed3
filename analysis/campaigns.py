"""Texts that were written once and sent many times, each perhaps with a word of one's own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from threadpoolctl import threadpool_limits

from analysis.additions import Letter, Span
from analysis.documents import Document, check
from analysis.duplicates import groups
from analysis.joining import opposed
from analysis.letters import Template, compared, starts
from analysis.polarity import Stance

_TOLD_EVERY = 500  # documents


@dataclass(frozen=True, slots=True)
class Campaign:
    """Two or more documents that are near-identical.

    `member_ids` in the order of the documents; `template` is the text of the member that the
    others are most like, `template_id` its id. `additions` gives, for each member that has any,
    the spans (start, end in code points of its text) that the template does not contain.
    `variant_of` is the template id of the campaign that this one turns round ("I oppose" for "I
    support"); None for most.
    """

    member_ids: list[int | str]
    template: str
    template_id: int | str
    additions: dict[int | str, list[Span]]
    variant_of: int | str | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """Places of documents that are one letter, and of the one that is its template."""

    head: int
    members: list[int]
    of: int | None = None  # the head that it turns round


def find_campaigns(
    documents: Sequence[Document],
    *,
    progress: Callable[[float, str], None] | None = None,
) -> list[Campaign]:
    """The campaigns among `documents`, largest first; each document is in one at most.

    Texts of fewer than `letters.FEWEST_WORDS` words are passed over. A text that says the
    opposite of its letter is in no campaign with it: several such texts are a variant, one alone
    is in none. `progress` is called with the share done (0 to 1) and the stage; what it raises
    ends the search. Raises ValueError for a doubled id.
    """
    check(documents)
    told = progress or (lambda _share, _stage: None)
    words = []
    for done, document in enumerate(documents):
        if done % _TOLD_EVERY == 0:
            told(0.1 * done / len(documents), "reading")
        words.append(compared(document.text))
    with threadpool_limits(1):
        leader = groups(
            words,
            lambda share: told(0.1 + 0.5 * share, "comparing"),
            lambda i: starts(documents[i].text),
        )
    members: dict[int, list[int]] = {}
    for i, head in enumerate(leader.tolist()):
        members.setdefault(head, []).append(i)
    found: list[_Group] = []
    several = [(head, m) for head, m in members.items() if len(m) > 1]
    total = sum(len(m) for _, m in several)
    done = 0
    for head, mine in several:
        told(0.6 + 0.2 * done / total, "comparing")
        found += _divided(documents, head, mine)
        done += len(mine)
    found.sort(key=lambda group: (-len(group.members), group.members[0]))
    found = _linked(documents, found)
    campaigns = []
    for place, group in enumerate(found):
        told(0.8 + 0.2 * place / len(found), "additions")
        campaigns.append(_campaign(documents, group))
    told(1.0, "done")
    return campaigns


def _divided(documents: Sequence[Document], head: int, members: Sequence[int]) -> Iterator[_Group]:
    """The texts that say what the letter says, and those that turn it round."""
    stance = Stance(documents[head].text, documents[head].language)
    letter = Template(documents[head].text)
    same, turned = [], []
    for text, mine in _by_text(documents, members).items():
        other = Stance(text, stance.language)
        if not stance.turned_by(other):
            same += mine
            continue
        template = Template(text)
        likeness = letter.likeness(template) or 0.0
        turned.append((-len(mine), -likeness, mine[0], mine, other, template))
    of = head if len(same) > 1 else None
    if of is not None:
        yield _Group(head, sorted(same))
    turned.sort(key=lambda one: one[:3])
    while turned:
        _, _, lead, _, stance, letter = turned[0]
        mates = [
            one[2]
            for one in turned
            if letter.likeness(one[5]) is not None and not stance.turned_by(one[4])
        ]
        mine = [i for one in turned if one[2] in mates for i in one[3]]
        turned = [one for one in turned if one[2] not in mates]
        if len(mine) > 1:
            yield _Group(lead, sorted(mine), of)


def _by_text(documents: Sequence[Document], members: Sequence[int]) -> dict[str, list[int]]:
    copies: dict[str, list[int]] = {}
    for i in members:
        copies.setdefault(documents[i].text, []).append(i)
    return copies


def _linked(documents: Sequence[Document], found: Sequence[_Group]) -> list[_Group]:
    """Short letters and their opposites have so few words that they were never together."""
    place = {group.head: i for i, group in enumerate(found)}
    of = opposed(
        [Template(documents[group.head].text) for group in found],
        [Stance(documents[g.head].text, documents[g.head].language) for g in found],
        [None if group.of is None else place[group.of] for group in found],
    )
    return [
        replace(group, of=None if root is None else found[root].head)
        for group, root in zip(found, of, strict=True)
    ]


def _campaign(documents: Sequence[Document], group: _Group) -> Campaign:
    head = documents[group.head]
    letter = Letter(head.text)
    additions: dict[int | str, list[Span]] = {}
    for text, mine in _by_text(documents, group.members).items():
        spans = letter.additions(text)
        additions |= {documents[i].id: list(spans) for i in mine if spans}
    return Campaign(
        member_ids=[documents[i].id for i in group.members],
        template=head.text,
        template_id=head.id,
        additions={
            documents[i].id: additions[documents[i].id]
            for i in group.members
            if documents[i].id in additions
        },
        variant_of=None if group.of is None else documents[group.of].id,
    )
