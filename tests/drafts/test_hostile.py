"""Files that are made to harm: refused with a reason, in bounded memory, and nothing is kept of them."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.drafts.commands import draft
from consult.drafts.errors import UnreadableTextError
from consult.drafts.formats import opening, source_of
from consult.drafts.models import Draft, TextImport
from consult.drafts.reading import MAX_BYTES, read_markdown
from consult.kernel.db import db
from consult.kernel.web import MAX_REQUEST_BYTES
from tests.client import Page, PageClient
from tests.drafts.word import W, docx, paragraph
from tests.people import make_body, make_consultation, official

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"

LAUGHS = "<!DOCTYPE a [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
)


def akn(content: str, before: str = "") -> bytes:
    body = f"<act><body><article><num>Art. 1</num><content><p>{content}</p></content></article></body></act>"
    return f'<?xml version="1.0"?>{before}<akomaNtoso xmlns="{AKN}">{body}</akomaNtoso>'.encode()


def word(content: str, before: str = "") -> bytes:
    words = paragraph("Art. 1. – Objet") + f"<w:p><w:r><w:t>{content}</w:t></w:r></w:p>"
    document = f'<w:document xmlns:w="{W}"><w:body>{words}</w:body></w:document>'
    return docx(word__document=f'<?xml version="1.0"?>{before}{document}')


def odt(content: str, before: str = "") -> bytes:
    root = (
        f'<?xml version="1.0"?>{before}<office:document-content xmlns:office="{OFFICE}:office:1.0"'
        f' xmlns:text="{OFFICE}:text:1.0"><office:body><office:text><text:p>Art. 1. – Objet</text:p>'
        f"<text:p>{content}</text:p></office:text></office:body></office:document-content>"
    )
    return zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": root.encode()}
    )


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def bomb(kind: str) -> bytes:
    """A file of a hundred kilobytes that unpacks to ninety megabytes of words."""
    part = "word/document.xml" if kind == "docx" else "content.xml"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        with archive.open(part, "w", force_zip64=True) as opened:
            for _ in range(90):
                opened.write(b"<a> </a>" * 125_000)
    return file.getvalue()


def lying(kind: str) -> bytes:
    """A bomb that states a size of ten bytes in its directory."""
    raw = bytearray(bomb(kind))
    name = b"word/document.xml" if kind == "docx" else b"content.xml"
    at = raw.rfind(name) - 46
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(raw)


ATTRIBUTES = " ".join(f'a{n}=""' for n in range(1_000))
DEEP = "<b>" * 200 + "</b>" * 200
MAKERS: dict[str, Callable[..., bytes]] = {"akn": akn, "docx": word, "odt": odt}

FILES: dict[str, bytes] = {
    **{f"{name}, billion laughs": make("&a11;", LAUGHS + "]>") for name, make in MAKERS.items()},
    **{f"{name}, nested": make(DEEP) for name, make in MAKERS.items()},
    **{f"{name}, cut": make("x")[:-60] for name, make in MAKERS.items()},
    "docx, bomb": bomb("docx"),
    "odt, bomb": bomb("odt"),
    "docx, lying bomb": lying("docx"),
    "odt, lying bomb": lying("odt"),
    "akn, millions of elements": akn("<b/>" * (opening.MOST_SIGNS + 1)),
    "akn, millions of attributes": akn("".join(f"<b {ATTRIBUTES}/>" for _ in range(1_501))),
    "akn, no such encoding": akn("x").replace(b'"1.0"', b'"1.0" encoding="utf-77"'),
    "akn, elements that cannot be counted": akn("+ADw-b/+AD4-" * (opening.MOST_SIGNS + 1)).replace(
        b'"1.0"', b'"1.0" encoding="UTF-7"'
    ),
    "akn, broken characters": akn("\xe9t\xe9").replace("été".encode(), b"\xe9t\xe9\xff"),
    "docx, broken characters": word("\xe9t\xe9").replace(b"PK\x05\x06", b"PK\x05\x07"),
    "many parts": zipped({f"{n}": b"" for n in range(opening.MAX_MEMBERS + 1)}),
    "web page": b"<!DOCTYPE html><html><body><p>Art. 1. x</p></body></html>",
    "pdf": b"%PDF-1.7 Art. 1. x",
    "old word": b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
    "other xml": b"<?xml version='1.0'?><svg/>",
    "line": b"### Art. 1\n" + b"x" * 70_000,
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_with_a_reason_and_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableTextError) as refused:
            read_markdown(source_of(FILES[name], "fr", []), "fr")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.complaints
    # What is unpacked at most stands twice for a moment, as a part and as read so far.
    assert most < 2.5 * opening.MAX_UNPACKED


@pytest.mark.parametrize("make", [word, odt])
def test_a_file_of_which_bytes_were_changed_is_read_or_refused(make: Callable[..., bytes]) -> None:
    whole = make("Die Gemeinde baut Wege und pflegt sie.")
    refused = 0
    for at in range(4, len(whole), 3):
        raw = bytearray(whole)
        raw[at] ^= 0x55
        try:
            source_of(bytes(raw), "de", [])
        except UnreadableTextError:
            refused += 1
    assert refused > 20


def numbered(level: str, start: str, style: str, text: str) -> bytes:
    """Three points of a list that is defined like this."""
    point = paragraph("Punkt", list_id=1).replace('ilvl w:val="0"', f'ilvl w:val="{level}"')
    lists = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="{level}">'
        f'<w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    return docx(point * 3, word__numbering=lists)


@pytest.mark.parametrize(
    "raw",
    [
        numbered("0", "100000000", "lowerLetter", "%1)"),
        numbered("0", "999999", "upperLetter", "%1)"),
        numbered("0", "9" * 5_000, "decimal", "%1."),
        numbered("0", "²", "decimal", "%1."),
        numbered("99999999", "1", "decimal", "%1."),
        numbered("0", "1", "decimal", "x" * 1_000_000 + "%1"),
    ],
    ids=["letters", "more letters", "digits", "no digit", "depth", "words"],
)
def test_what_a_list_says_of_its_numbers_makes_no_text_of_its_own(raw: bytes) -> None:
    read = source_of(raw, "de", [])
    assert read.count("Punkt") == 3
    assert len(read) < 1_000


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_nothing_of_the_machine_comes_into_a_text(
    make: Callable[..., bytes], tmp_path: object
) -> None:
    secret = "root:"
    outside = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    try:
        source = source_of(make("vu &e; fin", outside), "fr", [])
    except UnreadableTextError:
        return
    assert secret not in source


def test_no_more_is_unpacked_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    true_read = zipfile.ZipExtFile.read

    def counting(self: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        content = true_read(self, n)
        read.append(len(content))
        return content

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counting)
    for raw in (bomb("docx"), bomb("odt")):
        read.clear()
        with pytest.raises(UnreadableTextError):
            source_of(raw, "fr", [])
        assert sum(read) <= opening.MAX_UNPACKED + 1


def kept() -> list[int]:
    db.session.rollback()
    tables = (Draft, TextImport)
    return [db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_through_the_desk_and_the_command_nothing_is_kept(app: Flask, client: PageClient) -> None:
    body = make_body()
    official(client.client, body, "editor")
    consultation = make_consultation(body)
    path = f"/desk/consultations/{consultation.slug}/draft/import?lang=en"
    runner = app.test_cli_runner()
    for name, raw in FILES.items():
        file = (io.BytesIO(raw), "file")
        fields = {**client.get(path).form("/import"), "file": file, "language": "fr"}
        page = Page(client.client.post(path, data=fields, follow_redirects=True))
        if page.h1 == "The file is being read":
            worker = app.extensions["consult_job_worker"]()
            while worker.run_one():
                pass
            page = client.get(path)
        assert "could not be read" in page.text, name
        told = runner.invoke(draft, ["-", "--consultation", consultation.slug], input=raw)
        assert told.exit_code == 1, name
        assert "could not be read" in told.output, name
        assert "Traceback" not in told.output, name
    drafts, _ = kept()
    assert drafts == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_two_hundred_megabytes_are_not_even_read(app: Flask, client: PageClient) -> None:
    body = make_body()
    official(client.client, body, "editor")
    consultation = make_consultation(body)

    taken: list[int] = []

    class Endless(io.BytesIO):
        """A file that never ends, and counts what is taken of it."""

        def read(self, size: int | None = -1) -> bytes:
            taken.append(max(0, size or 0))
            return b"x" * taken[-1]

    response = client.client.post(
        f"/desk/consultations/{consultation.slug}/draft/import",
        input_stream=Endless(),
        environ_overrides={"CONTENT_LENGTH": "200000000"},
        content_type="multipart/form-data; boundary=x",
    )
    assert response.status_code == 413
    assert sum(taken) <= MAX_REQUEST_BYTES
    told = app.test_cli_runner().invoke(
        draft, ["-", "--consultation", consultation.slug], input=b"### Art. 1\n" * (MAX_BYTES // 8)
    )
    assert "too large" in told.output
    assert kept() == [0, 0]
