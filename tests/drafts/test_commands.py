"""`consult import draft`, from a file and from standard input."""

from pathlib import Path

from flask import Flask

from consult.drafts import queries
from consult.drafts.commands import draft
from consult.kernel.db import db
from tests.drafts.texts import TEXT, clause, make_text
from tests.people import make_body, make_consultation


def test_a_file_becomes_the_first_then_the_next_version(app: Flask, tmp_path: Path) -> None:
    slug = make_consultation(make_body()).slug
    runner = app.test_cli_runner()
    made = runner.invoke(draft, ["-", "--consultation", slug], input=TEXT)
    assert made.exit_code == 0, made.output
    assert "Version 1: 6 chapters and clauses, not public yet." in made.output

    published = make_text()
    path = tmp_path / "next.md"
    path.write_bytes(TEXT.replace("49 euros", "59 euros").encode("cp1252"))
    made = runner.invoke(draft, [str(path), "--consultation", published.slug])
    assert made.exit_code == 0, made.output
    assert "Version 2" in made.output
    assert "line 3: The file is not in UTF-8" in made.output
    version = queries.next_version(db.session(), published.id)
    assert version is not None
    assert "59 euros" in clause(version, "art_3").text


def test_what_cannot_be_read_is_said_with_its_line(app: Flask) -> None:
    slug = make_consultation(make_body()).slug
    runner = app.test_cli_runner()
    bad = runner.invoke(draft, ["-", "--consultation", slug], input="### Art. 1\na\n### Art. 1\nb")
    assert bad.exit_code == 1
    assert "line 3: Art. 1 stands twice; the first is in line 1." in bad.output
    none = runner.invoke(draft, ["-", "--consultation", "nowhere"], input=TEXT)
    assert none.exit_code == 1
    assert "could not find" in none.output
