"""From the bytes of a mail to what its author wrote, or to the reason why it is not taken. Pure.

Nothing in a mail is believed: not its types, its charsets, its names of files or its nesting. What
would exhaust a reader is counted before anything is parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from hashlib import sha256

from consult.accounts.identity import EmailError, normal_email, plain_name
from consult.files.sniffing import MOST_FILES, Incoming, examined
from consult.kernel.i18n import mark
from consult.kernel.markup import tidy
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.lateness import can_be
from consult.submissions.mail import history, pages

MAX_MAIL = 40 * 1024 * 1024
MAX_HEAD = 256 * 1024
MAX_PARTS = 100
LONGEST_HEADER = 2_000
MOST_DESCRIBED = 1_000  # headers that describe parts
MOST_RULES = 3_000  # lines that begin as the edge of a part does
LONGEST_TOLD = 1_000_000  # characters, quoted mails included
KEPT_FILES = MOST_FILES - 1  # the words that were set aside are one more
MOST_REFUSED = 20  # files that were not kept and are named
# A clock that is wrong by more says nothing about when a mail was sent.
TRUSTED = timedelta(days=1)

# Why a mail is not taken.
EMPTY, TOO_LONG, TOO_LARGE, TOO_DEEP, BROKEN, NO_DATE, AUTOMATIC, ONLY_FILES = (
    "empty",
    "too_long",
    "mail_large",
    "mail_deep",
    "mail_broken",
    "mail_date",
    "automatic",
    "only_files",
)
REASONS = {
    EMPTY: mark("no words in it"),
    TOO_LONG: mark("longer than one comment may be"),
    TOO_LARGE: mark("larger than 40 MB: take it in by hand, with its files"),
    TOO_DEEP: mark("nested too deeply, or in too many parts"),
    BROKEN: mark("damaged, so that it cannot be read"),
    NO_DATE: mark("no date on which it can have been sent"),
    AUTOMATIC: mark("written by a machine: an absence note or a report of delivery"),
    ONLY_FILES: mark("only files and no words: take it in by hand"),
}


@dataclass(frozen=True)
class Mail:
    """A mail as it comes in. `key` is its identity; `aside` was cut off and is kept for officials."""

    key: str
    sender: str
    name: str
    subject: str
    received_at: datetime
    words: str
    aside: str
    files: tuple[Incoming, ...]


@dataclass(frozen=True)
class Refused:
    """One that is not taken, with what could be read of its head."""

    reason: str
    sender: str = ""
    subject: str = ""


# What a hostile head or body makes the standard library raise.
_FALLS = (
    MessageError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
)


def read(raw: bytes | None, *, now: datetime, ours: str = "") -> Mail | Refused:
    """Read one mail; None stands for one too large to be held. `ours` is our own address."""
    if raw is None or len(raw) > MAX_MAIL:
        return Refused(TOO_LARGE)
    if _exhausting(raw):
        return Refused(TOO_DEEP)
    try:
        message = message_from_bytes(raw, policy=policy.default)
        return _read(message, raw, now, ours)
    except RecursionError:
        return Refused(TOO_DEEP)
    except _FALLS:
        return Refused(BROKEN)


_NESTS = re.compile(rb"multipart/|message/rfc822", re.IGNORECASE)
_DESCRIBES = re.compile(rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


def _exhausting(raw: bytes) -> bool:
    """Whether the standard library would work at it for minutes: its time grows with the square of
    the parts, and of what describes one of them."""
    end = _END_OF_HEAD.search(raw)
    if (end.start() if end else len(raw)) > MAX_HEAD or raw.count(b"\n--") > MOST_RULES:
        return True
    if sum(1 for _ in _NESTS.finditer(raw)) > MAX_PARTS:
        return True
    described = [len(found[0]) for found in _DESCRIBES.finditer(raw)]
    return len(described) > MOST_DESCRIBED or max(described, default=0) > LONGEST_HEADER


def _read(message: EmailMessage, raw: bytes, now: datetime, ours: str) -> Mail | Refused:
    head = _Head(message)
    sender, name = head.sender()
    subject = _one_line(head.text("subject"))[:200]
    reason = AUTOMATIC if head.automatic(sender, ours) else ""
    received_at = None if reason else head.date(now)
    if not reason and received_at is None:
        reason = NO_DATE
    if reason or received_at is None:
        return Refused(reason, sender, subject)
    found = _Body()
    found.gather(message)
    told = _told(found)
    if len(told) > LONGEST_TOLD:
        return Refused(TOO_LONG, sender, subject)
    parted = history.part(told)
    words = tidy(parted.words)
    reason = _unfit(words, found)
    if reason:
        return Refused(reason, sender, subject)
    return Mail(
        key=head.key(raw),
        sender=sender,
        name=name,
        subject=subject,
        received_at=received_at,
        words=words,
        aside=tidy(parted.aside),
        files=tuple(_kept(found.files)),
    )


def _told(found: "_Body") -> str:
    """What the mail says: its plain words, or those of its page."""
    plain = "\n\n".join(words for words in found.plain if words.strip())
    page = "\n\n".join(filter(None, map(pages.words_of, found.pages)))
    return plain if plain.strip() else page


def _unfit(words: str, found: "_Body") -> str:
    if not any(sign.isalnum() for sign in words):
        return ONLY_FILES if found.files else EMPTY
    return TOO_LONG if len(words) > MAX_LENGTH else ""


def _kept(files: list[tuple[str, bytes]]) -> Iterator[Incoming]:
    """The files, as many as there is room for; the next ones leave their names."""
    room, names = KEPT_FILES, MOST_REFUSED
    for name, raw in files:
        one = examined(raw, name, "attachment")
        if one.refused is None and not room:
            one = one.beyond()
        if one.refused is None:
            room -= 1
        elif names:
            names -= 1
        else:
            continue
        yield one


class _Head:
    """The head of a mail; each header is read for itself, and only so far as it is sane."""

    def __init__(self, message: EmailMessage) -> None:
        self._raw: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            words = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            self._raw.setdefault(name.lower(), []).append(words[:LONGEST_HEADER])

    def first(self, name: str) -> str:
        return next(iter(self._raw.get(name, ())), "")

    def text(self, name: str) -> str:
        """A header in plain words, its encoded words decoded."""
        raw = self.first(name)
        try:
            made = policy.default.header_factory(name, re.sub(r"[\r\n]+", " ", raw))
            return repaired(str(made))
        except _FALLS:
            return raw

    def sender(self) -> tuple[str, str]:
        """Address and name; "" for what is no address, and for that of a mailing list through which
        it came: a receipt sent there would be everybody's."""
        lists = self._lists()
        for header in ("reply-to", "from"):
            pairs = getaddresses([self.text(header)])
            for name, address in pairs[:1]:
                try:
                    found = normal_email(address)
                except EmailError:
                    continue
                if found.lower() in lists:
                    continue
                mine = getaddresses([self.text("from")])[:1]
                return found, plain_name(mine[0][0] if mine else name)
        return "", ""

    def _lists(self) -> set[str]:
        """The addresses of the mailing list that passed it on (RFC 2369 and 2919)."""
        posts = re.findall(r"mailto:([^>?\s]+)", self.first("list-post"), re.IGNORECASE)
        named = re.findall(r"<([^<>\s.]+)\.([^<>\s]+)>", self.first("list-id"))
        return {post.lower() for post in posts} | {f"{a}@{b}".lower() for a, b in named}

    def automatic(self, sender: str, ours: str) -> bool:
        """Whether a machine wrote it: an answer to it would be answered for ever."""
        if self.first("auto-submitted").strip().lower() not in {"", "no"}:
            return True
        if self.first("precedence").strip().lower() in {"auto_reply", "bulk", "junk"}:
            return True
        if {"x-autoreply", "x-autorespond"} & set(self._raw):
            return True
        report = self.first("content-type").strip().lower().startswith("multipart/report")
        local = sender.partition("@")[0]
        nobody = local in {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"}
        return (
            report
            or nobody
            or self.first("return-path").strip() == "<>"
            or (bool(ours) and sender == ours)
        )

    def date(self, now: datetime) -> datetime | None:
        """When it was sent; where that is more than a day off what the receiving server says, the
        server is right."""
        sent = _instant(self.first("date"), now)
        stamped = _instant(self.first("received").rpartition(";")[2], now)
        if sent is None or (stamped is not None and abs(stamped - sent) > TRUSTED):
            return stamped
        return sent

    def key(self, raw: bytes) -> str:
        """By what it is known again: its Message-ID, else all of it."""
        given = "".join(self.first("message-id").split())
        digest = sha256(given.encode("utf-8", "replace") if given else raw).hexdigest()[:40]
        return f"{'id' if given else 'mail'}:{digest}"


def _instant(written: str, now: datetime) -> datetime | None:
    try:
        found = parsedate_to_datetime(written.strip())
    except _FALLS:
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    try:
        found = found.astimezone(UTC)
        return found if can_be(found, now) else None
    except (OverflowError, ValueError):
        return None


@dataclass
class _Body:
    """The leaves of a mail: plain words, pages, files."""

    plain: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def gather(self, part: EmailMessage) -> None:
        kind, name = part.get_content_type(), _file_name(part)
        if part.get_content_maintype() == "multipart":
            for child in part.get_payload() if part.is_multipart() else ():
                if isinstance(child, EmailMessage):
                    self.gather(child)
            return
        hangs_on = bool(name) or str(part.get("content-disposition", "")).startswith("attachment")
        if kind == "message/rfc822":
            inside = part.get_payload()
            first = inside[0] if isinstance(inside, list) and inside else None
            passed_on = first if isinstance(first, EmailMessage) else part
            subject = _Head(passed_on).text("subject")
            self.files.append((f"{_one_line(subject) or 'mail'}.txt", passed_on.as_bytes()))
            return
        raw = part.get_payload(decode=True)
        content = raw if isinstance(raw, bytes) else b""
        if kind in {"text/plain", "text/html"} and not hangs_on:
            words = decoded(content, part.get_content_charset() or "")
            if kind == "text/html":
                self.pages.append(words)
            else:
                self.plain.append(_reflowed(words, part))
        elif content or name:
            self.files.append((name or kind.replace("/", "."), content))


def _file_name(part: EmailMessage) -> str:
    try:
        return repaired(part.get_filename() or "")
    except _FALLS:
        return "file"


def _reflowed(words: str, part: EmailMessage) -> str:
    """Lines that a mail program broke (RFC 3676, format=flowed) joined again."""
    words = words.replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return words
    drop = str(part.get_param("delsp", "")).lower() == "yes"
    out: list[str] = []
    open_line = False
    for line in words.split("\n"):
        plain = line.removeprefix(" ")
        quoted = plain.startswith(">")
        if open_line and not quoted and out:
            out[-1] = (out[-1][:-1] if drop else out[-1]) + plain
        else:
            out.append(plain)
        open_line = plain.endswith(" ") and plain != "-- " and not quoted
    return "\n".join(out)


_CHARSETS = re.compile(
    r"(?:utf-?8|us-?ascii|ascii|iso-?8859-?\d{1,2}|latin-?\d|(?:windows|cp)-?125\d|cp437|cp850"
    r"|mac-?roman|macintosh|koi8-[ru]|utf-?16(?:-?[lb]e)?|big5|gb2312|gbk|gb18030|euc-(?:jp|kr)"
    r"|shift_jis|iso-2022-jp)",
    re.IGNORECASE,
)


def decoded(raw: bytes, charset: str) -> str:
    """Words of a mail, whatever charset it claims. What is valid UTF-8 with letters beyond ASCII
    is UTF-8: in another charset that hardly happens by chance."""
    for guess in ("utf-8", charset if _CHARSETS.fullmatch(charset) else ""):
        if guess and not (guess == "utf-8" and charset.lower().startswith(("utf-16", "iso-2022"))):
            # Programs call Windows' code page Latin 1.
            name = "cp1252" if re.fullmatch(r"(?i)iso-?8859-?1|latin-?1", guess) else guess
            try:
                return repaired(raw.decode(name))
            except (UnicodeError, LookupError):
                continue
    return repaired(raw.decode("cp1252", errors="replace"))


_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u20ac-\u2122\u0152-\u0192]|\u00e2\u20ac")


def repaired(text: str) -> str:
    """Words that were encoded twice ("GrÃ¼ÃŸe") as they were meant."""
    if not _TWICE.search(text):
        return text
    for charset in ("cp1252", "latin-1"):
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return text


def address_of(sender: str) -> str:
    """The bare address of "Name <address>"."""
    return parseaddr(sender)[1].lower()


def _one_line(text: str) -> str:
    return " ".join(tidy(text).split())
