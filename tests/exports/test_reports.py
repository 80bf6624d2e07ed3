"""The report of a consultation: numbers that add up, only public words, and files that are whole."""

import csv
import io
import json
import random
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from sqlalchemy.orm import Session

from consult.drafts import queries as drafts
from consult.exports.commands import export_command
from consult.exports.reports import figures, redline, telling
from consult.exports.reports.blocks import STRONG, Heading, Paragraph, Report, Run, Table
from consult.exports.reports.models import FORMATS
from consult.exports.reports.work import write
from consult.kernel.i18n import LANGUAGES, speaking
from consult.kernel.transaction import act, end_reading
from consult.moderation.models import Removal
from consult.submissions.models import (
    CHANNELS,
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
    Tally,
)
from tests import builders
from tests.answers.worlds import World
from tests.builders import NOW
from tests.client import Page, check

SITE = "https://consult.example"
REMOVED, HELD, WITHDRAWN = "Removed words", "Held words", "Withdrawn words"


@pytest.fixture
def world(session: Session) -> World:
    made = World(session)
    made.answer_all()
    made.publish()
    return made


def report(world: World, language: str = "fr") -> Report:
    made = telling.tell(world.session, world.consultation, language, site=SITE, now=NOW)
    end_reading()
    return made


def file_of(world: World, form: str, path: Path, language: str = "fr") -> bytes:
    end_reading()
    write(path / "r", world.consultation.id, language, form, site=SITE, now=NOW)
    return (path / "r").read_bytes()


# Numbers that add up


@pytest.mark.parametrize("seed", range(3))
def test_received_is_answered_and_withdrawn_and_removed_and_open(
    session: Session, seed: int
) -> None:
    """Comments in every state, some split, some late, some replies, some answered."""
    chance = random.Random(seed)
    world = World(session)
    world.answer_all()
    world.publish()
    with act() as writing:
        said = list(world.said)
        for number in range(40):
            root = chance.choice(said[:8]).comment if number % 7 == 0 else None
            made = builders.say(
                writing, world.consultation, f"Avis {number} et encore", root=root,
                owed=chance.random() < 0.5 if root else None, late=chance.random() < 0.2,
                language=chance.choice(LANGUAGES),
            )  # fmt: skip
            submission = writing.get_one(Submission, made.comment.submission_id)
            submission.channel = chance.choice(CHANNELS)
            if number % 5 == 0:
                builders.point_of(writing, made.comment, made.revision, 0, 4, owed=made.point.owed)
            if number % 11 == 0:
                writing.get_one(Point, made.point.id).retired_at = NOW
            said.append(made)
        for each in chance.sample(said, 25):
            comment = writing.get_one(Comment, each.comment.id)
            comment.state = chance.choice(["held", "removed", "withdrawn", "erased"])
            if comment.state != "held":
                for point in writing.query(Point).filter_by(comment_id=comment.id):
                    point.owed = False
    found = figures.numbers(session, world.consultation.id)
    by_hand = _by_hand(session)
    for part, expected in by_hand.items():
        assert dict(expected) == {
            key: {"answered": made.answered, "withdrawn": made.withdrawn, "removed": made.removed,
                  "open": made.open}
            for key, made in found.by(part)
        }, part  # fmt: skip
    together = found.sum
    assert together.received == found.received
    assert together.received == sum(
        getattr(together, name) for name in ("answered", "withdrawn", "removed", "open")
    )
    live = session.query(Point).filter(Point.retired_at.is_(None)).count()
    assert found.received + found.late + found.replies == live
    assert min(together.answered, together.withdrawn, together.removed, together.open) > 0


def _by_hand(session: Session) -> dict[str, dict[str, dict[str, int]]]:
    """The same, one point after the other, by the rules as they stand in the design."""
    found: dict[str, dict[str, dict[str, int]]] = {"language": {}, "channel": {}}
    comments = {comment.id: comment for comment in session.query(Comment)}
    for point in session.query(Point).filter(Point.retired_at.is_(None)):
        comment = comments[point.comment_id]
        gone = comment.state in {"removed", "withdrawn", "erased"}
        root = comments[comment.root_id] if comment.root_id else None
        asks = root is None or comment.addressed or root.state not in {"published", "held"}
        was_owed = (asks and not comment.late) if gone else point.owed
        if not was_owed:
            continue
        if gone:
            became = "removed" if comment.state == "removed" else "withdrawn"
        else:
            became = "answered" if point.settled_by else "open"
        channel = session.get_one(Submission, comment.submission_id).channel
        for part, key in (("language", comment.language), ("channel", channel)):
            of_key = found[part].setdefault(
                key, dict.fromkeys(("answered", "withdrawn", "removed", "open"), 0)
            )
            of_key[became] += 1
    return found


