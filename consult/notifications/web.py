"""From an outbox row to the words that a person reads."""

import textwrap
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template

from consult.kernel.i18n import speaking
from consult.kernel.settings import Settings
from consult.notifications.models import Letter
from consult.notifications.outbox import Recipient
from consult.notifications.sending import Rendered, Resolve, Sender
from consult.notifications.transports import Folder, Smtp, Transport
from consult.notifications.views import stop_token

WIDTH = 72


def render_letter(letter: Letter, recipient: Recipient) -> Rendered:
    """Fill the template `mail/<template>.txt` in the letter's language; its first line is the
    subject. Templates get `payload`, the recipient's `facts`, `base_url` and `stop_url`."""
    settings: Settings = current_app.extensions["consult_settings"]
    base_url = settings.base_url.rstrip("/")
    stop_url = f"{base_url}/letters/stop/{stop_token(letter.recipient)}"
    with speaking(letter.language):
        text = render_template(
            f"mail/{letter.template}.txt",
            payload=letter.payload,
            facts=recipient.facts,
            base_url=base_url,
            stop_url=stop_url,
        )
    subject, _, body = text.partition("\n")
    return Rendered(
        subject=subject.removeprefix("Subject:").strip(), body=_wrapped(body), stop_url=stop_url
    )


def _wrapped(body: str) -> str:
    """Lines short enough to be read and quoted anywhere; addresses are never broken."""
    lines = [
        textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in body.strip().splitlines()
    ]
    return "\n".join(lines) + "\n"


def transport(settings: Settings) -> Transport:
    """SMTP if configured, else a folder of .eml files."""
    return Smtp(settings.smtp_url) if settings.smtp_url else Folder(settings.mail_dir)


def sender(app: Flask, resolve: Resolve) -> Sender:
    """What delivers this installation's letters."""
    settings: Settings = app.extensions["consult_settings"]
    domain = urlsplit(settings.base_url).hostname or "localhost"
    return Sender(resolve, render_letter, transport(settings), settings.mail_from, domain)
