"""Mails for tests, as programs write them."""

from email.message import EmailMessage


def mail(
    words: str = "Mir brauche méi Busser owes.",
    *,
    sender: str = "Marie Muller <marie@example.org>",
    subject: str = "Zum Gesetz",
    date: str = "Mon, 02 Nov 2026 10:00:00 +0100",
    message_id: str = "<1@example.org>",
    **headers: str,
) -> EmailMessage:
    made = EmailMessage()
    for name, value in {
        "From": sender,
        "To": "consult@example.lu",
        "Subject": subject,
        "Date": date,
        "Message-ID": message_id,
        **headers,
    }.items():
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(words)
    return made


def box(*mails: bytes) -> bytes:
    """An mbox (mboxrd)."""
    lines = []
    for raw in mails:
        escaped = b"\n".join(
            b">" + line if line.lstrip(b">").startswith(b"From ") else line
            for line in raw.split(b"\n")
        )
        lines.append(b"From marie@example.org Mon Nov  2 10:00:00 2026\n" + escaped + b"\n\n")
    return b"".join(lines)