def test_the_sum_agrees_with_the_counters(world: World) -> None:
    owed, settled, _changed = world.tally()
    found = figures.numbers(world.session, world.consultation.id).sum
    assert (found.answered, found.open) == (settled, owed - settled)
    world.withdraw(world.said[0])
    owed, settled, _changed = world.tally()
    tally = world.session.get_one(Tally, world.consultation.id)
    assert figures.participation(world.session, world.consultation.id).submissions == (
        tally.submissions
    )
    found = figures.numbers(world.session, world.consultation.id).sum
    assert (found.answered, found.withdrawn, found.open) == (settled, 1, owed - settled)


def test_the_report_prints_its_sum_in_every_language(world: World) -> None:
    world.withdraw(world.said[0])
    for language in LANGUAGES:
        made = report(world, language)
        with speaking(language):
            line = telling.sum_line(figures.numbers(world.session, world.consultation.id).sum)
        assert re.findall(r"\d+", line) == ["10", "8", "1", "0", "1"]
        assert any(Run(line, STRONG) in b.runs for b in made.blocks if isinstance(b, Paragraph))
        points = made.numbers["points"]
        assert points["received"] == sum(
            points[name] for name in ("answered", "withdrawn", "removed", "open")
        )
    with speaking("en"):
        assert line == "10 points received = 8 answered + 1 withdrawn + 0 removed + 1 open"


def test_the_answers_add_up_to_the_answered_points(world: World) -> None:
    found = figures.dispositions(world.session, world.consultation.id)
    assert found == Counter({"accepted": 6, "not_accepted": 2, "noted": 1})
    assert found.total() == figures.numbers(world.session, world.consultation.id).sum.answered


# What stands in it


def test_it_tells_everything_from_who_took_part_to_the_comments_behind_a_change(
    world: World,
) -> None:
    made = report(world, "en")
    chapters = [b.words for b in made.blocks if isinstance(b, Heading) and b.level == 2]
    assert chapters == [
        "In short",
        "Who took part",
        "How the comments were grouped, and how wrong that may be",
        "What you said, what we answer",
        "What changed in the text",
        "Campaigns",
        "Removals",
        "About this report",
    ]
    said = repr(made.blocks)
    for words in ("Avis 0", "Parce que.", "Accepted", "Form letter", "souvent", "struck"):
        assert words in said
    tables = {table.caption: table for table in made.tables}
    assert tables["Answers given"].rows == (("Accepted", 6), ("Not accepted", 2), ("Noted", 1))
    changes = tables["Changes of the text"]
    assert changes.rows[0][-1] == 6
    levels = [b.level for b in made.blocks if isinstance(b, Heading)]
    assert all(after <= before + 1 for before, after in zip([1, *levels], levels, strict=False))


def test_before_anything_is_published_it_says_so(session: Session) -> None:
    world = World(session)
    made = report(world, "en")
    said = repr(made.blocks)
    for words in ("Nothing has been answered yet.", "The text has not changed so far.",
                  "No comment was removed."):  # fmt: skip
        assert words in said
    assert "souvent" not in said
    assert made.numbers["points"]["open"] == made.numbers["points"]["received"] == 10


def private(world: World) -> None:
    """Words and names that nobody may read any more, and one that never could."""
    with act() as session:
        for said, state, words in (
            (world.said[0], "removed", REMOVED),
            (world.said[1], "held", HELD),
            (world.said[2], "withdrawn", WITHDRAWN),
        ):
            session.get_one(CommentRevision, said.revision.id).text = words
            session.get_one(Comment, said.comment.id).state = state
        session.add(
            Removal(
                consultation_id=world.consultation.id,
                comment_id=world.said[0].comment.id,
                reason="insult",
                note={"fr": "Une insulte."},
                removed_by=world.official.id,
                removed_at=NOW,
            )
        )
        session.get_one(Contact, world.said[3].comment.submission_id).name = "Jemp Schmit"


@pytest.mark.parametrize("form", FORMATS)
def test_no_file_holds_a_name_an_address_or_words_that_cannot_be_read(
    world: World, tmp_path: Path, form: str
) -> None:
    private(world)
    words = text_of(form, file_of(world, form, tmp_path))
    for secret in (REMOVED, HELD, WITHDRAWN, "Jemp", "example.org"):
        assert secret not in words
    assert "Avis 3" in words
    if form != "csv":
        assert "Une insulte." in words


def text_of(form: str, raw: bytes) -> str:
    if form == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    if form in {"docx", "xlsx"}:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return " ".join(archive.read(name).decode() for name in archive.namelist())
    return raw.decode()


# PDF


