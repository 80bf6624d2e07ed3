"""Languages: message catalogues, the reader's language, dates and numbers.

English sentences are the message ids. Each room has a catalogue of its own per language,
`locales/<language>/<room>.po`, read when the language is first used: nothing is compiled, so
nothing can be stale.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations
from markupsafe import escape

from consult.kernel.clock import LUXEMBOURG, last_day, luxembourg_date

LANGUAGES = ("fr", "de", "lb", "en")
DEFAULT_LANGUAGE = "fr"
# Each language under its own name, as a language switch shows it.
LANGUAGE_NAMES = {"fr": "Français", "de": "Deutsch", "lb": "Lëtzebuergesch", "en": "English"}

LOCALES = Path(__file__).resolve().parents[1] / "locales"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


# The language in which texts are read, where the address asks for one, and the one beside it.
_reading: ContextVar[tuple[str | None, str | None]] = ContextVar("reading", default=(None, None))


def language() -> str:
    """The language in which this request, letter or command speaks."""
    return _language.get()


def own_first() -> list[str]:
    """Every language, that of the reader first."""
    return sorted(LANGUAGES, key=lambda code: code != language())


def set_language(code: str) -> None:
    """Speak `code` from here on (the web face calls it once per request)."""
    _language.set(code)


def read_texts_in(code: str | None, beside: str | None = None) -> None:
    """Read the texts consulted on in `code`, whatever language the page speaks (the web face calls
    it once per request); codes that are none of ours are ignored."""
    known = tuple(one if one in LANGUAGES else None for one in (code, beside))
    _reading.set((known[0], known[1]))


def text_language() -> str:
    """The language in which this request reads texts: the one asked for, else its own."""
    return _reading.get()[0] or language()


def asked_reading() -> tuple[str | None, str | None]:
    """The language of texts that the address asks for, and the one beside it: links keep them."""
    return _reading.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language inside the block, as a letter to one person does."""
    token = _language.set(code if code in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalogue(code: str) -> Translations:
    merged = Translations()
    merged._catalog = {}  # noqa: SLF001 - Babel has no public way
    for path in sorted((LOCALES / code).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=code)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        part = Translations(compiled)
        merged.merge(part)
        # Merging keeps the English rule, which is not that of French: "0 jour".
        merged.plural = part.plural
    return merged


def load() -> None:
    """Read every catalogue now, for an act that writes sentences in all languages: nothing reads a
    file inside an act."""
    for code in LANGUAGES:
        if code != "en":
            _catalogue(code)


def gettext(message: str, **facts: object) -> str:
    """The sentence in the reader's language, its named fields filled."""
    text: str = message if language() == "en" else _catalogue(language()).gettext(message)
    return text % facts if facts else text


def ngettext(singular: str, plural: str, number: int, **facts: object) -> str:
    """The sentence for `number` things; `%(num)s` is the number as the language writes it."""
    text = singular if number == 1 else plural
    if language() != "en":
        text = str(_catalogue(language()).ngettext(singular, plural, number))
    return text % {"num": number_text(number), **facts}


def mark(message: str) -> str:
    """Mark a sentence for the catalogue where it is written; it is translated where it is shown."""
    return message


class LazyText:
    """A sentence translated each time it is shown: for form labels, which are made once."""

    def __init__(self, message: str, **facts: object) -> None:
        self._message = message
        self._facts = facts

    def __str__(self) -> str:
        return gettext(self._message, **self._facts)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __getattr__(self, name: str) -> Any:
        return getattr(str(self), name)

    def __mod__(self, other: Any) -> str:
        return str(str(self) % other)

    def __eq__(self, other: object) -> bool:
        return str(self) == other

    def __hash__(self) -> int:
        return hash(self._message)


def lazy_gettext(message: str, **facts: object) -> LazyText:
    return LazyText(message, **facts)


@lru_cache(maxsize=8)
def _locale(code: str) -> Locale:
    # British dates: an English reader in Luxembourg expects the day before the month.
    return Locale.parse("en_GB" if code == "en" else code)


def day_text(day: date | datetime) -> str:
    """A calendar day in words, Luxembourg time: "24 novembre 2026"."""
    if isinstance(day, datetime):
        day = day.astimezone(LUXEMBOURG).date()
    return _day_text(day, language())


@lru_cache(maxsize=4096)
def _day_text(day: date, code: str) -> str:
    text = format_date(day, "long", locale=_locale(code))
    # CLDR writes "1 novembre"; in French the first of a month is an ordinal.
    return f"1er{text[1:]}" if code == "fr" and day.day == 1 else text


def time_text(instant: datetime) -> str:
    """Day and time of day in words, Luxembourg time."""
    local = instant.astimezone(LUXEMBOURG)
    clock = f"{local:%H:%M}"
    return gettext("%(day)s at %(time)s", day=day_text(local), time=clock)


def deadline_text(end: datetime) -> str:
    """A closing instant as people read it: "until 24:00 on 3 March" for a midnight."""
    local = end.astimezone(LUXEMBOURG)
    if (local.hour, local.minute) == (0, 0):
        return gettext("%(day)s at %(time)s", day=day_text(last_day(end)), time="24:00")
    return time_text(end)


def last_day_text(end: datetime) -> str:
    """The last day before a promised midnight: a date that people were told."""
    return day_text(last_day(end))


def leaf_text(day: date) -> tuple[str, str]:
    """A day as a calendar leaf prints it: its number, and its month in short."""
    month = format_date(day, "MMM", locale=_locale(language()))
    return str(day.day), month


def days_left(end: datetime, now: datetime) -> int:
    """How many calendar days of Luxembourg come after today until `end`; 0 on the last one."""
    return max(0, (last_day(end) - luxembourg_date(now)).days)


def days_late(due: datetime, now: datetime) -> int:
    """How many calendar days ago the promised day was, counted from 1."""
    return max(1, (luxembourg_date(now) - last_day(due)).days)


def days_left_text(end: datetime, now: datetime) -> str:
    """How long something stays open."""
    days = days_left(end, now)
    if days < 1:
        return gettext("today is the last day")
    return ngettext("%(num)s day left", "%(num)s days left", days)


def days_late_text(due: datetime, now: datetime) -> str:
    """How long ago a promised day passed: "3 days"."""
    days = days_late(due, now)
    return ngettext("%(num)s day", "%(num)s days", days)


def short_time_text(instant: datetime) -> str:
    """Day and time in figures, for tables."""
    return format_datetime(instant.astimezone(LUXEMBOURG), "short", locale=_locale(language()))


def number_text(number: float) -> str:
    return format_decimal(number, locale=_locale(language()))


def percent_text(share: float) -> str:
    """A share between 0 and 1 as a whole percentage."""
    return format_percent(
        share, "#,##0 %" if language() in {"fr", "de", "lb"} else None, locale=_locale(language())
    )


def size_text(size: int) -> str:
    """The size of a file: "12 KB", "3.4 MB"."""
    if size < 1_000_000:
        return f"{number_text(max(1, round(size / 1_000)))}\u00a0KB"
    return f"{number_text(round(size / 1_000_000, 1))}\u00a0MB"


def choose(texts: dict[str, str] | None, wanted: str | None = None) -> tuple[str, str]:
    """One of a text's languages and the text itself: the wanted one, else the first that exists.

    The language comes back because a page must say `lang=` where it differs from its own.
    """
    texts = texts or {}
    for code in (wanted or language(), *LANGUAGES):
        if texts.get(code):
            return code, texts[code]
    return next(iter(texts.items()), (wanted or language(), ""))
