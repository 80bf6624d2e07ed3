"""The mails of a file: one (.eml) or many (.mbox), read piece by piece however large it is. Pure."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.submissions.mail.reading import MAX_MAIL

_FROM = re.compile(rb"From \S.{0,200}\d{4}")
_ESCAPED = re.compile(rb">+From ")
_HEADER = re.compile(
    rb"^(?:received|from|to|date|subject|message-id|return-path|mime-version|delivered-to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_OUTLOOK = b"\xd0\xcf\x11\xe0"
PIECE = 64 * 1024


class NotMailError(ConsultError):
    status = 422
    message = mark(
        "This is no mail. Save mails as .eml files, or a folder of mails as .mbox, and send that."
    )


class OutlookError(ConsultError):
    status = 422
    message = mark("This is Outlook’s own format. In Outlook save the mail as .eml, and send that.")


def mails(file: BinaryIO) -> Iterator[bytes | None]:
    """The mails one after another; None for one too large to be held.

    Raises NotMailError or OutlookError before the first.
    """
    start = file.read(PIECE)
    file.seek(0)
    if start.startswith(_OUTLOOK):
        raise OutlookError
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not _HEADER.search(start) or b"\0" in start[:1024]:
        raise NotMailError
    if _FROM.match(start):
        yield from _many(file)
    else:
        raw = file.read(MAX_MAIL + 1)
        yield raw.removeprefix(b"\xef\xbb\xbf").lstrip() if len(raw) <= MAX_MAIL else None


def _many(file: BinaryIO) -> Iterator[bytes | None]:
    """Each "From " line after an empty one begins the next mail."""
    held: list[bytes] = []
    size = 0
    begun, empty = False, True
    # A line longer than a piece comes in pieces; only its first can begin a mail.
    whole = True
    while piece := file.readline(PIECE):
        if whole and empty and _FROM.match(piece):
            if begun:
                yield _joined(held, size)
            held, size, begun = [], 0, True
        elif begun:
            size += len(piece)
            if size <= MAX_MAIL:
                held.append(piece[1:] if whole and _ESCAPED.match(piece) else piece)
            else:
                held.clear()
        empty = whole and piece in {b"\n", b"\r\n"}
        whole = piece.endswith(b"\n")
    if begun:
        yield _joined(held, size)


def _joined(held: list[bytes], size: int) -> bytes | None:
    return b"".join(held) if size <= MAX_MAIL else None
