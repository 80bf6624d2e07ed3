"""What stands in a comment where words were removed from it: a few words in brackets, of its own
language, so that every quotation, letter and file says it too."""

import re
from functools import cache

from consult.kernel.i18n import LANGUAGES, gettext, mark, speaking

PLACEHOLDERS = {
    "email": mark("[e-mail address removed]"),
    "phone": mark("[telephone number removed]"),
    "iban": mark("[bank account removed]"),
    "national_number": mark("[national identification number removed]"),
    "address": mark("[postal address removed]"),
    "name": mark("[name removed]"),
    "other": mark("[words removed]"),
}
# The class of a placeholder in stored HTML.
CSS = "removed-words"


def placeholder(kind: str, language: str) -> str:
    """The placeholder for words of a kind, in the language of a comment."""
    with speaking(language):
        return gettext(PLACEHOLDERS[kind])


def blanked(text: str) -> str:
    """The text with spaces for placeholders: they are no words of its author, and offsets stay."""
    return _any().sub(lambda match: " " * len(match[0]), text) if "[" in text else text


@cache
def _any() -> re.Pattern[str]:
    every = {placeholder(kind, code) for kind in PLACEHOLDERS for code in LANGUAGES}
    return re.compile("|".join(re.escape(one) for one in sorted(every)))
