"""Topics and campaigns of a CSV file, printed as JSON.

python -m analysis topics FILE.csv --text-column C [--language-column C] [--topics N] [--seed S]
python -m analysis campaigns FILE.csv --text-column C
"""

import argparse
import csv
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from analysis import Document, find_campaigns, find_topics

LONGEST_TEXT = 2**31 - 1  # characters; Python's own limit is some sixty pages


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description="Topics and campaigns of a CSV file, as JSON."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    topics = commands.add_parser("topics", help="what the texts are about")
    campaigns = commands.add_parser("campaigns", help="which texts are near-copies")
    for command in (topics, campaigns):
        command.add_argument("file", type=Path, metavar="FILE.csv", help="UTF-8, with a header")
        command.add_argument("--text-column", required=True, metavar="C")
        command.add_argument("--id-column", metavar="C", help="default: the number of the row")
        command.add_argument("--language-column", metavar="C", help="default: the texts are asked")
    topics.add_argument("--topics", type=int, metavar="N", help="default: chosen by stability")
    topics.add_argument("--seed", type=int, default=0, metavar="S")
    return parser.parse_args()


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def _documents(asked: argparse.Namespace) -> list[Document]:
    csv.field_size_limit(LONGEST_TEXT)
    try:
        with asked.file.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            delimiter = max(",;\t|", key=header.count)
            rows = list(csv.DictReader(file, delimiter=delimiter))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        _refuse(f"{asked.file} cannot be read: {error}")
    columns = list(rows[0]) if rows else []
    for column in (asked.text_column, asked.id_column, asked.language_column):
        if rows and column is not None and column not in columns:
            _refuse(f"There is no column {column!r}; there are {', '.join(map(repr, columns))}.")
    return [
        Document(
            id=row[asked.id_column] if asked.id_column else number,
            text=row[asked.text_column] or "",
            language=(row[asked.language_column] or None) if asked.language_column else None,
        )
        for number, row in enumerate(rows, 1)
    ]


def _topics(documents: list[Document], asked: argparse.Namespace) -> dict[str, Any]:
    report = find_topics(documents, asked.topics, asked.seed)
    return {
        "topics": [asdict(topic) for topic in report.topics],
        "parents": [asdict(topic) for topic in report.parents],
        "documents": [
            {"id": document.id, "topic": label, "score": round(score, 4)}
            for document, label, score in zip(
                documents, report.labels.tolist(), report.scores.tolist(), strict=True
            )
        ],
        "unprocessed": [{"id": i, "reason": reason} for i, reason in report.unprocessed],
        "card": report.card,
    }


def main() -> None:
    """Read the file, run the command, print JSON."""
    asked = _arguments()
    documents = _documents(asked)
    try:
        result: object = (
            _topics(documents, asked)
            if asked.command == "topics"
            else {"campaigns": [asdict(campaign) for campaign in find_campaigns(documents)]}
        )
    except ValueError as error:
        _refuse(f"{error}.")
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
