"""European Legislation Identifiers: the lasting address of an adopted act."""

import re
from urllib.parse import urlsplit

from consult.answers.errors import MilestoneError
from consult.kernel.i18n import mark

# Who gives out such addresses for what is in force here. Luxembourg's are the same on both hosts.
HOSTS = frozenset({"legilux.public.lu", "data.legilux.public.lu", "data.europa.eu"})
LONGEST = 300
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
# "/eli" and at least jurisdiction, kind and number: an address of one act.
_FEWEST = 4


def checked(text: str) -> str:
    """The identifier as it is kept, with https and without a slash at its end.

    Raises MilestoneError for what is no address of an act.
    """
    wrong = MilestoneError(
        mark(
            "This is no ELI of an act, such as "
            "https://legilux.public.lu/eli/etat/leg/loi/2024/03/15/a123/jo."
        )
    )
    text = text.strip()
    if len(text) > LONGEST or not text.isascii():
        raise wrong
    try:
        parts = urlsplit(text)
        plain = not (parts.query or parts.fragment or parts.username or parts.port)
    except ValueError:
        raise wrong from None
    host = (parts.hostname or "").lower()
    segments = parts.path.strip("/").split("/")
    if parts.scheme not in {"http", "https"} or host not in HOSTS or not plain:
        raise wrong
    if len(segments) < _FEWEST or segments[0] != "eli":
        raise wrong
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise wrong
    return f"https://{host}/{'/'.join(segments)}"
