"""The method card: how a result came about, so that anyone can repeat and doubt it."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np
from sklearn.metrics import normalized_mutual_info_score, silhouette_score

from analysis import confidence, duplicates, encoder, learning, neighbours, vectors
from analysis.clustering import Labels, Weights
from analysis.confidence import Calibration
from analysis.documents import AcceptedTopic, Document, digest
from analysis.texts import Space, Texts
from analysis.topic_number import Choice

METHODS = {
    True: "sentences and words, 3",
    False: "words and letters, 4",
}
"""Name and version of the method with the encoder and without; the version rises whenever labels
may change."""
WITHOUT_ENCODER = (
    "the sentence encoder is not installed: topics are found by words and letters alone"
)

_PACKAGES = ("numpy", "scipy", "scikit-learn", "snowballstemmer", "simplemma")
_SAMPLE = 2_000  # texts; the silhouette compares every pair


def quality(texts: Texts, labels: Labels, scores: np.ndarray[Any, Any]) -> dict[str, object]:
    """Figures that need no truth to compare with.

    `silhouette` (cosine, -1 to 1) tells how far apart topics are; `topic_language_nmi` how much a
    topic is merely a language (0 none, 1 all; None with one language); `disagreement` the share of
    texts that a person would put elsewhere, going by the confidence in each label.
    """
    languages = [reading.language for reading in texts.readings]
    one_each = texts.shaping
    sample = one_each[np.linspace(0, len(one_each) - 1, min(len(one_each), _SAMPLE)).astype(int)]
    several = 1 < len(set(labels[sample].tolist())) < len(sample)
    return {
        "silhouette": round(
            float(silhouette_score(texts.vectors[sample], labels[sample], metric="cosine")), 4
        )
        if several
        else None,
        "topic_language_nmi": round(float(normalized_mutual_info_score(languages, labels)), 4)
        if len(set(languages)) > 1
        else None,
        "disagreement": round(float(1 - scores.mean()), 4),
    }


def provenance(
    documents: Sequence[Document],
    weights: Weights,
    accepted: Sequence[AcceptedTopic],
    random_state: int,
    space: Space | None,
) -> dict[str, Any]:
    """Method, versions, parameters, seed, and digests of everything that went in."""
    encoded = encoder.available() if space is None else space.learned.needs_sentences
    packages = (*_PACKAGES, *([encoder.PACKAGE] if encoded else []))
    return {
        "method": METHODS[encoded],
        "encoder": encoder.NAME if encoded else None,
        **({} if encoded else {"note": WITHOUT_ENCODER}),
        "learned_from": space.learned.n_texts if space else 0,
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in packages},
        },
        "random_state": random_state,
        "input_sha256": digest(documents),
        "weights_sha256": _digest(weights.tolist()),
        "parameters": {
            "dimensions": vectors.DIMENSIONS,
            "kept_dimensions": vectors.KEPT,
            **(
                {
                    "share_of_meaning_to_company": vectors.MEANING_SHARE,
                    "share_of_words_to_sentence": vectors.WORDS_SHARE,
                }
                if encoded
                else {"shares_of_words_company_letters": list(vectors.LEXICAL_SHARES)}
            ),
            "neighbours": neighbours.NEAREST,
            "rounds": neighbours.ROUNDS,
            "own_share": neighbours.OWN_SHARE,
            "near_copy_similarity": [duplicates.ALIKE_SHORT, duplicates.ALIKE],
            "accepted_topics": len(accepted),
            "sharpness": learning.SHARPNESS,
            "restraint": learning.RESTRAINT,
        },
    }


def said(
    documents: Sequence[Document],
    accepted: Sequence[AcceptedTopic],
    decisions: Mapping[int | str, int | str],
    previous: Mapping[int | str, int | str],
) -> str:
    """Digest of what people and an earlier run had said before."""
    return _digest(
        [
            [[topic.id, list(topic.document_ids), topic.parent_id] for topic in accepted],
            [[d.id, decisions[d.id]] for d in documents if d.id in decisions],
            [[d.id, previous[d.id]] for d in documents if d.id in previous],
        ]
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=True).encode("ascii")).hexdigest()


def calibration(line: Calibration) -> dict[str, Any]:
    """How confidence came about: on how many decisions, and how often the model had been right.

    `agreement` is the share of decisions that it had foreseen, with `standard_error`; without
    decisions both are None, and `off_by` says how far such figures were off elsewhere.
    """
    learned = line.agreement is not None
    share = line.agreement or 0.0
    error = (share * (1 - share) / max(line.decisions, 1)) ** 0.5
    return {
        "from": "decisions" if learned else "public labelled sets",
        "decisions": line.decisions,
        "agreement": round(share, 4) if learned else None,
        "standard_error": round(error, 4) if learned else None,
        "off_by": None if learned else confidence.OFF_BY,
        "intercept": round(line.intercept, 4),
        "slope": round(line.slope, 4),
    }


def number_of_topics(n_topics: int | None, choice: Choice | None) -> dict[str, Any]:
    """The number asked for, or the one chosen with its reason and everything that was tried."""
    if choice is None:
        return {"asked_for": n_topics, "chosen": None, "alternatives": [], "curve": []}
    return {
        "asked_for": n_topics,
        "chosen": choice.n_topics,
        "reason": choice.reason,
        "alternatives": choice.alternatives,
        "curve": [
            {
                "topics": number,
                **{name: round(value, 4) for name, value in asdict(tried).items()},
                "above_chance": round(tried.above_chance, 4),
            }
            for number, tried in choice.curve.items()
        ],
    }
