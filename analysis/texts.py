"""The documents that take part in a run, and the space that they open."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import duplicates, encoder
from analysis.bridges import Offsets, bridged, several_languages
from analysis.clustering import Weights
from analysis.documents import Document
from analysis.neighbours import Neighbourhood
from analysis.reading import NOTHING_SHARED, Reading, read_corpus
from analysis.vectors import (
    SPECTRUM_OF,
    Joint,
    Lexical,
    Matrix,
    Sides,
    Told,
    evenly,
    main_directions,
    unit,
)

Progress = Callable[[float, str], None]
Stored = NDArray[np.float16]

GROWTH = 1.2  # times the texts learned from, above which everything is learned anew
_TEXTS_AT_ONCE = 5_000  # whose vectors are made together


@dataclass(frozen=True, slots=True)
class Learned:
    """What a corpus taught about words: makes a vector of any text; can be stored and used again.

    `n_texts` is how many texts it was learned from (one of each group of near-copies).
    """

    view: Joint | Lexical
    directions: Matrix
    offsets: Offsets | None  # None where one language is spoken, or the encoder has its own
    several: bool  # languages
    usual_language: str | None
    n_texts: int

    @classmethod
    def learn(
        cls,
        readings: Sequence[Reading],
        sentences: Stored | None,
        leads: NDArray[np.int64],
        usual_language: str | None,
        *,
        random_state: int,
        told: Told,
    ) -> "Learned":
        """Learn from the texts at the places `leads`, which are no copies of each other.

        `told` hears the share done.
        """
        chosen = [readings[i] for i in leads]
        several = several_languages(chosen)
        view = Lexical() if sentences is None else Joint()
        everything = _sides(chosen, None, several=several, encoded=sentences is not None)
        view.fit(everything, random_state, lambda share: told(0.4 * share))
        offsets = None
        if sentences is None:
            rows = view.transform(everything, told)
            if several:
                offsets = Offsets.measure(rows, chosen)
                rows = offsets.apply(rows, chosen)
            rows = rows[evenly(len(rows), SPECTRUM_OF)]
        else:
            few = leads[evenly(len(leads), SPECTRUM_OF)]
            sides = _sides([readings[i] for i in few], sentences[few], several=several)
            rows = view.transform(sides, lambda share: told(0.4 + 0.6 * share))
        return cls(view, main_directions(rows), offsets, several, usual_language, len(chosen))

    @property
    def needs_sentences(self) -> bool:
        """Whether it goes by the encoder's vectors too."""
        return isinstance(self.view, Joint)

    def vectors(
        self, readings: Sequence[Reading], sentences: Stored | None, told: Told = lambda _: None
    ) -> Stored:
        """One row of unit length for each text; zeros where nothing is known of it."""
        rows = self.view.transform(_sides(readings, sentences, several=self.several), told)
        if self.offsets:
            rows = self.offsets.apply(rows, readings)
        return unit(rows @ self.directions).astype(np.float16)

    def fits(self, n_texts: int, *, encoded: bool) -> bool:
        """Whether a corpus of `n_texts` different texts can go by it instead of learning anew."""
        return self.needs_sentences == encoded and n_texts <= GROWTH * self.n_texts

    def to_bytes(self) -> bytes:
        """Everything, as a compressed archive of arrays."""
        arrays: dict[str, NDArray[Any]] = {
            **self.view.arrays(),
            "kind": np.array(self.view.kind),
            "directions": self.directions,
            "several": np.array(self.several),
            "usual_language": np.array(self.usual_language or ""),
            "n_texts": np.array(self.n_texts),
        }
        for language, offset in (self.offsets.of_language if self.offsets else {}).items():
            arrays[f"offset.{language}"] = offset
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Learned":
        """What `to_bytes` wrote. Raises ValueError if it is not, or is damaged."""
        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as table:
                return cls._of(dict(table.items()))
        except Exception as error:  # there are as many kinds as there are ways to be damaged
            raise ValueError("this is not what was learned, or it is damaged") from error

    @classmethod
    def _of(cls, arrays: dict[str, NDArray[Any]]) -> "Learned":
        view = (Joint() if str(arrays["kind"]) == Joint.kind else Lexical()).restored(arrays)
        of_language = {
            name.removeprefix("offset."): array
            for name, array in arrays.items()
            if name.startswith("offset.")
        }
        return cls(
            view,
            arrays["directions"],
            Offsets(of_language) if of_language else None,
            bool(arrays["several"]),
            str(arrays["usual_language"]) or None,
            int(arrays["n_texts"]),
        )


def _sides(
    readings: Sequence[Reading],
    sentences: Stored | None,
    *,
    several: bool,
    encoded: bool | None = None,
) -> Sides:
    """What the views look at; `encoded` says that there is an encoder, though no vectors come."""
    encoded = sentences is not None if encoded is None else encoded
    return Sides(
        stems=[bridged(reading) if several else reading.stems for reading in readings],
        folded=[] if encoded else [" ".join(r.tokens) for r in readings],
        words=[reading.words for reading in readings],
        languages=[reading.language for reading in readings],
        sentences=sentences,
    )


