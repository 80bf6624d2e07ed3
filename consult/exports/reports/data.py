"""The report as JSON: its numbers by code, and its text block by block."""

import json
from dataclasses import asdict
from typing import Any

from consult.exports.reports.blocks import Block, Report

VERSION = 2  # of this format: 2 tells who took part without small numbers


def to_json(report: Report) -> bytes:
    said = {
        "format": f"consult-report/{VERSION}",
        "consultation": report.slug,
        "address": report.address,
        "language": report.language,
        "title": report.title,
        "body": report.body,
        "as_of": report.at.isoformat(timespec="seconds"),
        "numbers": report.numbers,
        "report": [_block(block) for block in report.blocks],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _block(block: Block) -> dict[str, Any]:
    """A block with its kind; what is empty is left out."""
    facts = {name: value for name, value in asdict(block).items() if value not in ("", False)}
    return {"kind": type(block).__name__.lower(), **_without_empty(facts)}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_empty(one) for name, one in value.items() if one != ""}
    if isinstance(value, list | tuple):
        return [_without_empty(one) for one in value]
    return value
