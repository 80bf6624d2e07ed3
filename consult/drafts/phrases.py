"""From the word diff to what a reader is shown: phrases that can be read by themselves. Pure.

Anchors are carried by the word diff itself, which keeps every word that stayed. A reader is better
served by fewer and longer changes: what stands between two of them and says nothing alone is shown
with them, and a comma is shown with its word.
"""

import re
from collections.abc import Iterator, Sequence

from consult.drafts.diff import (
    DELETE,
    EQUAL,
    INSERT,
    REPLACE,
    Hunk,
    joined,
    over,
    trimmed,
    word_diff,
)

# So many kept words, one of them with a meaning of its own, stand alone between two changes.
MIN_KEPT = 3

# Articles, prepositions and the like in the four languages.
_SMALL_WORDS = (
    "a à afin ainsi après au aux avant avec ce ces cet cette comme dans de des donc dont du elle en"
    " entre est et eux il ils jusqu la le les leur leurs lors lorsque mais ne ni où on ou par pas"
    " pendant pour qu que qui sa sans se selon ses si soit son sont sous sur un une vers y"
    " als am an auf aus außer bei beim bis bzw da damit dass dem den denen der deren des dessen die"
    " dies diese diesem diesen dieser dieses durch ein eine einem einen einer eines er es für gegen"
    " hat ihm ihr ihre im in innerhalb ist je jede jedem jeden jeder mit nach nicht noch nur ob oder"
    " ohne sein seine sich sie sind sofern so sowie statt über um und unter von vom vor wegen wenn"
    " wer werden wie wird zu zum zur zwischen"
    " asw awer bäi dann dat deem deen déi deene dës dëser duerch e eng enger engem fir géint hir"
    " hiren hei huet ka kee keng mam mat no net nëmmen op ouni säi seng sinn sou tëscht ënner ëm vu"
    " virun wann wéi well wou zou"
    " about after all and are as at be before but by each every for from has have if into is it its"
    " may nor not of only or shall such than that the their then there these this those to under"
    " until upon was were when where which while who with within without"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_WORDS = re.compile(r"\w+(?:(?:[-‑/:]|(?<=\d)[.,](?=\d))\w+)*")
_LAST = re.compile(r"(?:\w(?:[-‑/:.,’']?\w)*)\Z")
_FIRST = re.compile(r"(?:\w(?:[-‑/:.,’']?\w)*)")
# A longer look back or ahead than any word needs.
_REACH = 80
_CUTS = "\n\t"
_CELL = re.compile(r"([\n\t])")


def phrase_diff(before: str, after: str) -> list[Hunk]:
    """The hunks that lead from `before` to `after`, as a reader is shown them; none says nothing."""
    hunks = joined(_spoken(before, after, word_diff(before, after)))
    hunks = _folded(before, after, hunks)
    parts = [part for hunk in hunks for part in _by_cell(before, after, hunk)]
    # Not joined again: a line that was put in stays apart from the number behind it.
    return _bracketed(before, joined(list(trimmed(before, after, parts))))


def told(before: str, after: str) -> Iterator[Hunk]:
    """What a reader is told of: the changes of words, and lines that were broken or joined. Other
    white space says nothing."""
    for hunk in phrase_diff(before, after):
        old = before[hunk.before_start : hunk.before_end]
        new = after[hunk.after_start : hunk.after_end]
        around = after[max(hunk.after_start - 1, 0) : hunk.after_start]
        around += after[hunk.after_end : hunk.after_end + 1]
        broken = ("\n" in old) != ("\n" in new) and "\n" not in around
        if hunk.tag != EQUAL and ((old + new).strip() or broken):
            yield hunk


def _by_cell(before: str, after: str, hunk: Hunk) -> Sequence[Hunk]:
    """Cells of a table that were replaced together, one by one: a change stays within its cell."""
    old = _CELL.split(before[hunk.before_start : hunk.before_end])
    new = _CELL.split(after[hunk.after_start : hunk.after_end])
    if hunk.tag != REPLACE or "\t" not in old or old[1::2] != new[1::2]:
        return [hunk]
    found = []
    at, to = hunk.before_start, hunk.after_start
    for was, now in zip(old, new, strict=True):
        if was or now:
            tag = EQUAL if was == now else REPLACE if was and now else DELETE if was else INSERT
            found.append(Hunk(tag, at, at + len(was), to, to + len(now)))
        at, to = at + len(was), to + len(now)
    return found


def _folded(before: str, after: str, hunks: Sequence[Hunk]) -> list[Hunk]:
    """Neighbouring changes with too little between them become one."""
    out: list[Hunk] = []
    for index, hunk in enumerate(hunks):
        last = out[-1] if out else None
        if last is None or last.tag == EQUAL:
            out.append(hunk)
        elif hunk.tag != EQUAL:
            out[-1] = over(last, hunk)
        elif index < len(hunks) - 1 and _little(before, after, last, hunk, hunks[index + 1]):
            out[-1] = over(last, hunk._replace(tag=REPLACE))
        else:
            out.append(hunk)
    return out


def _little(before: str, after: str, last: Hunk, kept: Hunk, following: Hunk) -> bool:
    """Whether kept words say too little to stand between two changes, within one line and cell."""
    if kept.before_end - kept.before_start > MIN_KEPT * _REACH:
        return False
    words = before[kept.before_start : kept.before_end]
    if any(cut in words for cut in _CUTS):
        return False
    for text, at, to in (
        (before, last.before_end, following.before_start),
        (after, last.after_end, following.after_start),
    ):
        # A whole line that went or came before or behind them is a change of its own.
        if text[at - 1 : at] == "\n" or text[to : to + 1] == "\n":
            return False
    spoken = _WORDS.findall(words)
    meant = [word for word in spoken if word.casefold() not in _SMALL]
    return not meant or len(spoken) < MIN_KEPT


def _spoken(before: str, after: str, hunks: Sequence[Hunk]) -> list[Hunk]:
    """A mark that came, went or became another is shown with the word at which it stands."""
    out = list(hunks)
    for index, hunk in enumerate(out):
        if hunk.tag == EQUAL or not _mute(before, after, hunk):
            continue
        sides = (
            before[hunk.before_start : hunk.before_end],
            after[hunk.after_start : hunk.after_end],
        )
        begins = any(side[:1] in _CUTS for side in sides if side)
        ends = any(side[-1:].isspace() for side in sides)
        if index and not begins and (size := _word_before(before, out[index - 1])):
            out[index - 1], out[index] = _moved_left(out[index - 1], hunk, size)
        elif index + 1 < len(out) and not ends and (size := _word_behind(before, out[index + 1])):
            out[index], out[index + 1] = _moved_right(hunk, out[index + 1], size)
    return [hunk for hunk in out if _some(hunk)]


def _bracketed(before: str, hunks: Sequence[Hunk]) -> list[Hunk]:
    """A number that changed is shown with its brackets or its degree sign: "(2)" became "(3)"."""
    out = list(hunks)
    for index, hunk in enumerate(out):
        if hunk.tag != REPLACE:
            continue
        last = out[index - 1] if index else None
        following = out[index + 1] if index + 1 < len(out) else None
        sign = before[following.before_start : following.before_start + 1] if following else ""
        opened = last is not None and before[last.before_end - 1 : last.before_end] == "("
        begins = last is None or before[last.before_end - 1 : last.before_end] == "\n"
        if following is None or sign not in ({")"} if opened else {")", "°"} if begins else {"°"}):
            continue
        out[index], out[index + 1] = _moved_right(hunk, following, 1)
        if opened and last is not None:
            out[index - 1], out[index] = _moved_left(last, out[index], 1)
    return [hunk for hunk in out if _some(hunk)]


def _mute(before: str, after: str, hunk: Hunk) -> bool:
    """Whether only marks differ; white space (a line that was broken) is none."""
    words = before[hunk.before_start : hunk.before_end] + after[hunk.after_start : hunk.after_end]
    return bool(words.strip()) and not any(map(str.isalnum, words))


def _word_before(before: str, hunk: Hunk) -> int:
    start = max(hunk.before_start, hunk.before_end - _REACH)
    found = _LAST.search(before[start : hunk.before_end]) if hunk.tag == EQUAL else None
    return len(found[0]) if found else 0


def _word_behind(before: str, hunk: Hunk) -> int:
    end = min(hunk.before_end, hunk.before_start + _REACH)
    found = _FIRST.match(before[hunk.before_start : end]) if hunk.tag == EQUAL else None
    return len(found[0]) if found else 0


def _moved_left(kept: Hunk, change: Hunk, size: int) -> tuple[Hunk, Hunk]:
    return (
        kept._replace(before_end=kept.before_end - size, after_end=kept.after_end - size),
        change._replace(
            tag=REPLACE,
            before_start=change.before_start - size,
            after_start=change.after_start - size,
        ),
    )


def _moved_right(change: Hunk, kept: Hunk, size: int) -> tuple[Hunk, Hunk]:
    return (
        change._replace(
            tag=REPLACE, before_end=change.before_end + size, after_end=change.after_end + size
        ),
        kept._replace(before_start=kept.before_start + size, after_start=kept.after_start + size),
    )


def _some(hunk: Hunk) -> bool:
    return hunk.before_start < hunk.before_end or hunk.after_start < hunk.after_end
