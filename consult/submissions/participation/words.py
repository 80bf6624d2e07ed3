"""What those who took part are called, in the plural, and how they came, as marked sentences."""

from datetime import date

from consult.kernel.i18n import LANGUAGE_NAMES, day_text, mark
from consult.kernel.i18n import gettext as _
from consult.submissions.imports.words import CHANNEL_NAMES as BY_CLERK

RESPONDENT_NAMES = {
    "citizen": mark("Citizens"),
    "association": mark("Associations"),
    "company": mark("Companies"),
    "public_body": mark("Public bodies"),
    "expert": mark("Experts"),
    "unknown": mark("Not said"),
}
CHANNEL_NAMES = {"web": mark("This website"), **BY_CLERK}
NAMES = {"respondent": RESPONDENT_NAMES, "language": LANGUAGE_NAMES, "channel": CHANNEL_NAMES}

# Which number is hidden first beside a small one: that of which a reader learns least.
HIDDEN_FIRST = {
    "respondent": ("unknown", "public_body", "expert", "company", "association", "citizen"),
    "language": ("en", "lb", "de", "fr"),
    "channel": ("import", "event", "phone", "email", "paper", "web"),
}


def name_of(part: str, key: str) -> str:
    """What a row of a table is called; weeks by their Monday."""
    if part == "week":
        return day_text(date.fromisoformat(key))
    return _(NAMES[part].get(key, key))
