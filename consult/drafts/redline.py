"""Showing what changed: struck and inserted words in place, in colour, by a line, and in words.

Screen readers say little about `<del>` and `<ins>`, so each carries hidden words as well. What was
moved says at both places where the other one is, and leads there.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from consult.drafts.marking import Change, Writer
from consult.drafts.models import TEXT
from consult.drafts.phrases import told
from consult.drafts.queries import ClauseRow, EditRow
from consult.drafts.sentences import units
from consult.drafts.struck import Earlier


def changes(before: str, after: str) -> list[Change]:
    """The changes between two plain texts, by phrases."""
    return [
        Change(h.after_start, h.after_end, before[h.before_start : h.before_end], h.before_start)
        for h in told(before, after)
    ]


def redline(before: str, after: str) -> Markup:
    """Two plain texts as one paragraph a line, with what was struck and inserted."""
    lines = escape(after).split("\n")
    return show(
        Markup("").join(Markup("<p>{}</p>").format(line) for line in lines), changes(before, after)
    )


def clause_redline(before: ClauseRow | None, after: ClauseRow | None) -> Markup:
    """A clause with its formatting, and what changed in it; whole ones are struck or inserted."""
    old, new = (before.text if before else ""), (after.text if after else "")
    marks = [] if old == new else whole(before, after) or changes(old, new)
    return show(after.html if after else "", marks, before.html if before else "")


def whole(before: ClauseRow | None, after: ClauseRow | None) -> list[Change]:
    """The one mark of a clause that was inserted or deleted; nothing for any other."""
    if before is None and after is not None and after.text:
        return [Change(0, len(after.text))]
    if after is None and before is not None and before.text:
        return [Change(0, 0, before.text)]
    return []


def heading_redline(before: ClauseRow | None, after: ClauseRow) -> Markup:
    """The heading of a clause in one line, with what changed in it."""
    if before is None or before.heading == after.heading:
        return escape(after.heading)
    return redline(before.heading, after.heading).replace("<p>", "").replace("</p>", "")


def show(markup: str, marks: Sequence[Change], earlier: str = "") -> Markup:
    """Sanitised HTML with changes shown in it. Offsets count its plain text.

    `earlier` is the HTML in which struck words stood, for their formatting.
    """
    old = Earlier(earlier) if earlier and any(change.struck for change in marks) else None
    # What goes in is sanitised when it is stored, and what is added here is escaped.
    return Markup("".join(Writer(markup, marks, old).write()))  # noqa: S704


def lines(markup: str) -> Markup:
    """Sanitised HTML whose text content in a browser is our plain text: a line's end at each end.

    So words selected across paragraphs are found again, and copying a clause gives its lines.
    """
    ended = re.sub(r"(<br>|</(?:p|li|tr)>)", r"\1\n", str(markup))
    return Markup(re.sub(r"(</t[dh]>)", r"\1\t", ended))  # noqa: S704 - it was sanitised before


def around(row: EditRow) -> Markup:
    """The sentences of an edit, with what it struck and inserted: the redline in place."""
    edit, after, before = row.edit, row.after, row.before
    if edit.part != TEXT:
        old, new = (before.heading if before else ""), (after.heading if after else "")
        return redline(old, new)
    if edit.kind != "changed" or after is None:
        return clause_redline(before, after) if edit.kind != "moved" else Markup("")
    start, end = edit.after_start, edit.after_end
    touched = [u for u in units(after.text) if u.start <= end and u.end >= start]
    left = min((u.start for u in touched), default=start)
    right = max((u.end for u in touched), default=end)
    excerpt = after.text[left:right].rstrip("\n")
    change = Change(
        start - left, min(end - left, len(excerpt)), edit.before_words, edit.before_start
    )
    lines = [Markup("<p>{}</p>").format(line) for line in excerpt.split("\n")]
    return show(Markup("").join(lines), [change], before.html if before else "")


def edit_changes(rows: Sequence[EditRow], why: str = "", *, named: bool = True) -> list[Change]:
    """The stored edits of one clause's text as marks; `named` ones can be jumped to.

    `why` is the address of the page on which each edit is explained under its name.
    """
    found = []
    for row in rows:
        edit = row.edit
        if edit.part != TEXT or edit.kind == "moved":
            continue
        name = f"edit-{edit.id}"
        reason = f"{why}#{name}" if why and edit.kind == "changed" else ""
        marks = (
            whole(row.before, row.after)
            if edit.kind != "changed"
            else [Change(edit.after_start, edit.after_end, edit.before_words, edit.before_start)]
        )
        found += [replace(mark, id=name if named else "", why=reason) for mark in marks]
    return found
