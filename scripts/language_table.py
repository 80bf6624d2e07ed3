"""Distil the table of analysis/language.py from py3langid's model of 142 languages.

py3langid costs a web worker 0.75 s and 120 MB (numpy and a large automaton); the four columns
that we need, cut to the letter groups that tell these languages apart, cost 1 MB and judge as well.

    python scripts/language_table.py > analysis/language.tsv
"""

import math
import sys
from collections import deque

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ["de", "en", "fr", "lb"]
HEAD = (
    "# Distilled from py3langid 0.4 (BSD-3-Clause) by scripts/language_table.py: letter group,",
    "# then how many quarter nats each language lies behind the likeliest one.",
)
ROWS = 8000  # 4,000 lose on three words, 20,000 gain nothing


def strings(identifier: LanguageIdentifier) -> dict[int, bytes]:
    """The letter group each state stands for: the shortest bytes that lead to it."""
    following, rows = np.asarray(identifier.tk_nextmove), np.asarray(identifier.tk_row)
    found, queue = {0: b""}, deque([0])
    while queue:
        state = queue.popleft()
        for byte in range(256):
            target = int(following[(int(rows[state]) << 8) + byte])
            if target not in found:
                found[target] = found[state] + bytes([byte])
                queue.append(target)
    return found


def information(log_probability: np.ndarray) -> float:
    """How much seeing the group tells about the language, times how often it is seen."""
    probability = np.exp(log_probability)
    return float((probability * (log_probability - math.log(probability.mean()))).sum())


def main() -> None:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    columns = [identifier.nb_classes.index(language) for language in LANGUAGES]
    table = {}
    for state, spelt in strings(identifier).items():
        if identifier.tk_output[state] < 0:
            continue
        try:
            group = spelt.decode()
        except UnicodeDecodeError:  # cut inside a letter
            continue
        if group.isprintable() and "#" not in group:  # "#" begins a comment in the file
            table[group] = identifier.nb_ptc[identifier.tk_output[state]][columns].astype(float)
    best = sorted(table, key=lambda group: (-information(table[group]), group))[:ROWS]
    lines = [*HEAD, "\t".join(["#", *LANGUAGES])]
    for group in sorted(best):
        behind = np.rint(4 * (table[group].max() - table[group])).astype(int)
        lines.append("\t".join([group, *map(str, behind)]))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
