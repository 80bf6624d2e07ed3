"""Every sentence that a person can see exists in French, German, Luxembourgish and English."""

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = _messages()


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    assert messages.untranslated(language) == [], "Run scripts/messages.py and translate."


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_translations_keep_the_named_fields(language: str) -> None:
    wrong = []
    for catalogue in messages.catalogues(language).values():
        for message in catalogue:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            fields = set(re.findall(r"%\(\w+\)s", ids[-1]))
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and fields != set(re.findall(r"%\(\w+\)s", strings[-1])):
                wrong.append(message.id)
    assert not wrong


def test_no_sentence_hides_in_an_f_string() -> None:
    """The extractor does not look into f-strings: such a sentence would never be translated."""
    hidden = [
        f"{path}:{call.lineno}"
        for path in (ROOT / "consult").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in messages.KEYWORDS
        and isinstance(call.args[0], ast.Constant)
    ]
    assert not hidden


def test_french_punctuation_never_begins_a_line() -> None:
    wrong = []
    for catalogue in messages.catalogues("fr").values():
        for message in catalogue:
            told = message.string if isinstance(message.string, tuple) else (message.string,)
            wrong += [text for text in told if message.id and messages.french(text) != text]
    assert not wrong, "Run scripts/messages.py."
    assert messages.french("Quoi ? « 2 000 » : oui ! n° 3") == (
        "Quoi\u202f? «\u00a02\u202f000\u00a0»\u00a0: oui\u202f! n°\u00a03"
    )


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_nothing_is_translated_that_is_not_used(language: str) -> None:
    used = set(messages.used())
    stale = [
        m.id for c in messages.catalogues(language).values() for m in c if m.id and m.id not in used
    ]
    assert not stale, "Run scripts/messages.py."


def test_the_receipt_has_one_name_in_german() -> None:
    """Who was given an "Eingangsbestätigung" does not know that they are asked for it as "Quittung"."""
    catalogues = messages.catalogues("de").values()
    told = [str(message.string) for catalogue in catalogues for message in catalogue]
    told += [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.de.html")]
    assert not [text for text in told if "quittung" in text.lower()]
