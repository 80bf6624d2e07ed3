"""How texts in different languages come to lie together.

Word statistics alone find the languages, not the subjects. Two things help: shared concepts
(`analysis.concepts`), and taking half of what a language's texts have in common out of each. The
whole would be a little better where all languages speak about the same things, as in most
consultations, and much worse where each has its own: half is the peace between them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.concepts import concepts
from analysis.reading import Reading
from analysis.vectors import Matrix, unit

TAKEN_OUT = 0.5  # of the mean of a language
TOLD = 2  # times that a concept counts, for a word of its own
FEWEST_TEXTS = 10  # of a language, for its mean to say something
SMALLEST_SHARE = 0.05  # of the texts, for a language to count as one of several


def several_languages(readings: Sequence[Reading]) -> bool:
    """Whether more than one language has a say here."""
    counts = Counter(reading.language for reading in readings)
    return sum(count >= SMALLEST_SHARE * len(readings) for count in counts.values()) > 1


def bridged(reading: Reading) -> list[str]:
    """The stems of a text and the concepts they stand for."""
    return reading.stems + TOLD * concepts(reading.stems, reading.language)


@dataclass(frozen=True, slots=True)
class Offsets:
    """What the texts of each language have in common, measured once on the texts of a run."""

    of_language: dict[str, Matrix]

    @classmethod
    def measure(cls, vectors: Matrix, readings: Sequence[Reading]) -> "Offsets":
        """The part to take out, for each language with enough texts."""
        languages = np.array([reading.language for reading in readings])
        counts = Counter(languages.tolist())
        return cls(
            {
                language: np.float32(TAKEN_OUT) * vectors[languages == language].mean(axis=0)
                for language, count in sorted(counts.items())
                if count >= FEWEST_TEXTS
            }
        )

    def apply(self, vectors: Matrix, readings: Sequence[Reading]) -> Matrix:
        """`vectors` without it, at unit length; a row of zeros stays as it is."""
        moved = vectors.copy()
        for i, reading in enumerate(readings):
            if reading.language in self.of_language and vectors[i].any():
                moved[i] -= self.of_language[reading.language]
        return unit(moved)
