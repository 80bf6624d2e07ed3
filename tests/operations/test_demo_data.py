"""The demo consultation is data: every reference, span and translation in it must hold."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).resolve().parents[2] / "consult" / "operations" / "demo"
LANGUAGES = {"fr", "de", "lb", "en"}


@cache
def load(name: str) -> Any:
    """Return a data file of the demo, a list of rows for .jsonl."""
    text = (DEMO / name).read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text)


@cache
def clauses(name: str) -> dict[str, str]:
    """Return printed number -> heading and plain text of each clause, in the order of the draft."""
    text = (DEMO / name).read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for block in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = block.partition("\n")
        number, _, _title = heading.partition(". – ")
        assert number not in found, number
        found[number] = re.split(r"^#", body.replace("*", ""), flags=re.MULTILINE)[0].strip()
    return found


@pytest.mark.parametrize("name", ["mobility", "housing"])
def test_texts_are_in_normal_form_and_titled_in_four_languages(name: str) -> None:
    for path in (DEMO / name).iterdir():
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path
    about = load(f"{name}/consultation.json")
    assert set(about["languages"]) == LANGUAGES
    for field in (about["title"], about["summary"], about["notice"], about["body"]["name"]):
        assert set(field) == LANGUAGES
        assert all(value.strip() for value in field.values())
    days = about["days"]
    assert days["announced"] < days["opens"] < days["closes"] < days["promised_answer"]


def test_the_versions_differ_in_about_ten_clauses_and_nowhere_else() -> None:
    before, after = clauses("mobility/draft-1.md"), clauses("mobility/draft-2.md")
    assert 22 <= len(before) <= 28
    story = load("mobility/consultation.json")["versions"][1]["successions"]
    deleted = {s["before"] for s in story if s["after"] is None}
    inserted = {s["after"] for s in story if s["before"] is None}
    moved = {s["before"]: s["after"] for s in story if s["before"] and s["after"]}
    assert deleted
    assert inserted
    assert moved
    changed = 0
    kept = [number for number in before if number not in deleted]
    for number in kept:
        target = moved.get(number, number)
        assert target in after, number
        changed += before[number] != after[target]
        if number in moved:
            assert before[number] == after[target], number
    assert {moved.get(number, number) for number in kept} | inserted == set(after)
    assert 7 <= changed <= 12
