"""Opening files of others, XML and zipped XML, without trusting their sizes or what they ask for."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence

from lxml import etree

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.kernel.i18n import mark

MAX_UNPACKED = 60_000_000  # bytes of all parts that are read
MAX_MEMBERS = 5_000
DEEPEST = 100  # elements within each other
# Each element and attribute takes some two hundred bytes once it is parsed. They are counted by the signs
# without which there is none, before anything is parsed.
MOST_SIGNS = 1_500_000

NO_WORDS = mark("The file holds no text.")
_BROKEN = mark("The file is damaged and cannot be opened.")
_LOCKED = mark("The file is protected by a password. Please save it without one.")
_TOO_LARGE = mark("The text is too large to be read as one draft.")
_NOT_XML = mark("The file is not well-formed XML: %(reason)s")
_TOO_DEEP = mark("The file is nested too deeply, or has too many elements, to be a law.")

# What comes out of `zipfile` where bytes were lost or changed.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
)


def names(raw: bytes) -> set[str]:
    """The parts of a zipped file; none if it is not one. Raises UnreadableTextError if damaged."""
    if not raw.startswith(b"PK\x03\x04"):
        return set()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.namelist()
    except _DAMAGED as error:
        raise UnreadableTextError([Complaint(_BROKEN)]) from error
    if len(members) > MAX_MEMBERS:
        raise UnreadableTextError([Complaint(_TOO_LARGE)])
    return set(members)


def parts(raw: bytes, wanted: Sequence[str]) -> dict[str, etree._Element]:
    """The roots of those of the wanted parts that are there.

    What is unpacked is counted as it comes, for the sizes that a file states may be false.
    """
    found: dict[str, etree._Element] = {}
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in wanted:
                if name not in archive.namelist():
                    continue
                with archive.open(name) as part:
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise UnreadableTextError([Complaint(_TOO_LARGE)])
                found[name] = parsed(content)
    except _DAMAGED as error:
        raise UnreadableTextError([Complaint(_BROKEN)]) from error
    except RuntimeError as error:  # zipfile has no other word for a password
        raise UnreadableTextError([Complaint(_LOCKED)]) from error
    return found


def parsed(raw: bytes) -> etree._Element:
    """The root; no entity is resolved and nothing fetched, whatever the file asks for.

    Raises UnreadableTextError for what is not XML, or is built to exhaust a reader.
    """
    if hides_signs(raw) or raw.count(b"<") > MOST_SIGNS or raw.count(b"=") > MOST_SIGNS:
        raise UnreadableTextError([Complaint(_TOO_DEEP)])
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        facts = (("reason", str(error)[:200]),)
        raise UnreadableTextError([Complaint(_NOT_XML, error.lineno, facts)]) from error
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise UnreadableTextError([Complaint(_TOO_DEEP)])
    return root


_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_PLAIN = re.compile(
    rb"utf-?8|utf-?16(?:[lb]e)?|(?:us-)?ascii|iso-?8859-\d{1,2}|latin-?1|(?:windows-|cp)125\d",
    re.IGNORECASE,
)


def hides_signs(raw: bytes) -> bool:
    """Whether XML says that it is in an encoding, such as UTF-7, in which its signs are not the ones
    that can be counted."""
    declared = _DECLARED.match(raw)
    return declared is not None and _PLAIN.fullmatch(declared[1]) is None


def local(element: etree._Element) -> str:
    """The local name of an element; nothing for what is none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
