"""How a letter leaves: by SMTP, or as a file in a folder."""

import contextlib
import os
import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit


class RefusedError(Exception):
    """The address or the letter was refused for good (5xx)."""


class NotNowError(Exception):
    """It could not be delivered now; nothing was sent, so it can be tried again."""


class Transport(Protocol):
    """A way out. `repeatable`: delivering the same letter twice leaves one."""

    repeatable: bool

    def deliver(
        self, message: bytes, name: str, sender: str, to: str, before_data: Callable[[], None]
    ) -> None:
        """Deliver one message; `name` is its unique name, the same at every try.

        `before_data` is called at the last moment at which nothing has been handed over; after
        it, only success or RefusedError tells what happened.
        """
        ...

    def close(self) -> None: ...


class Folder:
    """Each letter a file named by its Message-ID: exactly once, however often it is tried."""

    repeatable = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(
        self, message: bytes, name: str, sender: str, to: str, before_data: Callable[[], None]
    ) -> None:
        del sender, to
        before_data()
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / f"{name}.eml"
        part = target.with_suffix(f".part{os.getpid()}")
        with part.open("wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)

    def close(self) -> None:
        """Nothing to close."""


class Smtp:
    """One connection, kept for a batch: smtp://user:password@host:25, smtp+starttls://, smtps://."""

    repeatable = False
    timeout = 30

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._server: smtplib.SMTP | None = None

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        url = self._url
        host = url.hostname or "localhost"
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, url.port or 465, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(host, url.port or 25, timeout=self.timeout)
            if url.scheme == "smtp+starttls":
                server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        self._server = server
        return server

    def deliver(
        self, message: bytes, name: str, sender: str, to: str, before_data: Callable[[], None]
    ) -> None:
        del name
        try:
            server = self._connected()
            _expect(*server.mail(sender))
            _expect(*server.rcpt(to))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotNowError(type(error).__name__) from error
        except (RefusedError, NotNowError):
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.rset()
            raise
        before_data()
        try:
            code, reply = server.data(message)
        except smtplib.SMTPDataError as error:
            # The server answered DATA itself with a refusal: nothing was handed over.
            _expect(error.smtp_code, b"")
            return
        _expect(code, reply)

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()


def _expect(code: int, reply: bytes) -> None:
    if 200 <= code < 400:
        return
    # The reply may repeat the address, so only the code is kept.
    del reply
    raise (RefusedError if code >= 500 else NotNowError)(f"SMTP {code}")
