"""The demo consultation is data: every reference, span and translation in it must hold."""

import json
import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from consult.kernel.markup import render_clause, render_comment

DEMO = Path(__file__).resolve().parents[2] / "consult" / "operations" / "demo"
LANGUAGES = {"fr", "de", "lb", "en"}
CHANNELS = {"web", "paper", "email", "event", "import"}
RESPONDENTS = {"citizen", "association", "company", "public_body", "expert"}
DISPOSITIONS = {
    "accepted",
    "partly_accepted",
    "not_accepted",
    "already_covered",
    "out_of_scope",
    "noted",
}
ROLES = {"publisher", "editor", "analyst", "moderator", "auditor"}


@cache
def load(name: str) -> Any:
    """Return a data file of the demo, a list of rows for .jsonl."""
    text = (DEMO / name).read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text)


@cache
def clauses(name: str) -> dict[str, str]:
    """Return printed number -> plain text of each clause, in the order of the draft."""
    text = (DEMO / name).read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for block in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = block.partition("\n")
        number, _, _title = heading.partition(". – ")
        assert number not in found, number
        found[number] = render_clause(re.split(r"^#", body, flags=re.MULTILINE)[0]).text
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


def places(text: str, words: str) -> list[int]:
    """Return where words begin in the text, overlapping ones too."""
    return [m.start() for m in re.finditer(f"(?={re.escape(words)})", text)]


def points(comment: dict[str, Any]) -> list[str]:
    """Return the references of a comment's points: its id, or "id#1" and on when it is split."""
    spans = comment.get("points")
    return [f"{comment['id']}#{n}" for n in range(1, len(spans) + 1)] if spans else [comment["id"]]


def owed(comment: dict[str, Any]) -> bool:
    """Say whether the body owes the comment an answer."""
    gone = comment.get("removed") or comment.get("withdrawn")
    unanswered_reply = comment["reply_to"] and not comment.get("to_body")
    return not (gone or unanswered_reply or comment.get("late") == "not_admitted")


def in_four_languages(texts: dict[str, str]) -> bool:
    """Say whether a text is there, and not empty, in each language."""
    return set(texts) == LANGUAGES and all(text.strip() for text in texts.values())


@pytest.mark.parametrize("name", ["mobility", "housing"])
def test_comments_refer_to_what_exists(name: str) -> None:
    comments = load(f"{name}/comments.jsonl")
    about = load(f"{name}/consultation.json")
    text = clauses(f"{name}/draft-1.md")
    seen: dict[str, dict[str, Any]] = {}
    for comment in comments:
        assert comment["id"] not in seen
        assert comment["language"] in LANGUAGES
        assert comment["channel"] in CHANNELS
        assert comment["respondent"] in RESPONDENTS
        assert comment["text"].strip()
        assert comment["clause"] is None or comment["clause"] in text, comment["id"]
        if comment["quote"] is not None:
            found = places(text[comment["clause"]], comment["quote"])
            assert len(found) >= comment.get("occurrence", 1), comment["id"]
            assert len(found) == 1 or "occurrence" in comment, comment["id"]
        if comment["reply_to"] is not None:
            parent = seen[comment["reply_to"]]
            assert parent["clause"] == comment["clause"], comment["id"]
            assert parent["day"] <= comment["day"], comment["id"]
        if comment["email"] is not None:
            assert re.fullmatch(r"[a-z0-9.]+@example\.org", comment["email"]), comment["email"]
        seen[comment["id"]] = comment
    open_days = min(about["days"]["closes"], 0) - about["days"]["opens"]
    assert {c["id"] for c in comments if c["day"] > open_days} == {
        c["id"] for c in comments if "late" in c
    }


def test_voices_are_about_top_comments_that_can_be_read() -> None:
    rows = {row["id"]: row for row in load("housing/comments.jsonl")}
    for camp in load("housing/voices.json")["camps"]:
        named = [*camp["agree"], *camp["disagree"], *camp["pass"]]
        assert len(set(named)) == len(named) >= 14
        assert camp["people"] >= 15
        for name in named:
            row = rows[name]
            assert {
                row[key] for key in ("reply_to", "removed", "withdrawn") if row.get(key)
            } == set()


