"""What other platforms write: how their exports are laid out, and what their columns hold. Pure.

Nothing here decides: it proposes which column is what, and an official corrects it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PLAIN, CITIZEN_SPACE, ENGAGEMENT_HQ, QUALTRICS = "", "citizen_space", "engagement_hq", "qualtrics"
PLATFORMS = (PLAIN, CITIZEN_SPACE, ENGAGEMENT_HQ, QUALTRICS)
# Product names, the same in every language; also the source that is proposed.
NAMES = {
    CITIZEN_SPACE: "Citizen Space",
    ENGAGEMENT_HQ: "EngagementHQ",
    QUALTRICS: "Qualtrics",
}

DEEPEST = 8  # records among which the names of the columns are looked for
SAMPLE = 200  # records by which a column of free text is told from one of ticked answers
MOST_TEXTS = 40  # columns with words that are proposed


@dataclass(frozen=True)
class Layout:
    """Where the names of the columns stand, and from which record on there are answers."""

    platform: str
    header: list[str]
    begin: int
    # By column, where the file says it.
    questions: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)


def plain(name: str) -> str:
    """A column's name without what spreadsheets vary."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def layout(records: Sequence[list[str] | None]) -> Layout:
    """How the export that begins with these records is laid out."""
    return _qualtrics(records) or _engagement_hq(records) or _one_header(records)


def _one_header(records: Sequence[list[str] | None]) -> Layout:
    header = records[0] or []
    names = {plain(cell) for cell in header}
    sent = any(name in names for name in _SUBMITTED)
    known = "response id" in names and (sent or "unique id" in names)
    return Layout(CITIZEN_SPACE if known else PLAIN, header, 1)


_SUBMITTED = ("submitted date", "date submitted", "submission date", "submitted", "submitted on")


def _qualtrics(records: Sequence[list[str] | None]) -> Layout | None:
    """Three lines of names: short ones, the questions, and ids in JSON; people cut some away."""
    header = records[0] or []
    names = {plain(cell) for cell in header}
    if not ({"startdate", "start date"} & names and {"responseid", "response id"} & names):
        return None
    if not ({"enddate", "end date"} & names or "recordeddate" in names):
        return None
    questions: list[str] = []
    zones: list[str] = []
    begin = 1
    for cells in records[1:3]:
        ids = [_import_id(cell) for cell in cells or []]
        if sum(bool(found) for found in ids) * 2 > len(ids):
            zones = [str(found.get("timeZone", "")) for found in ids]
        elif begin == 1 and {plain(cell) for cell in cells or []} & {"start date", "end date"}:
            questions = cells or []
        else:
            break
        begin += 1
    return Layout(QUALTRICS, header, begin, questions, zones)


def _import_id(cell: str) -> dict[str, object]:
    """What the third line of Qualtrics says of a column; {} for anything else."""
    if len(cell) > 1_000 or "ImportId" not in cell:
        return {}
    try:
        found = json.loads(cell)
    except ValueError:
        return {}
    return found if isinstance(found, dict) and "ImportId" in found else {}


_CONTRIBUTION = {
    "login screen name",
    "contribution id",
    "date of contribution",
    "contributor summary signup form qs detailed breakup on the right",
    "usertype",
    "contributor details",
}


def _engagement_hq(records: Sequence[list[str] | None]) -> Layout | None:
    """Names after a title, some a line above the others, where a workbook had merged cells."""
    for number, cells in enumerate(records):
        names = {plain(cell) for cell in cells or []}
        if len(names & _CONTRIBUTION) < 2:
            continue
        header = list(cells or [])
        above = (records[number - 1] if number else None) or []
        header += [""] * (len(above) - len(header))
        for place, cell in enumerate(above):
            header[place] = header[place] or cell
        return Layout(ENGAGEMENT_HQ, header, number + 1)
    return None


# The names under which each thing stands, the surest first, without what spreadsheets vary.
_NAMED = {
    "id": ("responseid", "response id", "contribution id", "unique id", "id", "nummer", "numéro",
           "number", "submission id", "kennung"),
    "language": ("userlanguage", "user language", "language", "langue", "sprache", "sprooch",
                 "locale", "lang"),
    "clause": ("clause", "article", "artikel", "artikkel", "art", "paragraph", "section"),
    "received": ("recordeddate", "recorded date", *_SUBMITTED, "date of contribution", "enddate",
                 "end date", "date received", "received", "received on", "created at", "date",
                 "datum", "eingangsdatum", "date de réception", "timestamp", "horodateur"),
    "organisation": ("organisation", "organization", "organisation name", "name of organisation",
                     "name of the organisation", "what is your organisation",
                     "what is your organisation s name", "organisme", "association"),
    "respondent": ("respondent type", "type of respondent", "type de répondant", "respondent"),
    "email": ("email", "e mail", "email address", "recipientemail", "recipient email", "courriel",
              "what is your email address", "adresse e mail", "e mail adresse"),
}  # fmt: skip
# Shown beside the comment, so it is proposed only where people chose it to be seen.
_SCREEN_NAMES = ("login screen name", "screen name")

