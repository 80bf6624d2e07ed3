"""What only another process can show: what gets loaded, the same labels, the command line."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.sentences import SENTENCES

ROOT = Path(__file__).parents[2]


def _python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("csv") / "comments.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["subject", "text", "lang"])
        writer.writerows([subject, text, language] for subject, language, text in SENTENCES)
        writer.writerow(["", "", ""])
        writer.writerow(["rent", SENTENCES[0][2], "fr"])
    return path


def test_the_web_process_may_ask_for_language_and_words() -> None:
    code = (
        "import sys, analysis, analysis.language, analysis.words\n"
        "analysis.language.detect('Mir wunnen zu Lëtzebuerg')\n"
        "analysis.find_passages('Ein Satz mit Worten. ' * 100)\n"
        "for language in ('fr', 'de', 'lb', 'en'):\n"
        "    analysis.words.search_words('Maisons Häuser Haiser houses', language)\n"
        "print({'numpy', 'scipy', 'sklearn', 'flask', 'py3langid'} & set(sys.modules) or 'light')"
    )
    assert _python("-c", code).stdout.strip() == "light"


def test_labels_are_the_same_in_any_process(table: Path) -> None:
    command = ("-m", "analysis", "topics", str(table), "--text-column", "text", "--seed", "5")
    first = _python(*command, PYTHONHASHSEED="1", OMP_NUM_THREADS="1")
    second = _python(*command, PYTHONHASHSEED="2", OMP_NUM_THREADS="2")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    result = json.loads(first.stdout)
    assert len(result["documents"]) == 62
    assert result["unprocessed"] == [{"id": 61, "reason": "empty"}]


def test_columns_and_number_can_be_given(table: Path) -> None:
    done = _python(
        *("-m", "analysis", "topics", str(table), "--text-column", "text"),
        *("--language-column", "lang", "--topics", "3"),
    )
    result = json.loads(done.stdout)
    assert len(result["topics"]) == 3
    assert result["card"]["number_of_topics"]["asked_for"] == 3


def test_campaigns_are_printed(table: Path) -> None:
    done = _python("-m", "analysis", "campaigns", str(table), "--text-column", "text")
    assert [c["member_ids"] for c in json.loads(done.stdout)["campaigns"]] == [[1, 62]]


def test_a_wrong_column_is_one_sentence(table: Path) -> None:
    done = _python("-m", "analysis", "topics", str(table), "--text-column", "words")
    assert done.returncode == 2
    assert "no column 'words'; there are 'subject', 'text', 'lang'" in done.stderr
    assert "Traceback" not in done.stderr
    assert (
        "cannot be read"
        in _python("-m", "analysis", "campaigns", "nowhere.csv", "--text-column", "x").stderr
    )


def test_a_text_of_a_hundred_pages_is_read(tmp_path: Path) -> None:
    long = "Le bus du soir ne passe plus dans notre village. " * 6_000
    table = tmp_path / "long.csv"
    table.write_text(f'text\n"{long}"\n"{long}"\n', encoding="utf-8")
    done = _python("-m", "analysis", "campaigns", str(table), "--text-column", "text")
    assert [c["member_ids"] for c in json.loads(done.stdout)["campaigns"]] == [[1, 2]]