def test_one_submission_is_one_visit_of_one_contributor() -> None:
    visits: dict[str, set[tuple[Any, ...]]] = {}
    for c in load("mobility/comments.jsonl"):
        visit = (c["channel"], c["respondent"], c["name"], c["email"], c["day"])
        visits.setdefault(c["submission"], set()).add(visit)
    assert not {key: who for key, who in visits.items() if len(who) > 1}
    sizes = Counter(c["submission"] for c in load("mobility/comments.jsonl"))
    assert sum(size > 1 for size in sizes.values()) >= 3


@pytest.mark.parametrize("name", ["mobility", "housing"])
def test_points_are_parts_of_their_comment_and_do_not_overlap(name: str) -> None:
    for comment in load(f"{name}/comments.jsonl"):
        spans = comment.get("points")
        if spans is None:
            continue
        assert 2 <= len(spans) <= 5, comment["id"]
        # Points are spans of the plain text, which has no marks of emphasis or lists.
        said = render_comment(comment["text"]).text
        end = 0
        for source in spans:
            assert comment["text"].count(source) == 1, (comment["id"], source)
            found = places(said, render_comment(source).text)
            assert len(found) == 1, (comment["id"], source)
            assert found[0] >= end, comment["id"]
            end = found[0] + len(render_comment(source).text)


def test_the_round_is_as_varied_as_promised() -> None:
    comments = load("mobility/comments.jsonl")
    assert len(comments) >= 280
    assert set(Counter(c["language"] for c in comments)) == LANGUAGES
    assert min(Counter(c["language"] for c in comments).values()) >= 40
    assert sum(c["quote"] is not None for c in comments) >= 80
    assert sum(c["reply_to"] is not None for c in comments) >= 35
    assert sum(bool(c.get("to_body")) for c in comments) >= 3
    assert sum(c["channel"] == "paper" for c in comments) >= 18
    assert Counter(c["late"] for c in comments if "late" in c) == {
        "admitted": 1,
        "not_admitted": 2,
    }
    removed = [c["removed"] for c in comments if "removed" in c]
    assert len(removed) == 3
    assert all(in_four_languages(r["note"]) for r in removed)
    assert sum(bool(c.get("withdrawn")) for c in comments) == 2
    assert [in_four_languages(c["reported"]["ground"]) for c in comments if "reported" in c] == [
        True
    ]
    for c in comments:
        if c["respondent"] == "association":
            assert c["organisation"]["register_number"], c["id"]
            assert c["organisation"]["declared_interest"], c["id"]


def test_every_owed_point_stands_in_exactly_one_theme() -> None:
    due = {p for c in load("mobility/comments.jsonl") if owed(c) for p in points(c)}
    themes = load("mobility/themes.json")
    assert 14 <= len(themes) <= 18
    ids = [t["id"] for t in themes]
    assert len(ids) == len(set(ids))
    for theme in themes:
        assert in_four_languages(theme["title"])
        assert in_four_languages(theme["description"])
        assert theme.get("parent") is None or theme["parent"] in ids
    assert Counter(p for t in themes for p in t["points"]) == Counter(due)


def test_campaigns_hold_owed_points_that_resemble_their_template() -> None:
    comments = {c["id"]: c for c in load("mobility/comments.jsonl")}
    campaigns = load("mobility/campaigns.json")
    assert sorted(len(c["members"]) for c in campaigns) == [18, 35]
    for campaign in campaigns:
        assert in_four_languages(campaign["title"])
        for member in campaign["members"]:
            key, _, n = member.partition("#")
            comment = comments[key]
            assert owed(comment)
            assert bool(n) == ("points" in comment), member
            said = comment["points"][int(n) - 1] if n else comment["text"]
            alike = SequenceMatcher(None, campaign["template"].split(), said.split(), False)
            assert alike.ratio() > 0.7, member


def fates() -> dict[str, str]:
    """Return the disposition of each themed point: own, else campaign's, else theme's."""
    data = load("mobility/answers.json")
    given = {next(iter(a["target"].items())): a["disposition"] for a in data["answers"]}
    fate = {p: given["theme", t["id"]] for t in load("mobility/themes.json") for p in t["points"]}
    for campaign in load("mobility/campaigns.json"):
        fate |= dict.fromkeys(campaign["members"], given["campaign", campaign["id"]])
    own = {key: disposition for (kind, key), disposition in given.items() if kind == "point"}
    assert set(own) <= set(fate)
    assert len(own) >= 6
    return fate | own


