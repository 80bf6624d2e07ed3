"""What a run says about each topic that it found."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analysis.clustering import Labels
from analysis.contrasts import contrasts
from analysis.documents import Document
from analysis.keywords import keywords, marks, readable
from analysis.quotes import quotes
from analysis.report import Topic
from analysis.texts import Texts
from analysis.titles import titles
from analysis.vectors import Matrix


def describe(
    documents: Sequence[Document],
    texts: Texts,
    labels: Labels,
    *,
    away: Matrix,
    middle: Matrix,
    accepted_ids: Sequence[int | str],
) -> list[Topic]:
    """The topics with centres `middle`, accepted ones first, in that order.

    `labels` and the rows of `away` (distance to each centre) are aligned with `texts`. The texts
    that shape topics choose words and quotes; all of them count.
    """
    count = len(middle)
    one_each = texts.shaping
    readings = [texts.readings[i] for i in one_each]
    marking = marks(readings, labels[one_each], count)
    forms = readable(readings)
    written = [documents[texts.rows[i]].text for i in one_each]
    headings = titles(written, readings, labels[one_each], away[one_each], marking)
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
                title=headings[i],
                keywords=keywords(marking[i], forms),
                apart=apart[i],
                representatives=[documents[texts.rows[one_each[row]]].id for row in rows[i]],
                languages=dict(sorted(languages.items())),
                accepted_id=accepted_ids[i] if i < len(accepted_ids) else None,
            )
        )
    return topics
