"""What a file is, judged by its bytes, and whether it may be kept. Pure.

What a sender says of a file, its name and type, is believed in nothing: the kind comes from the
bytes, the ending of the name from the kind. Nothing is unpacked or drawn here; what a picture or a
package says of its own size is read from a few bytes.
"""

import io
import re
import struct
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from hashlib import sha256

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark

MAX_BYTES = 15 * 1024 * 1024
MOST_FILES = 10  # that come with one thing
LONGEST_NAME = 120
MAX_PIXELS = 120_000_000  # an A3 page at 600 dpi has 70 million
MAX_UNPACKED = 200_000_000
MAX_MEMBERS = 5_000

# Why a file is not kept.
EMPTY, TOO_LARGE, KIND, BOMB, DAMAGED, MACROS, TOO_MANY = (
    "empty",
    "too_large",
    "kind",
    "bomb",
    "damaged",
    "macros",
    "too_many",
)
REASONS = {
    EMPTY: mark("it is empty"),
    TOO_LARGE: mark("it is larger than 15 MB"),
    KIND: mark("it is no PDF, JPEG, PNG, DOCX, ODT or plain text"),
    BOMB: mark("unpacked it would be far too large"),
    DAMAGED: mark("it is damaged"),
    MACROS: mark("it holds macros"),
    TOO_MANY: mark("more came than there is room for"),
}

PDF, JPEG, PNG, DOCX, ODT, TEXT = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "text/plain",
)
ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", ODT: ".odt", TEXT: ".txt"}
OTHER = "application/octet-stream"
SCANS = frozenset({PDF, JPEG, PNG})


class FileRefusedError(ConsultError):
    """Of a file that somebody has chosen: it is not kept, and why."""

    status = 422


_SENTENCES = {
    EMPTY: mark("“%(name)s” is empty."),
    TOO_LARGE: mark("“%(name)s” is larger than 15 MB. Please scan it with less detail."),
    KIND: mark("“%(name)s” is not a file of a kind that is taken here, whatever its name says."),
    BOMB: mark("“%(name)s” would be far too large when it is opened."),
    DAMAGED: mark("“%(name)s” is damaged."),
    MACROS: mark("“%(name)s” holds macros. Please save it without them."),
}


@dataclass(frozen=True)
class Incoming:
    """A file that came: what it is, or (`refused`) why it is not kept."""

    name: str
    media_type: str
    size: int
    digest: bytes
    content: bytes | None
    tag: str
    refused: str | None = None

    def beyond(self) -> "Incoming":
        """The same as one too many."""
        return replace(self, content=None, refused=TOO_MANY)


def examined(raw: bytes, name: str, tag: str, *, kinds: frozenset[str] | None = None) -> Incoming:
    """Look at a file. `kinds` are the media types that may come; every known one if left out."""
    media_type = _kind(raw)
    refused = _problem(raw, media_type, kinds)
    return Incoming(
        name=safe_name(name, ENDINGS.get(media_type, "")),
        media_type=media_type,
        size=len(raw),
        digest=sha256(raw).digest(),
        content=None if refused else raw,
        tag=tag,
        refused=refused,
    )


def wanted(raw: bytes, name: str, tag: str, *, kinds: frozenset[str]) -> Incoming:
    """The same for a file that somebody has just chosen. Raises FileRefusedError."""
    found = examined(raw, name, tag, kinds=kinds)
    if found.refused:
        raise FileRefusedError(_SENTENCES[found.refused], name=found.name)
    return found


_FORBIDDEN = re.compile(r'[\\/:*?"<>|;%]')


def safe_name(name: str, ending: str = "") -> str:
    """A name that is only a name: no folder, no sign of a shell, nothing unseen, its own ending.

    Without `ending` the one it has stays.
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(" " if c.isspace() else c for c in plain if c.isspace() or c.isprintable())
    plain = " ".join(_FORBIDDEN.sub("_", plain).split()).strip(". ")
    stem, dot, its_own = plain.rpartition(".")
    if ending and dot and (len(its_own) <= 5 or not stem):
        plain = stem
    plain = plain.strip(". ")[: LONGEST_NAME - len(ending)].strip(". ") or "file"
    return plain + ending


def _kind(raw: bytes) -> str:
    if raw.startswith(b"%PDF-"):
        return PDF
    if raw.startswith(b"\xff\xd8\xff"):
        return JPEG
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if raw.startswith(b"PK\x03\x04"):
        return _package(raw)
    return TEXT if _is_text(raw) else OTHER


def _package(raw: bytes) -> str:
    """What a zipped file is; its parts are listed, none is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        return OTHER
    if "word/document.xml" in names and "[Content_Types].xml" in names:
        return DOCX
    # An OpenDocument package says what it is in its first bytes.
    return ODT if "content.xml" in names and ODT.encode() in raw[:120] else OTHER


_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|script|svg|\?xml)", re.IGNORECASE)


def _is_text(raw: bytes) -> bool:
    """Plain words: no control characters, valid UTF-8, and no page or picture in disguise."""
    if raw.translate(None, _CONTROL) != raw or _MARKUP.match(raw.removeprefix(b"\xef\xbb\xbf")):
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _problem(raw: bytes, media_type: str, kinds: frozenset[str] | None) -> str | None:
    if not raw:
        return EMPTY
    if len(raw) > MAX_BYTES:
        return TOO_LARGE
    if media_type not in (kinds or ENDINGS):
        return KIND
    if media_type in {PNG, JPEG}:
        size = _png_size(raw) if media_type == PNG else _jpeg_size(raw)
        if size is None:
            return DAMAGED
        return BOMB if size[0] * size[1] > MAX_PIXELS else None
    return _package_problem(raw) if media_type in {DOCX, ODT} else None


def _png_size(raw: bytes) -> tuple[int, int] | None:
    if len(raw) < 24 or raw[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", raw[16:24])
    return (width, height) if width and height else None


# SOF0 to SOF15, without those that mean tables (DHT, JPG, DAC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def _jpeg_size(raw: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _ALONE:
            at += 2
            continue
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", raw[at + 5 : at + 9])
            return (width, height) if width and height else None
        at += 2 + max(2, int.from_bytes(raw[at + 2 : at + 4], "big"))
    return None


def _package_problem(raw: bytes) -> str | None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        return MACROS
    unpacked = sum(part.file_size for part in parts)
    return BOMB if len(parts) > MAX_MEMBERS or unpacked > MAX_UNPACKED else None