@dataclass(frozen=True, slots=True)
class Space:
    """Where to put any text: its words, and the texts near it."""

    learned: Learned
    neighbourhood: Neighbourhood

    def vectors(self, readings: Sequence[Reading], sentences: Stored | None) -> Matrix:
        """Vectors of unit length, drawn towards their neighbours; zeros where nothing is known."""
        rows = self.learned.vectors(readings, sentences)
        return self.neighbourhood.smooth(rows.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Memory:
    """What an earlier run on the same consultation left: nothing of it has to be worked out again.

    `joint` has a row for each document of the new run, zeros where it is not known yet; it counts
    only together with `learned`.
    """

    sentences: Stored | None = None
    joint: Stored | None = None
    learned: Learned | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that can be grouped; all fields but `space` are aligned.

    Of each group of near-copies one text, the leader, shapes the topics: otherwise campaigns
    would become the topics.
    """

    rows: NDArray[np.int64]  # places among all documents
    readings: list[Reading]
    joint: Stored  # as their words and sentences alone give them
    vectors: Matrix  # drawn towards their neighbours
    leader: NDArray[np.int64]  # place, among these texts, of the one that stands for this one
    weights: Weights  # of a group of near-copies as one, shared out among them
    space: Space | None  # None where no text can be grouped

    @property
    def group_weights(self) -> Weights:
        """The weight of the whole group, for each leader; never quite nothing, for k-means."""
        sums = np.bincount(self.leader, self.weights, len(self.leader))
        return np.maximum(sums.astype(np.float64), 1e-9)

    @property
    def shaping(self) -> NDArray[np.int64]:
        """Places of the leaders."""
        return np.flatnonzero(self.leader == np.arange(len(self.leader)))


_NONE = np.zeros((0, 0), np.float16)


def gather(
    documents: Sequence[Document],
    weights: Weights,
    random_state: int,
    memory: Memory,
    told: Progress,
) -> tuple[Texts, dict[int, str]]:
    """The texts that can be grouped, and for each other document the reason code."""
    readings, usual = read_corpus(documents, lambda share: told(0.1 * share, "reading"))
    reasons = {i: reading.reason for i, reading in enumerate(readings) if reading.reason}
    rows = np.array([i for i in range(len(readings)) if i not in reasons], np.int64)
    taking_part = [readings[i] for i in rows]
    if not taking_part:
        return _nothing(rows), reasons
    told(0.1, "duplicates")
    leader = duplicates.groups(
        [reading.tokens for reading in taking_part],
        lambda share: told(0.1 + 0.1 * share, "duplicates"),
    )
    leads = leader == np.arange(len(rows))
    told(0.2, "vectors")
    learned, joint = _joint(
        documents, (rows, taking_part, usual, leads), memory, random_state, told
    )
    known = np.asarray(joint.any(axis=1))[leader]
    reasons |= dict.fromkeys(rows[~known].tolist(), NOTHING_SHARED)
    if not known.any():
        return _nothing(rows[known]), reasons
    told(0.4, "neighbours")
    raw = joint[known].astype(np.float32)
    space = Space(learned, Neighbourhood(raw[leads[known]], random_state))
    leader = (np.cumsum(known) - 1)[leader[known]]
    copies = np.bincount(leader, minlength=len(leader))[leader]
    texts = Texts(
        rows=rows[known],
        readings=[taking_part[i] for i in np.flatnonzero(known)],
        joint=joint[known],
        vectors=space.neighbourhood.smooth(raw),
        leader=leader,
        weights=weights[rows[known]] / copies,
        space=space,
    )
    return texts, reasons


def _nothing(rows: NDArray[np.int64]) -> Texts:
    empty = _NONE.astype(np.float32)
    return Texts(rows[:0], [], _NONE, empty, rows[:0], np.zeros(0), None)


def sentences_of(
    documents: Sequence[Document],
    readings: Sequence[Reading],
    stored: Stored | None,
    told: Told = lambda _: None,
) -> Stored | None:
    """The encoder's vectors, those that are stored taken as they are; None without an encoder."""
    if not encoder.available():
        return None
    sentences = stored
    if sentences is None:
        sentences = np.zeros((len(documents), encoder.DIMENSIONS), np.float16)
    missing = np.flatnonzero(~sentences.any(axis=1)).tolist()
    if len(missing):
        sentences = sentences.copy()
        known = [
            Document(documents[i].id, documents[i].text, readings[i].language) for i in missing
        ]
        sentences[missing] = encoder.embed(known, told)
    return sentences


def _joint(
    documents: Sequence[Document],
    taking_part: tuple[NDArray[np.int64], list[Reading], str | None, NDArray[np.bool_]],
    memory: Memory,
    random_state: int,
    told: Progress,
) -> tuple[Learned, Stored]:
    """What the corpus teaches, and a row for each text that takes part."""
    rows, readings, usual, leads = taking_part
    sentences = sentences_of(
        [documents[i] for i in rows],
        readings,
        None if memory.sentences is None else memory.sentences[rows],
        lambda share: told(0.2 + 0.1 * share, "vectors"),
    )
    learned, joint = memory.learned, memory.joint
    encoded = sentences is not None
    if learned is None or joint is None or not learned.fits(int(leads.sum()), encoded=encoded):
        learned = Learned.learn(
            readings,
            sentences,
            np.flatnonzero(leads),
            usual,
            random_state=random_state,
            told=lambda share: told(0.3 + 0.05 * share, "vectors"),
        )
        joint = np.zeros((len(documents), learned.directions.shape[1]), np.float16)
    found = joint[rows]
    missing = np.flatnonzero(~found.any(axis=1))
    for start in range(0, len(missing), _TEXTS_AT_ONCE):
        told(0.35 + 0.05 * start / len(missing), "vectors")
        some = missing[start : start + _TEXTS_AT_ONCE]
        found[some] = learned.vectors(
            [readings[i] for i in some], None if sentences is None else sentences[some]
        )
    return learned, found
