"""What files are, whatever their names say."""

import io
import struct
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consult.files import sniffing
from consult.files.sniffing import (
    BOMB,
    DAMAGED,
    DOCX,
    EMPTY,
    JPEG,
    KIND,
    LONGEST_NAME,
    MACROS,
    ODT,
    PDF,
    PNG,
    SCANS,
    TEXT,
    TOO_LARGE,
    FileRefusedError,
    examined,
    safe_name,
    wanted,
)


def png(width: int = 1, height: int = 1) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\0\0\0\0"


def jpeg(width: int = 1, height: int = 1, before: bytes = b"\xff\xe0\0\x04xx") -> bytes:
    frame = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\0"
    return b"\xff\xd8" + before + frame


def package(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            compressed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compressed)
    return made.getvalue()


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}


@pytest.mark.parametrize(
    ("raw", "media_type", "refused"),
    [
        (b"%PDF-1.7\n", PDF, None),
        (png(), PNG, None),
        (png(40_000, 40_000), PNG, BOMB),
        (png(0, 1), PNG, DAMAGED),
        (png()[:20], PNG, DAMAGED),
        (jpeg(7_000, 9_900), JPEG, None),
        (jpeg(65_000, 65_000), JPEG, BOMB),
        (jpeg(65_000, 65_000, b"\xff\xff\xe1\0\x04xx\xff\xc4\0\x02"), JPEG, BOMB),
        (b"\xff\xd8\xff\xe0\0\0\0", JPEG, DAMAGED),
        (package(**WORD), DOCX, None),
        (package(**WORD, **{"word/vbaProject.bin": b"x"}), DOCX, MACROS),
        (package(**WORD, **{"word/media/x": b"\0" * 200_000_001}), DOCX, BOMB),
        (package(mimetype=ODT.encode(), **{"content.xml": b"<x/>"}), ODT, None),
        (package(**{"scan.pdf": b"%PDF-1.7"}), sniffing.OTHER, KIND),
        (b"PK\x03\x04 no archive at all", sniffing.OTHER, KIND),
        ("Méi Busser.".encode(), TEXT, None),
        (b"<!DOCTYPE html><script>alert(1)</script>", sniffing.OTHER, KIND),
        (b"\xef\xbb\xbf <svg onload='x'/>", sniffing.OTHER, KIND),
        (b"MZ\x90\0\x03", sniffing.OTHER, KIND),
        (b"Caf\xe9", sniffing.OTHER, KIND),
        (b"", TEXT, EMPTY),
        (b"%PDF-1.7\n" + b" " * sniffing.MAX_BYTES, PDF, TOO_LARGE),
    ],
)
def test_bytes_say_what_a_file_is(raw: bytes, media_type: str, refused: str | None) -> None:
    found = examined(raw, "invoice.pdf", "attachment")
    assert (found.media_type, found.refused) == (media_type, refused)
    assert found.content == (None if refused else raw)
    assert found.size == len(raw)
    assert refused is None or refused in sniffing.REASONS


def test_a_scan_is_a_picture_or_a_pdf() -> None:
    with pytest.raises(FileRefusedError, match=r"“letter\.txt” is not a file of a kind"):
        wanted(b"plain words", "letter.pdf", "scan", kinds=SCANS)
    assert wanted(png(), "letter.pdf", "scan", kinds=SCANS).name == "letter.png"


@pytest.mark.parametrize(
    ("name", "ending", "safe"),
    [
        ("../../etc/passwd", ".txt", "passwd.txt"),
        ("C:\\Windows\\evil.exe", ".pdf", "evil.pdf"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", ".pdf", "afdp.pdf"),
        ("Lettre n° 3.12.2026", ".pdf", "Lettre n° 3.12.pdf"),
        ("Brief vom 3. Dezember", ".pdf", "Brief vom 3. Dezember.pdf"),
        ('x"; filename="evil.html', ".png", "x__ filename=_evil.png"),
        ("", ".jpg", "file.jpg"),
        ("..", "", "file"),
        (".htaccess", ".txt", "htaccess.txt"),
        ("scan.PDF", ".pdf", "scan.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, ending: str, safe: str) -> None:
    assert safe_name(name, ending) == safe


@given(st.text(max_size=300), st.sampled_from(["", *sniffing.ENDINGS.values()]))
@example("a/" * 200 + "\r\nX: y", ".pdf")
def test_no_name_leads_anywhere(name: str, ending: str) -> None:
    safe = safe_name(name, ending)
    assert safe.endswith(ending)
    assert 0 < len(safe) <= LONGEST_NAME
    assert not set(safe) & set('/\\"\r\n\0')
    assert not safe.startswith(".")
    assert safe.isprintable()


@given(
    st.binary(max_size=400), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
)
def test_nothing_makes_the_look_at_a_file_fall_over(rest: bytes, start: bytes) -> None:
    found = examined(start + rest, "x", "scan")
    assert (found.content is None) == (found.refused is not None)
