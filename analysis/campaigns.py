"""Texts that were written once and sent many times, each perhaps with a word of one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from analysis.additions import Letter, Span
from analysis.documents import Document, check
from analysis.duplicates import groups
from analysis.words import fold, tokenise

FEWEST_WORDS = 4  # "no to the tram" may be a campaign, "thank you" twice is none
_TOLD_EVERY = 500  # documents


@dataclass(frozen=True, slots=True)
class Campaign:
    """Two or more documents that are near-identical.

    `member_ids` in the order of the documents; `template` is the text of the member that the
    others are most like, `template_id` its id. `additions` gives, for each member that has any,
    the spans (start, end in code points of its text) that the template does not contain.
    """

    member_ids: list[int | str]
    template: str
    template_id: int | str
    additions: dict[int | str, list[Span]]


def find_campaigns(
    documents: Sequence[Document],
    *,
    progress: Callable[[float, str], None] | None = None,
) -> list[Campaign]:
    """The campaigns among `documents`, largest first; each document is in one at most.

    Texts of fewer than `FEWEST_WORDS` words are passed over. `progress` is called with the share
    done (0 to 1) and the stage; what it raises ends the search. Raises ValueError for a doubled
    id.
    """
    check(documents)
    told = progress or (lambda _share, _stage: None)
    words = []
    for done, document in enumerate(documents):
        if done % _TOLD_EVERY == 0:
            told(0.1 * done / len(documents), "reading")
        folded = [fold(word) for word in tokenise(document.text)]
        words.append(folded if len(folded) >= FEWEST_WORDS else [])
    with threadpool_limits(1):
        leader = groups(words, lambda share: told(0.1 + 0.6 * share, "comparing"))
    members: dict[int, list[int]] = {}
    for i, head in enumerate(leader.tolist()):
        members.setdefault(head, []).append(i)
    found = []
    several = sorted((-len(m), m[0], head) for head, m in members.items() if len(m) > 1)
    for done, (_, _, head) in enumerate(several):
        told(0.7 + 0.3 * done / len(several), "additions")
        found.append(_campaign(documents, head, members[head]))
    told(1.0, "done")
    return found


def _campaign(documents: Sequence[Document], head: int, members: Sequence[int]) -> Campaign:
    letter = Letter(documents[head].text)
    additions = {documents[i].id: letter.additions(documents[i].text) for i in members}
    return Campaign(
        member_ids=[documents[i].id for i in members],
        template=documents[head].text,
        template_id=documents[head].id,
        additions={i: spans for i, spans in additions.items() if spans},
    )
