"""A folder of a mail server (IMAP): its mails one by one, and the mark on those that were taken.

The connection is encrypted or there is none. Nothing is lost: what was taken goes to another
folder, or stays and is marked; what was refused stays as it is, unread.
"""

import contextlib
import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark
from consult.submissions.mail.reading import MAX_MAIL

KEYWORD = "ConsultTaken"
TIMEOUT = 60


class MailboxError(ConsultError):
    status = 502
    message = mark("The mailbox cannot be read: %(reason)s")


@dataclass(frozen=True)
class Address:
    """Where a mailbox is and who opens it."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    starttls: bool


def address(url: str) -> Address:
    """Read CONSULT_IMAP_URL. Raises MailboxError for one that is not encrypted."""
    parts = urlsplit(url)
    if parts.scheme not in {"imaps", "imap+starttls"} or not parts.hostname:
        raise MailboxError(reason="CONSULT_IMAP_URL must begin with imaps:// or imap+starttls://")
    starttls = parts.scheme == "imap+starttls"
    return Address(
        host=parts.hostname,
        port=parts.port or (143 if starttls else 993),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        starttls=starttls,
    )


def connect(where: Address) -> imaplib.IMAP4:
    """Log in, encrypted and with a certificate that is checked. Raises MailboxError."""
    context = ssl.create_default_context()
    server: imaplib.IMAP4 | None = None
    try:
        if where.starttls:
            server = imaplib.IMAP4(where.host, where.port, timeout=TIMEOUT)
            server.starttls(context)
        else:
            server = imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=TIMEOUT)
        server.login(where.user, where.password)
    except (OSError, imaplib.IMAP4.error) as error:
        if server is not None:
            server.shutdown()
        # What a server says may repeat the password; the kind of the error is enough.
        raise MailboxError(reason=type(error).__name__) from None
    return server


class Mailbox:
    """One folder, opened. `done` is the folder for what was taken; "" for the mark instead."""

    def __init__(self, server: imaplib.IMAP4, folder: str, done: str = "") -> None:
        self._server = server
        self._done = done
        self._ask("SELECT", lambda: server.select(_quoted(folder)))
        allowed = b" ".join(filter(None, server.response("PERMANENTFLAGS")[1] or []))
        if not done and b"\\*" not in allowed and KEYWORD.encode() not in allowed:
            raise MailboxError(reason="no marks are possible there; set CONSULT_IMAP_DONE")

    def mails(self) -> Iterator[tuple[int, bytes | None]]:
        """UID and bytes of what was not taken yet; None for one too large to be held."""
        wanted = ("ALL",) if self._done else ("UNKEYWORD", KEYWORD)
        found = self._ask("SEARCH", lambda: self._server.uid("SEARCH", *wanted))
        for uid in _line(found).split():
            yield int(uid), self._fetch(uid.decode("ascii"))

    def taken(self, uid: int) -> None:
        """Move it to the other folder, or mark it."""
        server, number = self._server, str(uid)
        if not self._done:
            self._ask("STORE", lambda: server.uid("STORE", number, "+FLAGS", f"({KEYWORD})"))
        elif "MOVE" in server.capabilities:
            self._ask("MOVE", lambda: server.uid("MOVE", number, _quoted(self._done)))
        else:
            self._ask("COPY", lambda: server.uid("COPY", number, _quoted(self._done)))
            self._ask("STORE", lambda: server.uid("STORE", number, "+FLAGS", r"(\Deleted)"))
            # Without UIDPLUS the server would also delete what others have marked: it stays.
            if "UIDPLUS" in server.capabilities:
                self._ask("EXPUNGE", lambda: server.uid("EXPUNGE", number))

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._server.logout()

    def _fetch(self, uid: str) -> bytes | None:
        said = self._ask("FETCH", lambda: self._server.uid("FETCH", uid, "(RFC822.SIZE)"))
        size = re.search(rb"RFC822\.SIZE (\d+)", _line(said))
        if size is None or int(size[1]) > MAX_MAIL:
            return None
        # PEEK leaves it unread.
        said = self._ask("FETCH", lambda: self._server.uid("FETCH", uid, "(BODY.PEEK[])"))
        return next((part[1] for part in said if isinstance(part, tuple)), None)

    @staticmethod
    def _ask(what: str, ask: Callable[[], tuple[str, list[Any]]]) -> list[Any]:
        try:
            state, found = ask()
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxError(reason=f"{what} {type(error).__name__}") from None
        if state != "OK":
            raise MailboxError(reason=what)
        return list(found)


def _line(said: list[Any]) -> bytes:
    return b" ".join(part for part in said if isinstance(part, bytes))


def _quoted(folder: str) -> str:
    """A folder's name in the spelling of IMAP (RFC 3501: modified UTF-7, quoted)."""
    out = ""
    for plain, other in re.findall(r"([\x20-\x7e]+)|([^\x20-\x7e]+)", folder):
        coded = b64encode(other.encode("utf-16-be")).decode("ascii").rstrip("=").replace("/", ",")
        out += plain.replace("&", "&-") if plain else f"&{coded}-"
    return '"' + out.replace("\\", "\\\\").replace('"', '\\"') + '"'
