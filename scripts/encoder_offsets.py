"""Measure what is common to the sentences and words of each language, for the encoder.

    PYTHONPATH=. python scripts/encoder_offsets.py FOLDER

FOLDER holds parallel sentences, one file a language (fr.tsv, de.tsv, lb.tsv, en.tsv) with the
column "text", the same sentences in each: without that the offset would hold a subject as well.
Writes analysis/encoder_offsets.npz; `analysis.encoder.NAME` must change with it.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from analysis import encoder
from analysis.language import LANGUAGES
from analysis.words import tokenise


def measure(texts: list[str], language: str) -> dict[str, encoder.Embeddings]:
    """Mean vector of the sentences, and of all words in them, of one language."""
    cleaned = [encoder.cleaned(text, language) for text in texts]
    encode = encoder.load()
    sentences = np.mean([encode([text])[0] for text in cleaned], axis=0)
    words = [word.lower() for text in cleaned for word in tokenise(text)]
    kinds = {word: encode([word])[0] for word in sorted(set(words))}
    return {
        f"sentences_{language}": sentences.astype(np.float16),
        f"words_{language}": np.mean([kinds[word] for word in words], axis=0).astype(np.float16),
    }


def main(folder: Path) -> None:
    """Measure and write."""
    table: dict[str, encoder.Embeddings] = {}
    for language in LANGUAGES:
        with (folder / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
            texts = [row["text"] for row in csv.DictReader(file, delimiter="\t")]
        table |= measure(texts, language)
    np.savez(Path(encoder.__file__).with_name("encoder_offsets.npz"), allow_pickle=False, **table)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
