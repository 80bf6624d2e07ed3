"""How long a redline takes: texts made to be hard to compare, and clauses as they are.

    python -m benchmarks.redline [--repeat 5]

Prints milliseconds of CPU time for each pair of texts, comparing and showing together: the median
and the range. No text of 30,000 characters may take more than 100 ms, whatever it says. The garbage
collector rests meanwhile: a full collection, which any work may meet, takes longer than a redline.
"""

import argparse
import gc
import random
from collections.abc import Iterator

from benchmarks.figures import Figure, line, timed
from consult.drafts.redline import changes, show
from consult.kernel.i18n import speaking
from consult.kernel.markup import Rendered, render_clause

AT_MOST = 100.0  # milliseconds
SIZE = 30_000  # characters


def _rendered(text: str) -> Rendered:
    """Plain words as they stand in a clause; the Markdown reader is not what is measured."""
    return Rendered(text, f"<p>{text}</p>" if "\n" not in text else _lines(text), text)


def _lines(text: str) -> str:
    return "".join(f"<p>{line}</p>" for line in text.split("\n"))


def hard() -> Iterator[tuple[str, str, str]]:
    """Name, earlier and later text: repetitions on which a naive comparison does not end."""
    half = SIZE // 2
    yield "one word again and again", "a " * half, "a " * (half - 1000) + "b " + "a " * 999
    yield "every other word changed", "a b " * (SIZE // 4), "a c " * (SIZE // 4)
    yield "alternating pairs", "ab cd " * (SIZE // 6), "cd ab " * (SIZE // 6)
    yield "four words kept, one changed", "a b c d e " * 3_000, "a b c d f " * 3_000
    yield "one word without spaces", "x" * SIZE, "x" * (SIZE - 1) + "y"
    yield "sentences alike", "a b c. " * (SIZE // 7), "a b d. " * (SIZE // 7)
    yield "sentences in turn", "x y z. y x z. " * (SIZE // 14), "y x z. " * (SIZE // 7)
    yield (
        "lines nearly alike",
        "\n".join(f"Zeile {i} sagt das." for i in range(SIZE // 20)),
        "\n".join(f"Zeile {i} sagt dies." for i in range(SIZE // 20)),
    )
    yield "marks only", "." * SIZE, ",." * half
    yield "commas become semicolons", "ab, " * (SIZE // 4), "ab; " * (SIZE // 4)


def usual(seed: int) -> Iterator[tuple[str, str, str]]:
    """Clauses of words as frequent as in a language, a few phrases of which were amended."""
    choose = random.Random(seed)
    words = [f"w{n}" for n in range(2_000)]
    weights = [1 / (n + 1) for n in range(2_000)]
    for size in (100, 1_000, 5_000):
        text = choose.choices(words, weights, k=size)
        amended = list(text)
        for _ in range(max(3, size // 50)):
            at = choose.randrange(size - 3)
            amended[at : at + 3] = choose.choices(words, k=choose.randint(0, 4))
        ends = range(15, size, 15)
        yield f"{size} words, amended", _sentences(text, ends), _sentences(amended, ends)


def _sentences(words: list[str], ends: range) -> str:
    stops = set(ends)
    return " ".join(word + "." * (number in stops) for number, word in enumerate(words))


def measure(before: str, after: str) -> float:
    """Milliseconds from two texts to the markup of their redline."""
    old, new = _rendered(before), _rendered(after)

    def redline() -> str:
        return str(show(new.html, changes(old.text, new.text), old.html))

    gc.collect()
    gc.disable()
    try:
        with speaking("de"):
            return timed(redline)[1] * 1_000
    finally:
        gc.enable()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    render_clause("warm")
    for name, before, after in (*hard(), *usual(0)):
        values = [measure(before, after) for _ in range(asked.repeat)]
        print(line(Figure(f"{name} ({len(before):,} characters), ms", values, at_most=AT_MOST)))


if __name__ == "__main__":
    main()
