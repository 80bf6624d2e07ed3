"""A change of the text as runs of words: what stood, what was struck, what came in. Pure."""

from collections.abc import Iterator

from consult.drafts.models import TEXT
from consult.drafts.queries import EditRow
from consult.drafts.sentences import units
from consult.exports.reports.blocks import INSERTED, SAME, STRUCK, Run

# A whole clause that came or went may be long; the text itself holds all of it.
LONGEST = 4_000


def runs(row: EditRow) -> tuple[Run, ...]:
    """The sentences that an edit touched, as on the outcome page."""
    return tuple(part for run in _runs(row) for part in _trimmed(run) if part.words)


def _trimmed(run: Run) -> Iterator[Run]:
    """A mark holds words, not the space or the line's end around them."""
    if run.look == SAME or not run.words.strip():
        yield run
        return
    words = run.words.strip()
    start = run.words.index(words)
    yield Run(run.words[:start])
    yield Run(words, run.look)
    yield Run(run.words[start + len(words) :])


def _runs(row: EditRow) -> Iterator[Run]:
    edit, before, after = row.edit, row.before, row.after
    if edit.part != TEXT:
        yield Run(before.heading if before else "", STRUCK)
        yield Run(after.heading if after else "", INSERTED)
        return
    if edit.kind == "moved":
        return
    if edit.kind != "changed" or after is None:
        yield Run(cut(before.text if before else ""), STRUCK)
        yield Run(cut(after.text if after else ""), INSERTED)
        return
    start, end = edit.after_start, edit.after_end
    touched = [unit for unit in units(after.text) if unit.start <= end and unit.end >= start]
    left = min((unit.start for unit in touched), default=start)
    right = max((unit.end for unit in touched), default=end)
    yield Run(after.text[left:start])
    yield Run(cut(edit.before_words), STRUCK)
    yield Run(cut(after.text[start:end]), INSERTED)
    yield Run(after.text[end:right].rstrip())


def cut(words: str, longest: int = LONGEST) -> str:
    """Words as they are, or their beginning and a sign that they go on."""
    if len(words) <= longest:
        return words
    return f"{words[:longest].rsplit(maxsplit=1)[0]} …"
