"""Do comments stay on their words: anchors carried over to amended texts of which the truth is known.

    python -m benchmarks.anchors FOLDER [--drafts 40] [--seeds 3] [--strength 0.1 0.3 0.6]

FOLDER holds `sib200` (see `benchmarks.sets`), whose sentences in four languages the texts are made of; how
they are amended is told in `benchmarks.amending`. People choose one to twelve words, or a sentence.

    precision   of the anchors that are shown on words of the new text: on those that were meant
    recall      of the anchors of whose words half or more still stand: shown on them
    unclear     left to an official

Words that replace the chosen ones count as theirs, and those that were put between them do no harm.
Where two sentences are the same to the letter and one is struck, nobody can tell which: an official is asked,
which costs recall. Beside the product stands a search as annotation tools do it: the quotation with its
surroundings anywhere in the text, else the most similar stretch that differs in at most half its characters.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rapidfuzz import fuzz

from benchmarks import sets
from benchmarks.amending import Amended, Drafter, MadeClause, Word
from benchmarks.figures import Figure, line
from consult.drafts.anchors import Carried, selector
from consult.drafts.models import DELETED, UNCHANGED, UNCLEAR
from consult.drafts.placing import Texts, carry_over
from consult.drafts.queries import ClauseRow

CLAUSES = 12  # of a text
ANCHORS = 40  # on each
PRECISION, RECALL = 0.995, 0.95
MOST_ERRORS = 0.5  # of the characters, for the search beside


@dataclass(frozen=True)
class Chosen:
    """Words that somebody chose, by their identity and by their place."""

    clause: MadeClause
    words: tuple[Word, ...]
    start: int
    end: int


@dataclass
class Tally:
    """How often what came about."""

    found: int = 0
    right: int = 0
    kept: int = 0
    kept_right: int = 0
    unclear: int = 0

    def add(self, truth: "Truth", result: tuple[int | None, Carried]) -> bool:
        """Count one anchor; false if it is shown on wrong words."""
        clause_id, carried = result
        self.kept += truth.kept
        self.unclear += carried.state == UNCLEAR
        if carried.start is None or carried.end is None or clause_id is None:
            return True
        right = truth.right(clause_id, carried.start, carried.end)
        self.found += 1
        self.right += right
        self.kept_right += right and truth.kept
        return right


class Layout:
    """Where every word of a version stands."""

    def __init__(self, clauses: Sequence[MadeClause]) -> None:
        self.texts: dict[int, str] = {}
        self.places: dict[int, list[tuple[Word, int, int]]] = {}
        self.of_word: dict[int, int] = {}
        self.instead: dict[int, list[int]] = {}
        for clause in clauses:
            self.texts[clause.id], self.places[clause.id] = clause.lay_out()
            for word, _, _ in self.places[clause.id]:
                self.of_word[word.id] = clause.id
                for gone in word.replaces:
                    self.instead.setdefault(gone, []).append(word.id)


@dataclass(frozen=True)
class Truth:
    """Where chosen words went: by clause, and whether half of them still stand."""

    after: Layout
    meant: frozenset[int]
    kept: bool

    @classmethod
    def of(cls, chosen: Chosen, after: Layout) -> "Truth":
        ids = [word.id for word in chosen.words]
        standing = [i for i in ids if i in after.of_word]
        instead = [new for i in ids for new in after.instead.get(i, ())]
        return cls(after, frozenset([*standing, *instead]), 2 * len(standing) >= len(ids))

    def right(self, clause_id: int, start: int, end: int) -> bool:
        """Whether most of the shown words are meant, and most of the meant ones there are shown."""
        row = self.after.places[clause_id]
        shown = [w.id for w, s, e in row if s < end and e > start]
        meant = [place for place, (w, _, _) in enumerate(row) if w.id in self.meant]
        if not meant or not shown:
            return False
        between = {row[i][0].id for i in range(meant[0], meant[-1])} - self.meant
        told = [i for i in shown if i not in between]
        hits = sum(i in self.meant for i in told)
        return 2 * hits >= len(told) and 2 * hits >= len(meant)


def choose(before: Sequence[MadeClause], chance: random.Random) -> Chosen:
    """What somebody comments on: a few words, or a sentence."""
    clause = chance.choice([c for c in before if c.sentences])
    _, places = clause.lay_out()
    if chance.random() < 0.3:
        ids = {word.id for word in chance.choice(clause.sentences)}
        picked = [place for place in places if place[0].id in ids]
    else:
        first = chance.randrange(len(places))
        picked = places[first : first + chance.randint(1, 12)]
    return Chosen(clause, tuple(w for w, _, _ in picked), picked[0][1], picked[-1][2])


def rows(layout: Layout, version: int) -> dict[int, ClauseRow]:
    """The clauses as the product reads them."""
    made: dict[int, Any] = {
        clause_id: SimpleNamespace(
            clause_id=clause_id, text_id=clause_id * 2 + version, text=text, number="", heading=""
        )
        for clause_id, text in layout.texts.items()
    }
    return made


def product(amended: Amended, before: Layout, after: Layout) -> Any:
    """The product's own way, all anchors of a text over the same comparison."""
    texts, old, new = Texts(), rows(before, 0), rows(after, 1)

    def carry(chosen: Chosen) -> tuple[int | None, Carried]:
        exact = before.texts[chosen.clause.id][chosen.start : chosen.end]
        place: Any = SimpleNamespace(
            anchor=SimpleNamespace(exact=exact, clause_id=chosen.clause.id),
            clause_id=chosen.clause.id,
            start=chosen.start,
            end=chosen.end,
            state=UNCHANGED,
        )
        successors = amended.successors.get(chosen.clause.id, [])
        return carry_over(place, texts, old, new, successors)

    return carry


