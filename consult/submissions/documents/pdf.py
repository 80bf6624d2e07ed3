"""The words of a PDF, read by a process of its own: a file made to exhaust its reader exhausts only
that, and only for so long and with so much memory as it is given.
"""

import json
import re
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

SECONDS = 20
MEMORY = 1_000_000_000
MOST_PAGES = 400
MOST_CHARACTERS = 2_000_000
_EDGE = 2  # lines at the top and the bottom of a page where its running head and number stand


class UnreadablePdfError(Exception):
    """Damaged, locked, without words (a picture of a page), or too much to read."""


def words_of(raw: bytes) -> str:
    """The paragraphs of a PDF, with an empty line between. Raises UnreadablePdfError."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(Path(__file__).resolve())],
            input=raw,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise UnreadablePdfError from error
    words = paragraphs([str(page) for page in found])
    if not any(sign.isalnum() for sign in words):
        raise UnreadablePdfError
    return words


def paragraphs(pages: Sequence[str]) -> str:
    """The lines of pages joined to paragraphs; running heads and page numbers are left out."""
    lines = [[line.strip() for line in page.split("\n") if line.strip()] for page in pages]
    seen = Counter(_key(line) for page in lines for line in {*page[:_EDGE], *page[-_EDGE:]})
    often = max(3, len(lines) // 2)
    running = {key for key, times in seen.items() if times >= often}
    kept = [
        line
        for page in lines
        for number, line in enumerate(page)
        if not (_key(line) in {*running, "#"} and (number < _EDGE or number >= len(page) - _EDGE))
    ]
    width = sorted(map(len, kept))[int(len(kept) * 0.9)] if kept else 0
    out: list[str] = []
    before = ""
    for line in kept:
        if not before or _ends(before, line, width):
            out.append(line)
        elif before.endswith("-") and line[:1].islower():
            out[-1] = out[-1][:-1] + line
        else:
            out[-1] += f" {line}"
        before = line
    return "\n\n".join(out)


def _key(line: str) -> str:
    """A line without its numbers: a running head counts pages."""
    return re.sub(r"\d+", "#", line).strip("-–— |/.#") or "#"


_ITEM = re.compile(
    r"(?:[•–—▪-]|\(?\d{1,3}[.)]|\(?[a-z]\)|art(?:icle|ikel)?\.? ?\d|§)\s*\S", re.IGNORECASE
)


def _ends(before: str, line: str, width: int) -> bool:
    """Whether a paragraph ends between two lines: the first is short, or the next one an item."""
    short = len(before) < 0.75 * width
    if _ITEM.match(line) and (short or before[-1] in ".;:!?"):
        return True
    return short and not (line[:1].islower() and before[-1] not in ".!?")


def _read() -> None:
    """What the process of its own does: pages as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # Here alone: no other process of ours loads it.
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(sys.stdin.buffer.read()))
    if len(reader.pages) > MOST_PAGES:
        sys.exit(1)
    pages, size = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > MOST_CHARACTERS:
            sys.exit(1)
    sys.stdout.write(json.dumps(pages))


if __name__ == "__main__":
    _read()
