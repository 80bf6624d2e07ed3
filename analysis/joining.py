"""One text more: which of the known campaigns it belongs to, in milliseconds and without a refit."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.additions import Letter, Span
from analysis.documents import Document
from analysis.duplicates import ALIKE
from analysis.letters import Template
from analysis.polarity import Stance


@dataclass(frozen=True, slots=True)
class KnownLetter:
    """The template of a campaign, proposed or accepted; `id` is the caller's own.

    `variant_of` is the id of the letter that this one turns round; where it is None the index
    looks for one among the letters before it.
    """

    id: int | str
    text: str
    variant_of: int | str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The letter that a text is one of, and the spans (code points) that it adds to it."""

    letter_id: int | str
    additions: list[Span]


class CampaignIndex:
    """Known letters, ready to be asked about one text after another.

    The rule is that of `find_campaigns`: a text that the search put into a campaign joins its
    letter here. Holds words only, so that it is pickled or made anew at small cost.
    """

    def __init__(self, letters: Iterable[KnownLetter]) -> None:
        """Larger campaigns first: in doubt a text joins the earlier. Raises ValueError for a
        doubled id, or a variant of a letter that is not there."""
        self._letters = list(letters)
        place = {letter.id: i for i, letter in enumerate(self._letters)}
        if len(place) < len(self._letters):
            raise ValueError("two letters have one id")
        for letter in self._letters:
            if letter.variant_of is not None and letter.variant_of not in place:
                raise ValueError(f"there is no letter {letter.variant_of!r} to be a variant of")
        self._templates = [Template(letter.text) for letter in self._letters]
        self._stances = [Stance(letter.text, letter.language) for letter in self._letters]
        self._own = [Letter(letter.text) for letter in self._letters]
        self._holding = _holding(self._templates)
        given = [
            place.get(one.variant_of) if one.variant_of is not None else None
            for one in self._letters
        ]
        self._of = opposed(self._templates, self._stances, given)

    def join(self, document: Document) -> Joined | None:
        """The letter that `document` is one of, None where it is of none or says the opposite."""
        text = Template(document.text)
        shared: Counter[int] = Counter()
        for shingle in text.places:
            shared.update(self._holding.get(shingle, ()))
        fitting = {
            i: likeness
            for i, count in shared.items()
            if self._templates[i].may_hold(count, text)
            and (likeness := self._templates[i].likeness(text)) is not None
        }
        if not fitting:
            return None
        best = min(fitting, key=lambda i: (-fitting[i], i))
        root = best if (of := self._of[best]) is None else of
        for i in [root, *(k for k in sorted(fitting) if self._of[k] == root)]:
            stance = self._stances[i]
            if i in fitting and not stance.turned_by(Stance(document.text, stance.language)):
                return Joined(self._letters[i].id, self._own[i].additions(document.text))
        return None


def _holding(templates: Sequence[Template]) -> dict[tuple[str, ...], list[int]]:
    holding: dict[tuple[str, ...], list[int]] = {}
    for i, template in enumerate(templates):
        for shingle in template.places:
            holding.setdefault(shingle, []).append(i)
    return holding


def opposed(
    templates: Sequence[Template], stances: Sequence[Stance], of: Sequence[int | None]
) -> list[int | None]:
    """For each letter the earlier one that it turns round, where `of` does not say so already."""
    known = list(of)
    holding = _holding(templates)
    for i, template in enumerate(templates):
        if known[i] is not None:
            continue
        # without the commonest, fewer than are asked for: a salutation brings no two together
        rare = sorted(template.places, key=lambda shingle: len(holding[shingle]))
        rare = rare[: len(rare) + 1 - math.ceil(ALIKE * len(rare))]
        shared = {
            k: len(template.places.keys() & templates[k].places)
            for k in {k for shingle in rare for k in holding[shingle] if k < i}
            if known[k] is None
        }
        for k, count in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
            total = len(template.places) + len(templates[k].places) - count
            if count >= ALIKE * total and stances[k].turned_by(stances[i]):
                known[i] = k
                break
    return known