def test_answers_are_whole_and_unique() -> None:
    data = load("mobility/answers.json")
    answers = [*data["answers"], data["correction"]]
    ids = [a["id"] for a in answers]
    assert len(ids) == len(set(ids))
    targets = [tuple(*a["target"].items()) for a in data["answers"]]
    assert len(targets) == len(set(targets))
    assert {k for kind, k in targets if kind == "theme"} == {
        t["id"] for t in load("mobility/themes.json")
    }
    for answer in answers:
        assert answer["disposition"] in DISPOSITIONS
        assert in_four_languages(answer["reason"])
        if answer["disposition"] in {"accepted", "partly_accepted"}:
            assert answer["edits"], answer["id"]
    corrected = {a["id"]: a for a in data["answers"]}[data["correction"]["corrects"]]
    assert corrected["disposition"] != data["correction"]["disposition"]
    assert set(fates().values()) == DISPOSITIONS


def test_comments_with_several_points_end_in_different_ways() -> None:
    fate = fates()
    split = [points(c) for c in load("mobility/comments.jsonl") if "points" in c and owed(c)]
    assert sum(len({fate[p] for p in ps}) > 1 for ps in split) >= 16
    data = load("mobility/answers.json")
    target = {a["id"]: a["target"] for a in data["answers"]}[data["correction"]["corrects"]]
    told_anew = {
        p
        for t in load("mobility/themes.json")
        if t["id"] == target.get("theme")
        for p in t["points"]
    }
    assert any(set(ps) & told_anew for ps in split)


def changed_words(before: str, after: str) -> list[str]:
    """Return the runs of words deleted from the one text and inserted in the other."""
    old, new = before.split(), after.split()
    runs = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            runs += [" ".join(old[a:b]), " ".join(new[c:d])]
    return runs


def test_edits_name_words_that_really_changed() -> None:
    before, after = clauses("mobility/draft-1.md"), clauses("mobility/draft-2.md")
    data = load("mobility/answers.json")
    named: set[tuple[str | None, str | None]] = set()
    for row in [*data["answers"], *data["own_grounds"]]:
        for edit in row["edits"]:
            old, new = edit["before"], edit["after"]
            words = " ".join(edit["words"].split())
            runs = changed_words(before[old] if old else "", after[new] if new else "")
            assert any(words in run for run in runs), (row.get("id"), words)
            named.add((old, new))
    assert all(in_four_languages(row["ground"]) for row in data["own_grounds"])
    stories = load("mobility/consultation.json")["versions"][1]["successions"]
    moved = {s["before"]: s["after"] for s in stories if s["kind"] == "renumbered"}
    whole = {(s["before"], s["after"]) for s in stories if s["kind"] != "renumbered"}
    kept = {(n, moved.get(n, n)) for n in before if moved.get(n, n) in after}
    # A renumbered clause took its place: its old number is not the same clause of version 2.
    kept -= {(s["before"], s["before"]) for s in stories if s["before"]}
    changed = {(o, n) for o, n in kept if before[o] != after[n]}
    assert named == changed | whole


def test_translations_have_every_clause_of_their_text() -> None:
    for name in ("mobility", "housing"):
        for version in load(f"{name}/consultation.json")["versions"]:
            text = clauses(f"{name}/{version['file']}")
            for file in version.get("translations", {}).values():
                numbers = [number.replace("1er", "1") for number in clauses(f"{name}/{file}")]
                assert numbers == [number.replace("1er", "1") for number in text]


def test_accounts_are_people_of_the_bodies_and_a_citizen_with_submissions() -> None:
    accounts = load("accounts.json")
    bodies = {load(f"{n}/consultation.json")["body"]["key"] for n in ("mobility", "housing")}
    people = [*accounts["officials"], *accounts["citizens"]]
    assert len({p["email"] for p in people}) == len(people)
    assert all(p["email"].endswith("@example.org") for p in people)
    assert {o["body"] for o in accounts["officials"]} == bodies
    assert {r for o in accounts["officials"] for r in o["roles"]} == ROLES
    comments = load("mobility/comments.jsonl")
    (citizen,) = accounts["citizens"]
    assert len(citizen["submissions"]) == 2
    own = [c for c in comments if c["submission"] in citizen["submissions"]]
    assert {c["name"] for c in own} == {citizen["name"]}
