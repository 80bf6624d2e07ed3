"""Comments out of a table that somebody uploaded: which column is what, and what each row says.
Pure.

A cell is only ever text, and a row that cannot be taken is reported by its number and reason.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analysis.language import detect
from consult.accounts.identity import EmailError, normal_email, plain_name
from consult.kernel.clock import LUXEMBOURG
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGES, mark
from consult.kernel.markup import tidy
from consult.submissions import platforms
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.lateness import can_be
from consult.submissions.tables import Table

ROWS_HEARD = 200  # rows by which the main language of a file is judged
MOST_TEXTS = 40  # columns with words

# Why a row was not taken.
EMPTY, TOO_LONG, BROKEN, UNREADABLE, BAD_DATE, NO_DATE, SAME_ID, TRIAL = (
    "empty",
    "too_long",
    "broken",
    "unreadable",
    "bad_date",
    "no_date",
    "same_id",
    "trial",
)
# What else is said of a row that was taken.
CLAUSE_UNKNOWN, BAD_EMAIL = "clause_unknown", "bad_email"
# What can be said before: it was taken by an earlier import, or came after the close.
KNOWN, LATE = "known", "late"
REMARKS = (KNOWN, LATE, CLAUSE_UNKNOWN, BAD_EMAIL)

# Roles of which a file has one column at most.
ONCE = (
    "id",
    "language",
    "clause",
    "received",
    "respondent",
    "organisation",
    "name",
    "email",
)


class ColumnError(ConsultError):
    """A column that was asked for is not there, or none was found that holds the comments."""

    status = 422
    message = mark("The file has no column “%(column)s”. Its columns are: %(columns)s.")


class NoTextColumnError(ConsultError):
    status = 422
    message = mark("Say which column holds the comments.")


class RoleTwiceError(ConsultError):
    """Two columns are said to be the same thing."""

    status = 422
    message = mark("“%(first)s” and “%(second)s” cannot both be that. Please choose one.")


@dataclass(frozen=True)
class Columns:
    """Which column holds what; "" for nothing. Every other column is left alone.

    Each text column makes a comment; `about` says on which clause, where the row does not.
    """

    texts: tuple[str, ...]
    id: str = ""
    language: str = ""
    clause: str = ""
    received: str = ""
    respondent: str = ""
    organisation: str = ""
    name: str = ""
    email: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def stored(cls, kept: Mapping[str, Any]) -> "Columns":
        """From what `as_kept` made."""
        return cls(**{**kept, "texts": tuple(kept["texts"])})

    def as_kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    def chosen(self) -> list[str]:
        return [*self.texts, *(name for name in (getattr(self, role) for role in ONCE) if name)]

    def role(self, column: str) -> str:
        """What a column is: "text", one of ONCE, or "" for nothing."""
        if column in self.texts:
            return "text"
        return next((role for role in ONCE if getattr(self, role) == column), "")


@dataclass(frozen=True)
class Answer:
    """What somebody wrote in one column, and what was asked there, if several are asked."""

    question: str
    text: str
    clause: str


@dataclass(frozen=True)
class Row:
    """One submission of a file. `key` is its identity within its source."""

    line: int
    key: str
    answers: tuple[Answer, ...]
    language: str | None
    received_at: datetime | None
    name: str
    respondent: str = "unknown"
    organisation: str = ""
    email: str | None = None
    # What stood where an address was expected cannot be written to.
    bad_email: bool = False

    @property
    def text(self) -> str:
        """Everything that was written."""
        return "\n\n".join(answer.text for answer in self.answers)


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken, or (one of REMARKS) something to know about one that was."""

    line: int
    code: str


def find_text_column(header: Sequence[str]) -> str:
    """The column that by its name holds the comments; "" if none does."""
    return platforms.text_column(header)


def proposed(table: Table) -> Columns:
    """Which column is what, as far as their names and what stands in them say it."""
    named = platforms.named_columns(table.header, table.platform)
    by_name = platforms.text_column(table.header)
    if by_name and table.platform == platforms.PLAIN:
        texts = [by_name]
    else:
        records = [cells for _, cells in table.records[1:]]
        texts = platforms.text_columns(table.header, records, list(named.values()))
    others = {role: name for role, name in named.items() if name not in texts}
    return Columns.stored({"texts": texts, **others})


