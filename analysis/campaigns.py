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

    `member_ids` in the order of the documents; `template` is the text that was sent in most
    copies, else the one that the others are most like, and `template_id` the id of its first
    sender. `additions` gives, for each member that has any, the spans (start, end in code points
    of its text) that the template does not contain.
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
    """Places of documents that are one letter, and of the one that is its template.

    `additions` has the spans of each text that adds something; `of` is the head of the group that
    this one turns round.
    """

    head: int
    members: list[int]
    additions: dict[str, list[Span]]
    of: int | None = None


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
    words.clear()
    found: list[_Group] = []
    several = [(head, m) for head, m in members.items() if len(m) > 1]
    total = sum(len(m) for _, m in several)
    done = 0
    for head, mine in several:
        told(0.6 + 0.4 * done / total, "additions")
        found += _divided(documents, head, mine)
        done += len(mine)
    found.sort(key=lambda group: (-len(group.members), group.members[0]))
    campaigns = [_campaign(documents, group) for group in _linked(documents, found)]
    told(1.0, "done")
    return campaigns


def _divided(documents: Sequence[Document], head: int, members: Sequence[int]) -> Iterator[_Group]:
    """The texts that say what the letter says, and those that turn it round."""
    stance = Stance(documents[head].text, documents[head].language)
    own, letter = Letter(documents[head].text), Template(documents[head].text)
    same: list[int] = []
    additions = {}
    turned = []
    for text, mine in _by_text(documents, members).items():
        other = Stance(text, stance.language)
        if stance.turned_by(other):
            template = Template(text)
            turned.append(_Turned(mine, other, template, letter.likeness(template) or 0.0))
        else:
            same += mine
            additions[text] = own.additions(text)
    of = head if len(same) > 1 else None
    if of is not None:
        yield _Group(head, sorted(same), additions)
    turned.sort(key=lambda one: (-len(one.places), -one.likeness, one.places[0]))
    while turned:
        first, *others = turned
        mates, turned = [first], []
        for one in others:
            alike = first.template.likeness(one.template) is not None
            (mates if alike and not first.stance.turned_by(one.stance) else turned).append(one)
        places = sorted(place for one in mates for place in one.places)
        if len(places) > 1:
            own = Letter(first.template.text)
            texts = [one.template.text for one in mates]
            yield _Group(first.places[0], places, {t: own.additions(t) for t in texts}, of)


@dataclass(frozen=True, slots=True, eq=False)
class _Turned:
    """A text that turns its letter round, where it was sent, and how like the letter it is."""

    places: list[int]
    stance: Stance
    template: Template
    likeness: float


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
    members = [documents[i] for i in group.members]
    return Campaign(
        member_ids=[one.id for one in members],
        template=documents[group.head].text,
        template_id=documents[group.head].id,
        additions={one.id: list(spans) for one in members if (spans := group.additions[one.text])},
        variant_of=None if group.of is None else documents[group.of].id,
    )