def search(amended: Amended, before: Layout, after: Layout) -> Any:
    """The quotation with its surroundings anywhere in the new text, else what is most similar."""
    del amended
    order = list(after.texts)
    whole = "\n\n".join(after.texts[clause_id] for clause_id in order)
    starts, at = {}, 0
    for clause_id in order:
        starts[clause_id] = at
        at += len(after.texts[clause_id]) + 2

    def carry(chosen: Chosen) -> tuple[int | None, Carried]:
        told = selector(before.texts[chosen.clause.id], chosen.start, chosen.end)
        spans = list(_occurrences(whole, told.exact))
        if spans:
            span = max(spans, key=lambda s: _surrounded(whole, s, told.prefix, told.suffix))
        else:
            similar = fuzz.partial_ratio_alignment(told.exact, whole)
            if similar is None or similar.score < 100 * (1 - MOST_ERRORS):
                return None, Carried(DELETED)
            span = (similar.dest_start, similar.dest_end)
        clause_id = max((c for c in order if starts[c] <= span[0]), key=starts.__getitem__)
        shift = starts[clause_id]
        return clause_id, Carried(UNCHANGED, span[0] - shift, span[1] - shift)

    return carry


def _occurrences(text: str, exact: str) -> Iterator[tuple[int, int]]:
    at = text.find(exact)
    while at >= 0:
        yield at, at + len(exact)
        at = text.find(exact, at + 1)


def _surrounded(text: str, span: tuple[int, int], prefix: str, suffix: str) -> float:
    before = text[max(0, span[0] - len(prefix)) : span[0]]
    return float(fuzz.ratio(before, prefix) + fuzz.ratio(text[span[1] : span[1] + 64], suffix))


WAYS = {"product": product, "search": search}


def measure(
    sentences: Sequence[str], drafts: int, strength: float, seed: int, show: int
) -> dict[str, Tally]:
    """Make texts, amend them, carry anchors over in each way."""
    tallies = {name: Tally() for name in WAYS}
    drafter, chance = Drafter(sentences, seed), random.Random(seed)
    for _ in range(drafts):
        amended = drafter.amend(drafter.draft(CLAUSES), strength)
        before, after = Layout(amended.before), Layout(amended.after)
        ways = {name: way(amended, before, after) for name, way in WAYS.items()}
        for _ in range(ANCHORS):
            chosen = choose(amended.before, chance)
            truth = Truth.of(chosen, after)
            for name, carry in ways.items():
                result = carry(chosen)
                if not tallies[name].add(truth, result) and name == "product" and show > 0:
                    show -= 1
                    _show(chosen, before, after, result)
    return tallies


def _show(
    chosen: Chosen, before: Layout, after: Layout, result: tuple[int | None, Carried]
) -> None:
    clause_id, carried = result
    assert clause_id is not None
    assert carried.start is not None
    print(f"--- {carried.state}: {before.texts[chosen.clause.id][chosen.start : chosen.end]!r}")
    print(f"    of {before.texts[chosen.clause.id]!r}")
    print(f"    on {after.texts[clause_id][carried.start : carried.end]!r}")
    print(f"    of {after.texts[clause_id]!r}")


def main() -> None:
    """Measure every language, strength and seed, and print sums."""
    parser = argparse.ArgumentParser(description="Anchors carried over to amended texts.")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--drafts", type=int, default=40, help="of each language, strength and seed"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--strength", type=float, nargs="+", default=[0.1, 0.3, 0.6])
    parser.add_argument("--show", type=int, default=0, help="wrong anchors to print, of each line")
    asked = parser.parse_args()
    told = sets.parallel(asked.folder)
    sums: dict[str, Tally] = {name: Tally() for name in WAYS}
    print(f"{'':22}" + "".join(f"{name:>36}" for name in WAYS))
    print(f"{'language, touched':22}" + f"{'precision   recall  unclear':>36}" * len(WAYS))
    for code in sets.LANGUAGES:
        sentences = [sentence.texts[code] for sentence in told]
        for strength in asked.strength:
            tallies = {name: Tally() for name in WAYS}
            for seed in range(asked.seeds):
                measured = measure(sentences, asked.drafts, strength, seed, asked.show)
                for name, one in measured.items():
                    _into(tallies[name], one)
                    _into(sums[name], one)
            print(f"{code}, {strength:<18.0%}" + "".join(_cells(tallies[name]) for name in WAYS))
    print(f"{'all':22}" + "".join(_cells(sums[name]) for name in WAYS))
    whole = sums["product"]
    print(line(Figure("precision", [whole.right / max(1, whole.found)], at_least=PRECISION)))
    print(line(Figure("recall", [whole.kept_right / max(1, whole.kept)], at_least=RECALL)))


def _into(total: Tally, one: Tally) -> None:
    for name in ("found", "right", "kept", "kept_right", "unclear"):
        setattr(total, name, getattr(total, name) + getattr(one, name))


def _cells(one: Tally) -> str:
    precision = one.right / max(1, one.found)
    return f"{precision:>18.4f}{one.kept_right / max(1, one.kept):>9.3f}{one.unclear:>9}"


if __name__ == "__main__":
    main()