def checked(table: Table, columns: Columns) -> Columns:
    """The columns as the file spells them.

    Raises ColumnError for one it does not have, NoTextColumnError, RoleTwiceError.
    """
    texts = columns.texts
    if not any(texts):
        texts = (platforms.text_column(table.header),)
    exact = {name: name for name in table.header}
    loose = {name.casefold(): name for name in table.header}

    def found(name: str) -> str:
        known = exact.get(name) or loose.get(name.casefold(), "")
        if not known and name:
            raise ColumnError(column=name, columns=", ".join(table.header))
        return known

    made = replace(
        columns,
        texts=tuple(found(name) for name in texts if name)[:MOST_TEXTS],
        about={found(name): clause for name, clause in columns.about.items() if clause},
        **{role: found(getattr(columns, role)) for role in ONCE},
    )
    if not made.texts:
        raise NoTextColumnError
    return made


def rows(table: Table, columns: Columns, *, now: datetime) -> tuple[list[Row], list[Refusal]]:
    """The submissions of a table, and the rows that cannot be taken, in the order of the file.

    A row's key is its id, else the digest of its words and how many times they stood above: the
    same file twice gives the same keys, and equal texts are different comments.
    """
    reader = _RowReader(table, columns, now)
    taken: list[Row] = []
    refused: list[Refusal] = []
    for line, cells in table.records[1:]:
        found = reader.read(line, cells)
        if isinstance(found, Row):
            taken.append(found)
        else:
            refused.append(found)
    return taken, refused


class _RowReader:
    """Reads one row after another, remembering which keys were given out."""

    def __init__(self, table: Table, columns: Columns, now: datetime) -> None:
        self._table = table
        self._columns = columns
        self._place = {name: number for number, name in enumerate(table.header)}
        self._zone = read_zone(table.zones.get(columns.received, ""))
        self._now = now
        self._times: Counter[str] = Counter()
        self._ids: set[str] = set()

    def read(self, line: int, cells: list[str] | None) -> Row | Refusal:
        if cells is None:
            return Refusal(line, BROKEN)
        if platforms.is_trial(self._table.platform, self._table.header, cells):
            return Refusal(line, TRIAL)
        columns = self._columns
        said = {name: tidy(cells[self._place[name]]) for name in columns.chosen()}
        said[""] = ""
        answers = self._answers(said)
        received = read_date(said[columns.received], self._zone)
        key = self._key(answers, said[columns.id])
        email = _email(said[columns.email])
        problem = self._problem(said, answers, received)
        if problem or not key:
            return Refusal(line, problem or SAME_ID)
        return Row(
            line=line,
            key=key,
            answers=answers,
            language=read_language(said[columns.language]),
            received_at=received,
            name=plain_name(said[columns.name]),
            respondent=platforms.read_respondent(said[columns.respondent]),
            organisation=plain_name(said[columns.organisation]),
            email=email,
            bad_email=bool(said[columns.email]) and email is None,
        )

    def _answers(self, said: Mapping[str, str]) -> tuple[Answer, ...]:
        """One for each column in which something stands; alone, it needs no question above it."""
        columns = self._columns
        several = len(columns.texts) > 1
        return tuple(
            Answer(
                self._table.question(name) if several else "",
                said[name],
                said[columns.clause] or columns.about.get(name, ""),
            )
            for name in columns.texts
            if said[name]
        )

    def _key(self, answers: Sequence[Answer], given: str) -> str:
        """ "" where the id stood in a row above."""
        if given:
            key = f"id:{given}" if len(given) <= 100 else f"id#{_digest(given)}"
            if key in self._ids:
                return ""
            self._ids.add(key)
            return key
        digest = _digest("\x1f".join(answer.text for answer in answers))
        self._times[digest] += 1
        return f"words:{digest}:{self._times[digest]}"

    def _problem(
        self, said: Mapping[str, str], answers: Sequence[Answer], received: datetime | None
    ) -> str:
        written = said[self._columns.received]
        if not answers:
            return EMPTY
        if any(len(answer.text) + len(answer.question) > MAX_LENGTH for answer in answers):
            return TOO_LONG
        if any("\ufffd" in cell for cell in said.values()):
            return UNREADABLE
        if written and (received is None or not can_be(received, self._now)):
            return BAD_DATE
        return ""


