"""How people are named: one spelling for one e-mail address, and names fit to be shown."""

import re
import unicodedata

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

MAX_EMAIL, MAX_NAME = 254, 120
# What may stand before the @ in practice (RFC 5321 without quoted strings, plus letters of all
# languages). A mail server is the only real judge; this keeps out what is surely a slip.
_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


class EmailError(ConsultError):
    """The text is not an e-mail address."""

    status = 422
    message = mark("Please write an e-mail address such as name@example.org.")


def normal_email(text: str) -> str:
    """The one spelling of an address under which it is stored and compared.

    NFC, lower case, the host in its ASCII form. Raises EmailError.
    """
    typed = unicodedata.normalize("NFC", text).strip().lower()
    local, _, host = typed.rpartition("@")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise EmailError from error
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    if dotted or not _LOCAL.fullmatch(local) or not _HOST.fullmatch(host):
        raise EmailError
    email = f"{local}@{host}"
    if len(email) > MAX_EMAIL:
        raise EmailError
    return email


def plain_name(text: str) -> str:
    """A name in NFC on one line, without control characters or changes of writing direction."""
    kept = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(kept.split())[:MAX_NAME].strip()
