"""Bring the catalogues up to date with the sentences in the code and the templates.

`python scripts/messages.py` adds new sentences (untranslated) to `consult/locales/<language>/
<room>.po`, removes those that are gone, and lists what is still to be translated. It also sets
the spaces of French punctuation, so that nobody has to type what cannot be seen.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "consult" / "locales"
TRANSLATED = ("fr", "de", "lb")  # English sentences are the message ids
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "mark": None, "ngettext": (1, 2)}

MessageId = str | tuple[str, str]

# A line must never begin with a French colon or end with an opening guillemet. Before ; ! ? and
# inside a number the space is narrow (U+202F); elsewhere it is a plain no-break space (U+00A0).
FRENCH_SPACES = (
    (re.compile(r"(?<=\S)[ \u00a0\u202f]+(?=[;!?])"), "\u202f"),
    (re.compile(r"(?<=\S)[ \u00a0\u202f]+(?=[:»])"), "\u00a0"),
    (re.compile(r"(?<=«)[ \u00a0\u202f]+"), "\u00a0"),
    (re.compile(r"(?<=\bn°)[ \u00a0\u202f]+"), "\u00a0"),
    (re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)"), "\u202f"),
)


def used() -> dict[MessageId, str]:
    """Every sentence in use, with the room that holds it (the first in alphabetical order)."""
    found: dict[MessageId, str] = {}
    for room, path in sorted(_files()):
        method = "jinja2.ext:babel_extract" if path.suffix != ".py" else "python"
        options = {"silent": "false", "newstyle_gettext": "false", "extensions": "jinja2.ext.do"}
        with path.open("rb") as file:
            for _, message, _, _ in extract(method, file, KEYWORDS, (), options):
                key = (message[0], message[1]) if isinstance(message, tuple) else str(message)
                found.setdefault(key, room)
    return found


def _files() -> Iterator[tuple[str, Path]]:
    for path in (ROOT / "consult").rglob("*.py"):
        parts = path.relative_to(ROOT / "consult").parts
        yield (parts[0] if len(parts) > 1 else "kernel"), path
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file():
            room = path.relative_to(ROOT / "templates").parts[0]
            yield ("kernel" if room in {"layouts", "components"} else room), path


def catalogues(language: str) -> dict[str, Catalog]:
    """Room → catalogue."""
    found = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale=language)
    return found


def untranslated(language: str) -> list[MessageId]:
    """Sentences in use that have no translation in this language."""
    done = {
        message.id
        for catalogue in catalogues(language).values()
        for message in catalogue
        if message.id and (all(message.string) if message.pluralizable else message.string)
    }
    return [key for key in used() if key not in done]


def update(language: str) -> None:
    """Rewrite the catalogues of one language, keeping what is translated."""
    sentences, existing = used(), catalogues(language)
    known: dict[MessageId, tuple[str, object]] = {}
    for room, catalogue in existing.items():
        for message in catalogue:
            if message.id in sentences and (message.id not in known or message.string):
                known[message.id] = (room, message.string)
    rooms: dict[str, Catalog] = {room: Catalog(locale=language) for room in existing}
    for key, first_room in sentences.items():
        room, string = known.get(key, (first_room, ""))
        rooms.setdefault(room, Catalog(locale=language)).add(key, string)  # type: ignore[arg-type]
    for room, catalogue in rooms.items():
        _write(LOCALES / language / f"{room}.po", catalogue)


def french(text: str) -> str:
    """The text with the no-break spaces of French typography."""
    for found, space in FRENCH_SPACES:
        text = found.sub(space, text)
    return text


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for message in catalogue:
        message.flags.discard("fuzzy")
        message.flags.discard("python-format")
        if path.parent.name == "fr" and message.id:
            told = message.string
            message.string = french(told) if isinstance(told, str) else tuple(map(french, told))
    made = io.BytesIO()
    write_po(made, catalogue, omit_header=True, sort_output=True, width=0, no_location=True)
    plural = catalogue.plural_forms
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    text = made.getvalue().decode().strip()
    path.write_text(header + text + "\n" if text else header, encoding="utf-8")


def main() -> int:
    missing = 0
    for language in TRANSLATED:
        update(language)
        for key in untranslated(language):
            missing += 1
            print(f"{language}: {key}")  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
