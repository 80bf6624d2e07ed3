"""Saying what of a file is not in the text that was read."""

from collections import Counter

from consult.drafts.errors import Complaint
from consult.kernel.i18n import mark

PICTURE, SPAN, CHANGE, BOX, CONTENTS, REMARK = (
    "picture",
    "span",
    "change",
    "box",
    "contents",
    "remark",
)

_SENTENCES = {
    PICTURE: mark("Pictures and formulas that were left out: %(count)s."),
    SPAN: mark("Table cells over several rows or columns that are now written once: %(count)s."),
    BOX: mark("Boxes of words, which now stand behind the paragraph they were tied to: %(count)s."),
    CONTENTS: mark("The table of contents was left out; it is made anew."),
    REMARK: mark("Remarks in the margin that were left out: %(count)s."),
    CHANGE: mark(
        "Tracked changes: the inserted words were read, deleted ones left out (%(count)s)."
    ),
}


def told(left_out: Counter[str]) -> list[Complaint]:
    """A sentence for each kind of thing that was left out."""
    return [
        Complaint(_SENTENCES[kind], facts=(("count", count),))
        for kind, count in sorted(left_out.items())
        if count
    ]
