"""A title for each topic, from the people's own phrases.

Candidates are the noun phrases of `analysis.phrases`. One counts for more, the more its words
mark the topic (class-based TF-IDF), the more people use it, the more of those who do are in the
topic, and the less it is a piece of a longer phrase (the idea of the C-value: Frantzi, Ananiadou
and Mima, 2000). One that few texts of the topic have a word of takes a second to it. Where no
phrase is good enough, the title is the topic's nouns in a row.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from analysis.clustering import Labels
from analysis.grammar import PATTERNS, Grammar
from analysis.keywords import Marks, distinct
from analysis.phrases import Key, Phrase, gather
from analysis.reading import Reading
from analysis.vectors import Matrix
from analysis.wording import commonest, heading, worded
from analysis.words import fold

Scored = Sequence[tuple[Key, float]]


class Title(NamedTuple):
    """A heading in one language, and the topic's best single nouns."""

    text: str
    nouns: list[str]


Titles = dict[str, Title]
"""Language → title."""

NOUNS = 3  # in a title without a phrase
MOST_TEXTS = 5_000  # read for phrases, the nearest to their centres; more find the same ones
FEWEST_PEOPLE = 2
REACH = 0.4  # share of a topic's texts with a word of its title, below which it takes a second part
MORE_REACH = 0.05  # that the second part must add
MOST_NOUNS = 100  # that are looked at
SECONDS = 30  # phrases and nouns that are tried as a second part
SAME_BEGINNING = 5  # letters that two nouns in a row must not share
LONGEST_PAIR = 55  # letters of both
MARKS = 0.2  # what a word must weigh to count for reach
SECOND_WORD = 0.35  # what each further word costs, or long phrases would always win
PIECE = 0.5  # of the people who use a longer phrase, taken off its pieces
NOUNS_INSTEAD = 0.42  # a phrase this much worse than the best noun alone gives way to nouns


def titles(
    texts: Sequence[str],
    readings: Sequence[Reading],
    labels: Labels,
    away: Matrix,
    marks: Sequence[Marks],
) -> list[Titles]:
    """For each topic and each language of its `marks` a heading; none says the same as another.

    Texts, readings, labels and the distances to each centre are aligned, one text per campaign.
    """
    chosen: list[Titles] = [{} for _ in marks]
    by_language: dict[str, list[int]] = defaultdict(list)
    for row in _nearest(labels, away):
        by_language[readings[row].language].append(row)
    for language in sorted(set(PATTERNS) & set(by_language)):
        here = {row: texts[row] for row in by_language[language]}
        grammar, phrases = gather(here, labels, language)
        # 0 for a topic whose texts in this language are all too far from its centre to be read
        sizes = Counter(labels[list(here)].tolist())
        ranked = {
            topic: _ranked(phrases, topic, of_topic[language])
            for topic, of_topic in enumerate(marks)
            if language in of_topic
        }
        good = {t: _good(scored, phrases, t, sizes[t]) for t, scored in ranked.items()}
        first = _shared_out(good)
        for topic, scored in ranked.items():
            single = _nouns(scored, phrases, topic, grammar)
            nouns = _varied(worded(phrases[key], grammar) for key, _ in single)
            parts = nouns
            if topic in first:
                stems = [set(readings[row].stems) for row in here if labels[row] == topic]
                strong = {s for s, weight in marks[topic][language].items() if weight >= MARKS}
                others = [*good[topic][:SECONDS], *single[:SECONDS]]
                parts = [worded(phrases[first[topic]], grammar)]
                for key in _seconds(first[topic], others, stems, strong)[:SECONDS]:
                    second = worded(phrases[key], grammar)
                    if len(parts) == 1 and _adds(parts[0], second):
                        parts.append(second)
            if parts:
                chosen[topic][language] = Title(heading(parts, language), nouns)
    return chosen


def _seconds(first: Key, others: Scored, texts: Sequence[set[str]], strong: set[str]) -> list[Key]:
    """The phrases and nouns that complete a first one, if that reaches few texts; best first."""
    rest = [stems for stems in texts if not stems & strong & set(first)]
    if len(texts) - len(rest) >= REACH * len(texts):
        return []
    added = {key: sum(1 for stems in rest if stems & strong & set(key)) for key, _ in others}
    useful = [(key, score) for key, score in others if added[key] >= MORE_REACH * len(texts)]
    return [key for key, _ in sorted(useful, key=lambda item: (-item[1] * added[item[0]], item[0]))]


