"""Parts of the report: who took part without small numbers, the second reading, and the public log."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from consult.exports.reports import figures, telling, word
from consult.exports.reports.blocks import SENTENCE, WORD, Chart, Report, Table
from consult.exports.reports.models import FORMATS
from consult.exports.reports.who import split
from consult.exports.reports.work import write
from consult.kernel.i18n import speaking
from consult.kernel.transaction import act, end_reading
from consult.moderation.models import Objection, Removal
from consult.moderation.redacting.models import Redaction, SealedWords
from consult.submissions import repair
from consult.submissions.models import Submission
from consult.submissions.participation import queries as participation
from consult.submissions.participation.words import name_of
from consult.themes.models import Reading
from consult.themes.reading import agreement
from consult.themes.reading.agreement import Pair
from tests import builders
from tests.answers.worlds import World
from tests.builders import NOW

SITE = "https://consult.example"


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def report(world: World, language: str = "en") -> Report:
    made = telling.tell(world.session, world.consultation, language, site=SITE, now=NOW)
    end_reading()
    return made


def tables(made: Report) -> dict[str, Table]:
    return {table.caption: table for table in made.tables}


KINDS = {
    "citizen": 70,
    "association": 30,
    "company": 28,
    "public_body": 2,
    "expert": 1,
    "unknown": 9,
}
WAYS = {"web": 90, "paper": 31, "email": 2, "event": 6, "import": 11}


def some_came(world: World, seed: int) -> None:
    """Submissions of many kinds by many ways, of some of which there are few."""
    chance = random.Random(seed)
    kinds, ways = (
        chance.sample([key for key, count in of.items() for _number in range(count)], 140)
        for of in (KINDS, WAYS)
    )
    with act() as session:
        for kind, way in zip(kinds, ways, strict=True):
            said = builders.say(session, world.consultation)
            found = session.get_one(Submission, said.comment.submission_id)
            found.respondent, found.channel = kind, way
            found.recorded_at = NOW - timedelta(days=chance.randint(21, 29))
        session.flush()
        repair.mend(session, world.consultation.id)
    end_reading()


# Who took part


@pytest.mark.parametrize("seed", range(2))
def test_no_table_and_no_figure_speaks_of_a_hidden_number(world: World, seed: int) -> None:
    some_came(world, seed)
    made = report(world)
    shown = participation.took_part(world.session, world.consultation, NOW)
    hidden_somewhere = 0
    for part, caption in (("respondent", "kind of participant"), ("channel", "way of arrival")):
        table = getattr(shown, part)
        assert table is not None
        with speaking("en"):
            hidden = {name_of(part, key) for key in table.hidden}
        hidden_somewhere += len(hidden)
        [told] = [
            t for name, t in tables(made).items() if name.startswith(f"Submissions by {caption}")
        ]
        for name, cell in told.rows:
            assert (name in hidden) == (cell in {"fewer than 5", "not shown"})
        points = tables(made).get("Points by way of arrival")
        if part == "channel" and points:
            assert not hidden & {row[0] for row in points.rows}
        numbers = made.numbers[f"submissions_by_{part}"]
        assert not set(numbers["shown"]) & table.hidden
        assert sum(numbers["shown"].values()) + numbers["not_shown_together"] == numbers["total"]
        for chart in (b for b in made.blocks if isinstance(b, Chart) and b.caption == told.caption):
            assert not hidden & {bar.name for bar in chart.bars}
    assert hidden_somewhere >= 4


def test_the_points_of_hidden_kinds_are_summed_up(world: World) -> None:
    some_came(world, 1)
    found = figures.numbers(world.session, world.consultation.id)
    shown = participation.took_part(world.session, world.consultation, NOW)
    rows, others = split(shown, found, "channel")
    assert rows
    assert others is not None
    assert sum(made.received for _code, made in rows) + others.received == found.received
    [points] = [t for t in report(world).tables if t.caption == "Points by way of arrival"]
    assert points.rows[-2][0] == "Not shown one by one"
    assert points.rows[-1][1] == found.received


def test_the_number_of_organisations_says_nothing_of_a_hidden_kind(world: World) -> None:
    from consult.submissions import organisations

    def come(kind: str, count: int) -> None:
        with act() as session:
            for number in range(count):
                said = builders.say(session, world.consultation)
                found = session.get_one(Submission, said.comment.submission_id)
                found.respondent = kind
                [found.organisation_id] = organisations.declare_each(
                    session, [f"{kind} {number} of {count}"], now=NOW
                )
            session.flush()
            repair.mend(session, world.consultation.id)
        end_reading()

    come("association", 9)
    assert "9 organisations among them." in repr(report(world).blocks)
    come("company", 2)
    assert "organisations among them." not in repr(report(world).blocks)


# The second reading


def test_the_second_reading_is_told_with_kappa_and_its_interval(world: World) -> None:
    bus, bike = _two_themes(world)
    pairs = (
        [Pair(bus, True, bus)] * 18 + [Pair(bus, True, bike)] * 4 + [Pair(bike, False, bike)] * 14
    )
    found = agreement.figures(pairs)
    with act() as session:
        session.add(
            Reading(
                consultation_id=world.consultation.id, seed=7, size=36, among=200,
                drawn_by=world.official.id, drawn_at=NOW, ended_at=NOW, figures=found.stored(),
            )
        )  # fmt: skip
    made = report(world)
    by_theme = tables(made)["Agreement by theme"]
    assert [row[0] for row in by_theme.rows] == ["Bus stops", "Bicycles"]
    kappa = found.themes[0].kappa
    assert kappa is not None
    assert by_theme.rows[0][4] == f"{kappa.value:.2g} ({kappa.low:.2g} – {kappa.high:.2g})"
    wrong = tables(made)["The sample"].rows[1]
    assert wrong[0] == "Program wrong, by people"
    assert str(wrong[1]).startswith("18%")
    assert made.numbers["second_reading"]["themes"][0]["kappa"]["number"] == 36
    assert report(world, "lb").numbers == made.numbers


def _two_themes(world: World) -> tuple[int, int]:
    with act() as session:
        return tuple(
            builders.theme(session, world.consultation, title).id
            for title in ("Bus stops", "Bicycles")
        )  # type: ignore[return-value]


# The public log


def logged(world: World) -> None:
    gone, kept, cleaned = (said.comment for said in world.said[:3])
    with act() as session:
        removals = [
            Removal(
                consultation_id=world.consultation.id, comment_id=comment.id, reason=reason,
                note={"fr": "…"}, removed_by=world.official.id, removed_at=NOW,
            )
            for comment, reason in ((gone, "not_theirs"), (kept, "insult"))
        ]  # fmt: skip
        session.add_all(removals)
        session.flush()
        session.add(
            Objection(
                consultation_id=world.consultation.id, comment_id=kept.id, against="removal",
                removal_id=removals[1].id, text="Non.", made_at=NOW, state="overturned",
                decided_at=NOW,
            )
        )  # fmt: skip
        session.add(
            Objection(
                consultation_id=world.consultation.id, comment_id=cleaned.id, against="holding",
                text="Secret words of an objection", made_at=NOW, state="open",
            )
        )  # fmt: skip
        redaction = Redaction(
            consultation_id=world.consultation.id, comment_id=cleaned.id,
            revision_id=world.said[2].revision.id, ground="third_person",
            kinds={"phone": 2, "name": 1}, placed=[], redacted_by=world.official.id, redacted_at=NOW,
        )  # fmt: skip
        session.add(redaction)
        session.flush()
        session.add(
            SealedWords(
                redaction_id=redaction.id, source="x", html="x", text="x", salt=b"0" * 16,
                sealed_at=NOW,
            )
        )  # fmt: skip
    end_reading()


def test_removals_objections_and_words_taken_out_are_told(world: World) -> None:
    """A comment that was not of its seeming author is removed for no rule of ours: told as well."""
    logged(world)
    made = report(world)
    removed = tables(made)["Removed comments"].rows
    assert [(row[2], row[4]) for row in removed] == [
        ("Insult", "Objection: Overturned: the comment can be read again"),
        ("Not of the person whose it seemed to be", ""),
    ]
    objections = {row[0]: row[1:] for row in tables(made)["What became of objections"].rows}
    assert objections["Overturned: the comment can be read again"] == (1, 0)
    assert objections["Not decided yet"] == (0, 1)
    assert tables(made)["What was taken out"].rows == (("Telephone number", 2), ("Name", 1))
    [line] = tables(made)["Comments without some words"].rows
    assert line[2:] == ("Telephone number × 2, Name", "Personal data of somebody else", "")
    assert made.numbers["redacted_places_by_kind"] == {"phone": 2, "name": 1}
    assert "Secret words" not in repr(made)


def test_where_nothing_was_removed_it_says_so(world: World) -> None:
    said = repr(report(world).blocks)
    assert "Nobody objected to a removal or a holding back." in said
    assert "No words were taken out of a comment that stayed." in said


@pytest.mark.parametrize("form", FORMATS)
def test_every_file_holds_all_of_it(world: World, form: str, tmp_path: Path) -> None:
    some_came(world, 2)
    logged(world)
    end_reading()
    write(tmp_path / "r", world.consultation.id, "fr", form, site=SITE, now=NOW)
    content = (tmp_path / "r").read_bytes()
    assert len(content) > 2_000
    if form == "html":
        text = content.decode()
        assert text.count("<figure") == text.count("<svg") >= 3
        assert "moins de 5" in text
        assert "NaN" not in text
    if form == "json":
        told: dict[str, Any] = json.loads(content)["numbers"]
        assert told["objections"]["removal"]["overturned"] == 1


def test_a_column_in_which_nothing_stands_is_left_to_spreadsheets(world: World) -> None:
    logged(world)
    made = report(world)
    whole = tables(made)["Comments without some words"]
    [read] = [
        block
        for block in made.shown()
        if isinstance(block, Table) and block.caption == whole.caption
    ]
    assert whole.head[-1] == "Put back on"
    assert read.head == whole.head[:-1]
    assert read.rows == tuple(row[:-1] for row in whole.rows)


def test_long_words_have_more_room_than_short_ones_and_numbers_none_too_many() -> None:
    table = Table("", ("No.", "Reason", "Number"), (("1", "x" * 300, 7), ("20", "y", 8)), sheet="")
    assert table.room == [WORD, SENTENCE, 0]
    assert Table("", ("A", "B"), (), sheet="").filled.head == ("A", "B")


def test_a_column_of_a_word_file_holds_its_longest_word() -> None:
    table = Table("", ("Zurückgezogen", "Grund", "Zahl"), (("12", "kurz " * 90, 7),), sheet="")
    first, second, third = word._widths(table)
    assert first > len("Zurückgezogen") * 100
    assert second > first > third > len("Zahl") * 100
    crowded = Table("", ("Zurückgezogen",) * 9, (tuple(range(9)),), sheet="")
    assert sum(word._widths(crowded)) <= word._WIDTH
