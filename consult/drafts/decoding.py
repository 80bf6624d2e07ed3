"""The characters of a file of plain text, whatever wrote it. Pure."""

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.kernel.i18n import mark


def decode(raw: bytes, warnings: list[Complaint] | None = None) -> str:
    """The text of a file in UTF-8, UTF-16 or a Western code page; says what was guessed.

    Raises UnreadableTextError for what is no text at all.
    """
    if raw.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        sentence = mark(
            "This is a PDF, an old Word file or another kind of file that cannot be read. Please"
            " save the text as DOCX or ODT first."
        )
        raise UnreadableTextError([Complaint(sentence)])
    if (
        raw[:1000]
        .lstrip(b"\xef\xbb\xbf \t\r\n")[:14]
        .lower()
        .startswith((b"<!doctype html", b"<html"))
    ):
        sentence = mark(
            "This is a web page. Please open it in Word or LibreOffice and save it as DOCX or ODT."
        )
        raise UnreadableTextError([Complaint(sentence)])
    warnings = warnings if warnings is not None else []
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if raw[:2000].count(0) * 4 > len(raw[:2000]):
        little = raw[:2000][1::2].count(0) >= raw[:2000][::2].count(0)
        return raw.decode("utf-16-le" if little else "utf-16-be", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_broken(raw, error, warnings)


def _decode_broken(raw: bytes, error: UnicodeDecodeError, warnings: list[Complaint]) -> str:
    line = raw[: error.start].count(b"\n") + 1
    damaged = raw.decode("utf-8-sig", "replace")
    broken = damaged.count("\ufffd")
    sound = sum(1 for character in damaged if ord(character) > 127) - broken
    if sound > broken:
        sentence = mark("The file is damaged: some characters could not be read.")
        warnings.append(Complaint(sentence, line))
        return damaged
    sentence = mark("The file is not in UTF-8; it was read as Windows-1252. Check the accents.")
    warnings.append(Complaint(sentence, line))
    return raw.decode("cp1252", "replace")
