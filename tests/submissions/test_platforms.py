"""The exports of other platforms: recognised by their columns, never by their name."""

from datetime import UTC, datetime

import pytest

from consult.submissions import importing, platforms, tables
from consult.submissions.importing import TRIAL, Columns
from tests.submissions.workbooks import written

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)

QUALTRICS = (
    "StartDate,EndDate,Status,Progress,RecordedDate,ResponseId,RecipientEmail,UserLanguage,Q1,Q2,Q2_TEXT\n"
    "Start Date,End Date,Response Type,Progress,Recorded Date,Response ID,Recipient Email,User Language,"
    '"What should change\nin the text?",Who are you?,Who are you? - Other\n'
    '"{""ImportId"":""startDate"",""timeZone"":""America/Denver""}",'
    '"{""ImportId"":""endDate"",""timeZone"":""America/Denver""}","{""ImportId"":""status""}",'
    '"{""ImportId"":""progress""}","{""ImportId"":""recordedDate"",""timeZone"":""America/Denver""}",'
    '"{""ImportId"":""_recordId""}","{""ImportId"":""recipientEmail""}",'
    '"{""ImportId"":""userLanguage""}","{""ImportId"":""QID1_TEXT""}","{""ImportId"":""QID2""}",'
    '"{""ImportId"":""QID2_5_TEXT""}"\n'
    "2026-05-01 10:00:00,2026-05-01 10:09:00,IP Address,100,2026-05-01 10:09:00,R_1,a@example.org,FR,"
    "Il faut plus de trains le soir.,Citizen,\n"
    "2026-05-01 10:00:00,2026-05-01 10:09:00,Survey Preview,100,2026-05-01 10:09:00,R_2,,EN,"
    "This is only a test of mine.,Citizen,\n"
)


def test_qualtrics_has_three_lines_of_names() -> None:
    table = tables.read(QUALTRICS.encode())
    assert table.platform == platforms.QUALTRICS
    assert table.question("Q1") == "What should change in the text?"
    columns = importing.proposed(table)
    assert columns == Columns(
        ("Q1",), id="ResponseId", language="UserLanguage", received="RecordedDate",
        email="RecipientEmail",
    )  # fmt: skip
    [row], [refusal] = importing.rows(table, columns, now=NOW)
    # Denver's clock, by the third line.
    assert row.received_at == datetime(2026, 5, 1, 16, 9, tzinfo=UTC)
    assert (row.key, row.language, row.email) == ("id:R_1", "fr", "a@example.org")
    assert refusal.code == TRIAL


@pytest.mark.parametrize("cut", [(2,), (1, 2)])
def test_qualtrics_is_known_without_its_further_lines(cut: tuple[int, ...]) -> None:
    rows = [cells for _, cells in tables.read(QUALTRICS.encode()).records]
    lines = QUALTRICS.replace("change\nin", "change in").splitlines()
    kept = [line for number, line in enumerate(lines) if number not in cut]
    table = tables.read("\n".join(kept).encode())
    assert table.platform == platforms.QUALTRICS
    assert [cells for _, cells in table.records[1:]] == rows[1:]


def test_engagement_hq_writes_a_title_and_two_lines_of_names() -> None:
    table = tables.read(written({"Survey": [
        ["", "", "", "Town centre: what do you think?"],
        ["", "", "", "Town centre"],
        ["", "", "", "Date of contribution"],
        ["Login (Screen name)", "Usertype", "Response ID", "", "What would you change?", "Email"],
        ["oak", "Registered", "17", "Oct 24 25 07:08:38 pm", "More trees near the station.", "t@example.org"],
        ["walker", "Registered", "18", "Oct 25 25 12:00:00 am", "A bench at every stop.", "not one"],
    ]}))  # fmt: skip
    assert table.platform == platforms.ENGAGEMENT_HQ
    columns = importing.proposed(table)
    assert columns == Columns(
        ("What would you change?",), id="Response ID", received="Date of contribution",
        name="Login (Screen name)", email="Email",
    )  # fmt: skip
    [first, second], refused = importing.rows(table, columns, now=NOW)
    assert not refused
    assert first.received_at == datetime(2025, 10, 24, 17, 8, 38, tzinfo=UTC)
    assert second.received_at == datetime(2025, 10, 24, 22, 0, tzinfo=UTC)
    assert (first.name, second.bad_email, second.email) == ("oak", True, None)


def test_citizen_space_has_a_column_for_each_question() -> None:
    asked = "Do you agree with the measures in chapter two, and if you do not, why? " * 3
    rows = [
        ["Response ID", "Submitted date", "Do you agree?", asked.strip(), "What is your name?"],
    ]
    for n in range(9):
        rows.append([f"ANON-{n}", "2026-05-01", "Yes", f"Reason {n} with some words.", "A B"])
    table = tables.read(written({"Responses": rows}))
    assert table.platform == platforms.CITIZEN_SPACE
    columns = importing.proposed(table)
    # Ticked answers are no comments, and nobody's name is shown unless somebody says so.
    assert (columns.id, columns.received, columns.name) == ("Response ID", "Submitted date", "")
    [text] = columns.texts
    assert len(text) <= tables.LONGEST_NAME < len(table.question(text))
    assert table.question(text) == asked.strip()


def test_a_plain_sheet_is_plain() -> None:
    table = tables.read(b"Id,Date,Comment\n1,2026-05-01,More trees\n")
    assert table.platform == platforms.PLAIN
    assert importing.proposed(table) == Columns(("Comment",), id="Id", received="Date")


@pytest.mark.parametrize(
    ("written_", "kind"),
    [
        ("citizen", "citizen"),
        ("As an individual", "citizen"),
        ("Public body", "public_body"),
        ("a non-profit association", "association"),
        ("an individual or a company", "unknown"),
        ("accompany", "unknown"),
        ("", "unknown"),
    ],
)
def test_kinds_of_respondents(written_: str, kind: str) -> None:
    assert platforms.read_respondent(written_) == kind
