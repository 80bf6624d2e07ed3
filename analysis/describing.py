"""What a run says about each topic that it found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.clustering import Labels
from analysis.contrasts import contrasts
from analysis.documents import Document
from analysis.keywords import Marks, keywords, marks, readable
from analysis.levels import Above, levels
from analysis.quotes import quotes
from analysis.reading import Reading
from analysis.report import Topic
from analysis.texts import Texts
from analysis.titles import title_above, titles
from analysis.vectors import Matrix


def describe(
    documents: Sequence[Document],
    texts: Texts,
    labels: Labels,
    *,
    away: Matrix,
    middle: Matrix,
    accepted_ids: Sequence[int | str],
    parents: Mapping[int | str, int | str],
) -> tuple[list[Topic], list[Topic]]:
    """The topics with centres `middle`, accepted ones first, and the main topics above them.

    `labels` and the rows of `away` (distance to each centre) are aligned with `texts`. The texts
    that shape topics choose words and quotes; all of them count. `parents` says which accepted
    topics people put below which.
    """
    count = len(middle)
    one_each = texts.shaping
    readings = [texts.readings[i] for i in one_each]
    marking = marks(readings, labels[one_each], count)
    forms = readable(readings)
    written = [documents[texts.rows[i]].text for i in one_each]
    titled = titles(written, readings, labels[one_each], away[one_each], marking)
    rows = quotes(written, readings, texts.vectors[one_each], labels[one_each], away[one_each])
    apart = contrasts(readings, labels[one_each], middle, forms)
    topics = []
    for i in range(count):
        members = np.flatnonzero(labels == i)
        languages = Counter(texts.readings[member].language for member in members)
        topics.append(
            Topic(
                id=i,
                parent_id=None,
                size=len(members),
                title={language: title.text for language, title in titled[i].items()},
                keywords=keywords(marking[i], forms),
                apart=apart[i],
                representatives=[documents[texts.rows[one_each[row]]].id for row in rows[i]],
                languages=dict(sorted(languages.items())),
                accepted_id=accepted_ids[i] if i < len(accepted_ids) else None,
            )
        )
    above = levels(middle, accepted_ids, parents)
    group_words = _words_of(above, readings, labels[one_each], count)
    return _nested(
        topics,
        above,
        [title_above([titled[i] for i in each.topics], titled) for each in above],
        [keywords(marking, forms) for marking in group_words],
    )


def _words_of(
    above: Sequence[Above], readings: Sequence[Reading], labels: Labels, n_topics: int
) -> list[Marks]:
    """What marks each group of topics, told from the other groups and the topics in none."""
    place = np.arange(n_topics) + len(above)
    for number, each in enumerate(above):
        place[each.topics] = number
    return marks(readings, place[labels], n_topics + len(above))[: len(above)]


def _nested(
    topics: Sequence[Topic],
    above: Sequence[Above],
    titles: Sequence[dict[str, str]],
    words: Sequence[dict[str, list[str]]],
) -> tuple[list[Topic], list[Topic]]:
    """Topics that name their main topic, and the main topics that are no topics themselves."""
    own = {topic.accepted_id: topic.id for topic in topics if topic.accepted_id is not None}
    nested = list(topics)
    parents: list[Topic] = []
    for each, title, marking in zip(above, titles, words, strict=True):
        number = own.get(each.accepted_id) if each.accepted_id is not None else None
        if number is None:
            number = len(topics) + len(parents)
            below = [topics[i] for i in each.topics]
            languages = sum((Counter(topic.languages) for topic in below), Counter[str]())
            parents.append(
                Topic(
                    id=number,
                    parent_id=None,
                    size=sum(topic.size for topic in below),
                    title=title,
                    keywords=marking,
                    apart=None,
                    representatives=[],
                    languages=dict(sorted(languages.items())),
                    accepted_id=each.accepted_id,
                )
            )
        for i in each.topics:
            nested[i] = replace(topics[i], parent_id=number)
    return nested, parents