# What platforms say of a response that nobody wrote as a comment.
_APART = {
    "startdate", "start date", "enddate", "end date", "status", "response type", "ipaddress",
    "ip address", "progress", "duration in seconds", "finished", "recordeddate", "recorded date",
    "responseid", "response id", "recipientlastname", "recipientfirstname", "recipientemail",
    "externalreference", "external data reference", "locationlatitude", "locationlongitude",
    "distributionchannel", "userlanguage", "q url", "unique id", "login", "login screen name",
    "usertype", "contributor details", "postal code", "project", "permission", "name", "email",
    "what is your name", "what is your email address", "tags", "analyst notes", "user agent",
    "contributor summary signup form qs detailed breakup on the right", "tool", "url", "link",
}  # fmt: skip

_TEXT_NAMES = (
    "text", "comment", "body", "comment body", "contributions arguments body", "contribution",
    "content", "message", "texte", "commentaire", "contribution body", "contenu", "kommentar",
    "beitrag", "inhalt", "stellungnahme", "kommentaar", "bäitrag", "avis", "opinion",
)  # fmt: skip
_TEXT_ENDINGS = (" body", " text", " comment", " texte", " content")


def text_column(header: Sequence[str]) -> str:
    """The column that by its name holds the comments; "" if none does."""
    named = {plain(name): name for name in reversed(header)}
    for wanted in _TEXT_NAMES:
        if wanted in named:
            return named[wanted]
    return next((name for key, name in reversed(named.items()) if key.endswith(_TEXT_ENDINGS)), "")


def named_columns(header: Sequence[str], platform: str) -> dict[str, str]:
    """What each column holds by its name: role → column; no words, and no name but a chosen one."""
    named = {plain(name): name for name in reversed(header)}
    wanted = {**_NAMED, "name": _SCREEN_NAMES if platform == ENGAGEMENT_HQ else ()}
    found: dict[str, str] = {}
    for role, names in wanted.items():
        column = next((named[name] for name in names if name in named), "")
        if column and column not in found.values():
            found[role] = column
    return found


def text_columns(
    header: Sequence[str], records: Sequence[list[str] | None], taken: Sequence[str]
) -> list[str]:
    """The columns in which people wrote sentences, judged by what stands in the first records."""
    sample = [cells for cells in records[:SAMPLE] if cells is not None]
    return [
        name
        for place, name in enumerate(header)
        if name not in taken
        and plain(name) not in _APART
        and _is_free(list(_filled(sample, place)))
    ][:MOST_TEXTS]


def _filled(sample: Sequence[list[str]], place: int) -> Iterator[str]:
    return (cells[place].strip() for cells in sample if cells[place].strip())


def _is_free(answers: Sequence[str]) -> bool:
    """Sentences, and seldom the same twice: ticked answers repeat, numbers and days are short."""
    if not answers:
        return False
    words = sum(len(answer.split()) for answer in answers) / len(answers)
    return words >= 4 and len(set(answers)) * 2 > len(answers)


# How Qualtrics calls what nobody sent: a look at the survey before it was opened.
_TRIALS = {"survey preview", "survey test", "preview"}


def is_trial(platform: str, header: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a response was made by those who built the survey, to try it."""
    return platform == QUALTRICS and any(
        plain(name) in {"status", "response type", "distributionchannel"}
        and cell.strip().casefold() in _TRIALS
        for name, cell in zip(header, cells, strict=False)
    )


_RESPONDENTS = {
    "citizen": ("individual", "citizen", "member of the public", "private person", "particulier",
                "citoyen", "citoyenne", "bürger", "bürgerin", "privatperson", "bierger", "resident"),
    "association": ("association", "ngo", "non profit", "charity", "verein", "verband", "asbl",
                    "ong", "trade union", "syndicat", "gewerkschaft"),
    "company": ("company", "business", "enterprise", "entreprise", "société", "unternehmen",
                "firma", "betrieb"),
    "public_body": ("public body", "public authority", "government", "commune", "municipality",
                    "administration", "gemeinde", "behörde", "gemeng", "ministry", "ministère"),
    "expert": ("expert", "academic", "academia", "university", "université", "researcher",
               "experte", "chercheur", "hochschule"),
}  # fmt: skip


def read_respondent(written: str) -> str:
    """One of our kinds of respondents; "unknown" where the words do not say it."""
    said = f" {plain(written)} "
    if not said.strip():
        return "unknown"
    if said.strip() in _RESPONDENTS or said.strip() == "public body":
        return said.strip().replace(" ", "_")
    heard = {kind for kind, names in _RESPONDENTS.items() for name in names if f" {name} " in said}
    return heard.pop() if len(heard) == 1 else "unknown"