def _walk(element: Any) -> list[Any]:
    """The structure elements below one, in reading order."""
    element = element.get_object()
    if isinstance(element, ArrayObject):
        return [found for child in element for found in _walk(child)]
    if not isinstance(element, DictionaryObject):
        return []
    own = [element] if "/S" in element else []
    return own + (_walk(element["/K"]) if "/K" in element else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged(world: World, tmp_path: Path, language: str) -> None:
    reader = PdfReader(io.BytesIO(file_of(world, "pdf", tmp_path, language)))
    root: Any = reader.trailer["/Root"]
    made = report(world, language)
    assert reader.metadata is not None
    assert reader.metadata.title == made.title
    assert root["/Lang"] == f"{language}-LU"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1" in root["/Metadata"].get_object().get_data()
    elements = _walk(root["/StructTreeRoot"])
    kinds = Counter(element["/S"] for element in elements)
    headings = [(int(e["/S"][2]), e["/T"]) for e in elements if re.fullmatch("/H[1-6]", e["/S"])]
    assert headings == [
        (1, made.title),
        *((b.level, b.words) for b in made.blocks if isinstance(b, Heading)),
    ]
    figures_ = [element for element in elements if element["/S"] == "/Figure"]
    assert len(figures_) == 1
    assert all(element.get("/Alt") for element in figures_)
    tables = [block for block in made.shown() if isinstance(block, Table)]
    assert kinds["/Table"] == kinds["/THead"] == len(tables)
    heads = [element for element in elements if element["/S"] == "/TH"]
    assert len(heads) == sum(len(table.head) for table in tables)
    scopes = {a["/Scope"] for head in heads for a in head["/A"] if "/Scope" in a}
    assert scopes == {"/Column"}
    assert kinds["/BlockQuote"] > 0
    assert kinds["/Caption"] == len(tables) + 1


def test_the_words_of_the_pdf_say_what_was_struck(world: World, tmp_path: Path) -> None:
    words = text_of("pdf", file_of(world, "pdf", tmp_path, "en"))
    assert "[struck:" in words
    assert "[inserted:" in words


def test_no_word_of_a_person_is_a_command_of_the_typesetter(world: World, tmp_path: Path) -> None:
    nasty = '#panic("x") *no* _no_ $x$ @ref <b> \\ "q" `r` // 中文 \u200f עברית 😀 \u0007'
    with act() as session:
        session.get_one(CommentRevision, world.said[0].revision.id).text = nasty
        session.get_one(Point, world.said[0].point.id).end = len(nasty)
    words = text_of("pdf", file_of(world, "pdf", tmp_path))
    assert '#panic("x") *no* _no_ $x$ @ref <b> \\ "q" `r` //' in " ".join(words.split())


# Word


def test_the_word_file_has_styles_header_rows_and_languages(world: World, tmp_path: Path) -> None:
    raw = file_of(world, "docx", tmp_path, "de")
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        ET.fromstring(content)
        assert name
    body = ET.fromstring(parts["word/document.xml"])
    styles = {
        e.get(f"{w}styleId") for e in ET.fromstring(parts["word/styles.xml"]).iter(f"{w}style")
    }
    used = Counter(e.get(f"{w}val") for e in body.iter(f"{w}pStyle"))
    assert set(used) <= styles
    made = report(world, "de")
    levels = Counter(b.level for b in made.blocks if isinstance(b, Heading))
    assert (used["Title"], used["Heading1"], used["Heading2"]) == (1, levels[2], levels[3])
    tables = list(body.iter(f"{w}tbl"))
    assert len(tables) == len([b for b in made.shown() if isinstance(b, Table)]) + 1
    for table in tables:
        first, *others = table.iter(f"{w}tr")
        assert first.find(f"{w}trPr/{w}tblHeader") is not None
        assert all(row.find(f"{w}trPr/{w}tblHeader") is None for row in others)
        assert table.find(f"{w}tblPr/{w}tblCaption") is not None
    assert 'w:lang w:val="de-LU"' in parts["word/styles.xml"].decode()
    assert 'w:lang w:val="fr-LU"' in parts["word/document.xml"].decode()
    assert made.title in parts["docProps/core.xml"].decode()


# HTML


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_web_page_is_valid_and_needs_nothing_else(
    world: World, tmp_path: Path, app: Flask, language: str
) -> None:
    raw = file_of(world, "html", tmp_path, language)
    markup = raw.decode()
    assert not re.search(r"<(?:script|link|img|iframe)|\ssrc=|url\(|@import", markup)
    # One file has its style in it; all else holds for it as for every page.
    answer = app.response_class(re.sub(r"<style>.*?</style>\n", "", markup, flags=re.DOTALL))
    page = Page(answer)  # type: ignore[arg-type]
    check(page)
    assert page.root.get("lang") == language
    assert all(head.get("scope") for head in page.all("th"))
    assert all(table.find("{http://www.w3.org/1999/xhtml}caption") is not None
               for table in page.all("table"))  # fmt: skip


# Excel and CSV


NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x")']


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(world: World, tmp_path: Path) -> None:
    with act() as session:
        for said, words in zip(world.said, NASTY, strict=False):
            session.get_one(CommentRevision, said.revision.id).text = words
            session.get_one(Point, said.point.id).end = len(words)
    with zipfile.ZipFile(io.BytesIO(file_of(world, "xlsx", tmp_path, "en"))) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if "/worksheets/" in n]
        styles = archive.read("xl/styles.xml").decode()
        names = re.findall(r'sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
    assert names[0] == "Report"
    assert {"Themes", "Changes", "Removals", "Campaigns"} < {*names, "Removals"}
    assert names[-1] == "Every point"
    assert len(set(names)) == len(names) == len(sheets)
    every = "".join(sheets)
    assert "=1+1" in every
    assert "<f>" not in every
    assert "<hyperlink" not in every
    # What would be calculated once somebody edits the cell is kept as text by its format.
    kept = {
        str(index)
        for index, xf in enumerate(
            re.findall(r"<xf [^>]*>", styles.split("<cellXfs")[1].split("</cellXfs>")[0])
        )
        if 'quotePrefix="1"' in xf
    }
    cells = re.findall(r'<c r="\w+" s="(\d+)" t="inlineStr"><is><t[^>]*>([^<]*)', every)
    guarded = [style for style, words in cells if words.lstrip().startswith(("=", "+", "-", "@"))]
    assert len(guarded) >= 6
    assert set(guarded) <= kept


def test_no_cell_of_the_csv_is_a_formula_and_every_point_is_there(
    world: World, tmp_path: Path
) -> None:
    with act() as session:
        for said, words in zip(world.said, NASTY, strict=False):
            session.get_one(CommentRevision, said.revision.id).text = words
            session.get_one(Point, said.point.id).end = len(words)
    text = file_of(world, "csv", tmp_path, "de").decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["Kommentar Nr."]) for row in found] == list(range(1, 12))
    assert [row["Wortlaut"] for row in found[:7]] == [f"'{words}" for words in NASTY]
    assert found[0]["Antwort"] == "Angenommen"