def _varied(nouns: Iterable[str]) -> list[str]:
    """The first nouns that do not begin alike: not Klimaschutz, Klima, Klimarat."""
    chosen: dict[str, str] = {}
    for noun in nouns:
        chosen.setdefault(fold(noun)[:SAME_BEGINNING], noun)
        if len(chosen) == NOUNS:
            break
    return list(chosen.values())


def _adds(first: str, second: str) -> bool:
    """Whether a second part says something new: not Brunnenstraße and Straße, not its initials."""
    one, other = first.lower(), second.lower()
    initials = "".join(word[0] for word in one.split())
    long = len(first) + len(second) > LONGEST_PAIR
    words = distinct((*map(fold, one.split()), *map(fold, other.split())), 99)
    repeated = len(words) < len(one.split()) + len(other.split())
    return not (long or repeated or one in other or other in one or other == initials)


def title_above(below: Sequence[Titles], all_titles: Iterable[Titles]) -> dict[str, str]:
    """A title per language for what stands above some topics: the best noun of each of the first.

    One that any topic has already is left out.
    """
    taken = {title.text for titles in all_titles for title in titles.values()}
    rows: dict[str, list[str]] = defaultdict(list)
    for titles in below:
        for language, title in titles.items():
            free = [noun for noun in title.nouns if noun not in rows[language]]
            rows[language] += free[:1]
    found = {
        language: heading(nouns[:NOUNS], language)
        for language, nouns in sorted(rows.items())
        if nouns
    }
    return {language: title for language, title in found.items() if title not in taken}


def _nearest(labels: Labels, away: Matrix) -> list[int]:
    """At most `MOST_TEXTS` rows in order, from each topic those nearest to its centre."""
    order = np.argsort(away[np.arange(len(labels)), labels], kind="stable")
    share = max(1, MOST_TEXTS // away.shape[1])
    kept = [order[labels[order] == topic][:share] for topic in range(away.shape[1])]
    return sorted(np.concatenate(kept).tolist())


def _ranked(phrases: Mapping[Key, Phrase], topic: int, marks: Mapping[str, float]) -> Scored:
    """The phrases used in a topic with their scores, best first."""
    people = {key: len(p.people[topic]) for key, p in phrases.items() if topic in p.people}
    longer: dict[Key, list[int]] = defaultdict(list)
    for key, count in people.items():
        for start in range(len(key)):
            for end in range(start + 1, len(key) + (start > 0)):
                longer[key[start:end]].append(count)
    scored = {}
    for key, count in people.items():
        words = {stem for stem in key if not stem.isdigit()}
        marking = sum(marks.get(stem, 0.0) for stem in words)
        marking /= 1 + SECOND_WORD * (len(words) - 1)
        around = longer.get(key)
        alone = max(count - PIECE * sum(around) / len(around), 0.5) if around else count
        here = count / phrases[key].everyone
        scored[key] = (
            marking * math.log2(1 + alone) * (0.3 + 0.7 * here) * (0.2 + 0.8 * phrases[key].whole)
        )
    return sorted(scored.items(), key=lambda item: (-item[1], item[0]))


def _good(scored: Scored, phrases: Mapping[Key, Phrase], topic: int, size: int) -> Scored:
    """The phrases of more than a word that may be the title of a topic with `size` texts."""
    nouns = [score for key, score in scored if len(key) == 1]
    least = NOUNS_INSTEAD * max(nouns, default=0.0)
    fewest = max(FEWEST_PEOPLE, int(2 * math.log10(max(size, 1))))  # 3 of 32 texts, 6 of 1,000
    return [
        (key, score)
        for key, score in scored
        if len({stem for stem in key if not stem.isdigit()}) > 1
        and score > least
        and len(phrases[key].people[topic]) >= fewest
    ]


def _shared_out(candidates: Mapping[int, Scored]) -> dict[int, Key]:
    """One phrase for each topic that has any, none twice, the best first."""
    everything = [(-s, topic, key) for topic, scored in candidates.items() for key, s in scored]
    given: dict[int, Key] = {}
    for _, topic, key in sorted(everything):
        if topic not in given and key not in given.values():
            given[topic] = key
    return given


def _nouns(scored: Scored, phrases: Mapping[Key, Phrase], topic: int, grammar: Grammar) -> Scored:
    """The single nouns of a topic, best first: those of several people that can stand alone."""
    single = [item for item in scored if len(item[0]) == 1]
    alone = [
        item
        for item in single[:MOST_NOUNS]
        if grammar.alone(commonest(phrases[item[0]])[0].lower())
    ]
    several = [item for item in alone if len(phrases[item[0]].people[topic]) > 1]
    return several or alone or single