def _email(written: str) -> str | None:
    try:
        return normal_email(written) if written else None
    except EmailError:
        return None


def main_language(rows: Sequence[Row], default: str) -> str:
    """The language of most rows: what rows too short to be recognised are taken for.

    Judged by what the file says of its rows, else by their words; `default` where neither says
    anything. Enough rows from all over the file speak for the rest.
    """
    step = max(1, len(rows) // ROWS_HEARD)
    heard = (row.language or detect(row.text)[0] for row in rows[::step])
    spoken = Counter(code for code in heard if code in LANGUAGES)
    return max(spoken, key=lambda code: (spoken[code], code == default), default=default)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:40]


# English names of months, as EngagementHQ writes them ("Oct 24 21 07:08:38 pm").
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(?:(?P<year>\d{4})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)"
    r"|(?P<day2>\d\d?)[./](?P<month2>\d\d?)[./](?P<year2>\d{4})"
    r"|(?P<name>[A-Za-z]{3})[a-z]{0,6}\.? (?P<day3>\d\d?),? (?P<year3>\d{4}|\d\d)"
    r"|(?P<day4>\d\d?) (?P<name2>[A-Za-z]{3})[a-z]{0,6}\.? (?P<year4>\d{4}))"
    r"(?:[T ,]+(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?",
)


def read_date(written: str, zone: tzinfo = LUXEMBOURG) -> datetime | None:
    """An instant from "2026-03-01", "2026-03-01T10:00Z", "1.3.2026", "01/03/2026 10:00" or
    "Mar 01 26 10:00:00 am".

    Day before month; the time of `zone` where the text says none; the beginning of the day where no
    time is. None for anything else.
    """
    found = _DATE.fullmatch(written.strip())
    if found is None:
        return None
    part = {name: text or "" for name, text in found.groupdict().items()}

    def number(stem: str) -> int:
        return int("".join(part.get(f"{stem}{end}") or "" for end in ("", "2", "3", "4")) or 0)

    name = (part["name"] or part["name2"]).casefold()
    try:
        year, hour = number("year"), number("hour")
        if part["half"]:
            hour = _of_day(hour, part["half"])
        instant = datetime(
            year + 2000 if part["name"] and year < 100 else year,
            _MONTHS.index(name) + 1 if name else number("month"),
            number("day"),
            hour,
            number("minute"),
            number("second"),
            tzinfo=zone,
        )
        if part["zone"]:
            instant = datetime.fromisoformat(f"{instant:%Y-%m-%dT%H:%M:%S}{part['zone']}")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _of_day(hour: int, half: str) -> int:
    """The hour of the day from one of twelve before or after noon. Raises ValueError."""
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in "Pp" else 0)


def read_zone(name: str) -> tzinfo:
    """A time zone by its name; ours for one that is not known."""
    try:
        return ZoneInfo(name) if name else LUXEMBOURG
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return LUXEMBOURG


_LANGUAGE_CODES = {"fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "ltz": "lb", "eng": "en"}


def read_language(written: str) -> str | None:
    """One of our languages from "de", "de-AT", "DEU"; None where it has to be found out."""
    code = re.split(r"[-_]", written.casefold())[0]
    code = _LANGUAGE_CODES.get(code, code)
    return code if code in LANGUAGES else None


# Where the Markdown of a comment could read a mark of its own in somebody's plain words.
_MARKUP = re.compile(
    r"\\(?=[!-/:-@\[-`{-~\n])"
    r"|[*\[\]<]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|&(?=\#?\w{1,40};)"
)
_LINE_START = re.compile(r"^(?P<indent>[ \t]*)(?P<before>\d{0,9})(?=[-+>.)])", re.MULTILINE)


def literal(text: str) -> str:
    """Markdown that reads as `text` does, so that what somebody wrote stays as they wrote it."""
    return _LINE_START.sub(r"\g<indent>\g<before>\\", _MARKUP.sub(r"\\\g<0>", text))