def test_the_json_names_its_format_and_holds_numbers_and_words(
    world: World, tmp_path: Path
) -> None:
    told = json.loads(file_of(world, "json", tmp_path, "en"))
    assert told["format"] == "consult-report/2"
    assert told["numbers"]["points"]["received"] == 10
    kinds = {block["kind"] for block in told["report"]}
    assert {"heading", "paragraph", "table", "chart", "quote", "change"} <= kinds


def test_comments_that_come_meanwhile_belong_to_the_next_report(
    world: World, tmp_path: Path
) -> None:
    """The rows end where the numbers end, in one snapshot."""
    text = file_of(world, "csv", tmp_path).decode("utf-8-sig")
    made = report(world)
    last = max(int(next(iter(row.values()))) for row in csv.DictReader(io.StringIO(text)))
    assert last == made.last_comment == 11


# The command


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        (["--format", "pdf"], b"%PDF-"),
        (["--format", "xlsx"], b"PK"),
        (["--format", "docx"], b"PK"),
        (["--format", "html", "--language", "lb"], b'<!doctype html>\n<html lang="lb">'),
        (["--format", "json", "--of", "report"], b'{\n "format": "consult-report/2"'),
    ],
)
def test_the_command_writes_the_report(
    world: World, app: Flask, tmp_path: Path, options: list[str], begins: bytes
) -> None:
    out = tmp_path / "file"
    end_reading()
    result = app.test_cli_runner().invoke(export_command, ["law", "--out", str(out), *options])
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(begins)


def test_the_command_says_what_it_cannot_write(world: World, app: Flask, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "x")]
    result = app.test_cli_runner().invoke(
        export_command, ["law", *out, "--of", "report", "--format", "akn"]
    )
    assert result.exit_code == 2
    assert "--of report takes --format pdf" in result.output


def test_a_mark_holds_words_and_no_ends_of_lines(world: World) -> None:
    row = drafts.edits(world.session, [world.edit.id])[0]
    assert row.after is not None
    long = replace(row, after=replace(row.after, text=f"{row.after.text}\n(2) Neuf.\n(3) Dix."))
    end = len(row.after.text)
    world.session.expunge(long.edit)
    long.edit.before_words = ""
    long.edit.after_start, long.edit.after_end = end + 1, end + 11
    marked = [run for run in redline.runs(long) if run.look]
    assert [run.words for run in marked] == ["(2) Neuf."]
    assert "".join(run.words for run in redline.runs(long)).endswith("(2) Neuf.\n(3) Dix.")


def test_a_long_text_is_cut_where_a_word_ends() -> None:
    assert redline.cut("un deux trois", 8) == "un …"
    assert redline.cut("un deux", 8) == "un deux"
