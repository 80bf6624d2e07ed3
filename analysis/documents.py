"""What comes in: the texts, and the topics that people have already accepted."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN_LANGUAGE = "und"
"""Stands for the language of a text that is in none of the four, or too short to tell."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text that says one thing and gets one label.

    `id` is the caller's own and unique in a run. `language` is a code such as "lb"; where it is
    None the text is asked.
    """

    id: int | str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptedTopic:
    """A topic that people accepted, shown by documents they put or left there.

    Ids that are not among the documents of the run are passed over. `parent_id` is the caller's
    id of the main topic that people put it below: an accepted topic, or one without documents of
    its own.
    """

    id: int | str
    document_ids: Sequence[int | str]
    parent_id: int | str | None = None


def check(documents: Sequence[Document]) -> None:
    """Raise ValueError if two documents share an id."""
    seen: set[int | str] = set()
    for document in documents:
        if document.id in seen:
            raise ValueError(f"two documents have the id {document.id!r}")
        seen.add(document.id)


def digest(documents: Sequence[Document]) -> str:
    """SHA-256 (hex) of ids, texts and languages in order: the same input, anywhere, any time."""
    digested = hashlib.sha256()
    for document in documents:
        line = json.dumps([document.id, document.text, document.language], ensure_ascii=True)
        digested.update(line.encode("ascii") + b"\n")
    return digested.hexdigest()
