"""The words of a text that speak most for its topic and against the next."""

import numpy as np

from analysis.clustering import Points
from analysis.documents import Document
from analysis.learning import SHARPNESS, Model
from analysis.reading import Reading
from analysis.texts import Learned, sentences_of

MOST = 3  # words named


def words_behind(reading: Reading, learned: Learned, model: Model, logits: Points) -> list[str]:
    """At most `MOST` words as the person wrote them, the strongest first.

    `logits` are the log odds of each topic for the text.
    """
    words = list(dict.fromkeys(reading.written))
    if not words or len(logits) < 2:
        return []
    other, label = np.argsort(logits, kind="stable")[-2:]
    stem = dict(zip(reading.written, reading.stems, strict=True))
    alone = [
        Reading(reading.language, [word.lower()], [stem[word]], [word], None) for word in words
    ]
    sentences = None
    if learned.needs_sentences:
        sentences = sentences_of(
            [Document(i, w, reading.language) for i, w in enumerate(words)], alone, None
        )
    rows = learned.vectors(alone, sentences).astype(np.float32)
    toward = SHARPNESS * (model.middle[label] - model.middle[other])
    push = rows @ (toward + model.pull[:, label] - model.pull[:, other])
    order = np.argsort(-push, kind="stable")[:MOST]
    return [words[i] for i in order if push[i] > 0]
