"""An SMTP sink on a free port of this machine, which keeps what it accepted."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Accepts every letter, unless told to refuse recipients; `accepted` holds them in order."""

    def __init__(self) -> None:
        self.accepted: list[Message] = []
        self.rcpt_reply = "250 OK"
        self.after_data: Callable[[], None] = lambda: None
        self.url = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.rcpt_reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_reply

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.accepted.append(message_from_bytes(content, policy=default))
        self.after_data()
        return "250 OK"


@contextmanager
def sink() -> Iterator[Sink]:
    handler = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        handler.url = f"smtp://127.0.0.1:{port}"
        yield handler
    finally:
        controller.stop()
