"""A comment as a W3C Web Annotation (Data Model, Recommendation of 23 February 2017), in JSON-LD.

Its target is the clause in the version and language that the person saw: the address of the clause's
plain text, in which the selector's offsets count code points. The quote stands first; where it
stands in the clause several times, its refinement by position says which one is meant.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MIMEAccept

from consult.consultations.models import Consultation
from consult.submissions.passage_queries import Aim
from consult.submissions.rows import CommentRow

JSON_LD = "application/ld+json"
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
ANNOTATION = f'{JSON_LD}; profile="{CONTEXT}"'

# Absolute address of an endpoint with its parameters.
Address = Callable[..., str]


def wanted(accept: MIMEAccept) -> bool:
    """Whether a reader asks for the annotation, rather than for the page."""
    kinds = ((kind.partition(";")[0].strip().lower(), q) for kind, q in accept)
    asked = max((q for kind, q in kinds if kind == JSON_LD), default=0)
    return asked > 0 and asked >= accept["text/html"]


def annotation(row: CommentRow, aim: Aim, consultation: Consultation, address: Address) -> str:
    """The annotation. A comment that cannot be read has neither words nor name nor quote."""
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address("comments.show", comment_id=row.id),
        "type": "Annotation",
        "motivation": "replying" if row.parent_id else "commenting",
        "created": _time(row.received_at),
    }
    if row.readable:
        made |= _said(row)
    made["target"] = _target(row, aim, consultation, address)
    if row.readable and aim.carried:
        # Our own term, named in full, so that no other context is needed.
        made[f"{address('home.index')}ns#carried"] = _carried(aim, consultation, address)
    return json.dumps(made, ensure_ascii=False, indent=1)


def _said(row: CommentRow) -> dict[str, Any]:
    made: dict[str, Any] = {
        "body": {
            "type": "TextualBody",
            "purpose": "commenting",
            "value": row.html,
            "format": "text/html",
            "language": row.language,
        }
    }
    if row.organisation or row.name:
        kind = "Organization" if row.organisation else "Person"
        made["creator"] = {"type": kind, "name": row.organisation or row.name}
    if row.corrected_at is not None:
        made["modified"] = _time(row.corrected_at)
    return made


def _target(
    row: CommentRow, aim: Aim, consultation: Consultation, address: Address
) -> str | dict[str, Any]:
    if row.parent_id is not None:
        return address("comments.show", comment_id=row.parent_id)
    slug = consultation.slug
    if row.clause_key is None or aim.version is None:
        if aim.version is None:
            return address("overview.show", slug=slug)
        return address("draft.show", slug=slug, version=aim.version)
    page = address("draft.show", slug=slug, version=aim.version, _anchor=row.clause_key)
    if aim.anchor is None or not row.readable:
        return page
    anchor = aim.anchor
    return {
        "type": "SpecificResource",
        "source": {
            "id": _words_address(address, slug, aim.version, row.clause_key, anchor.language),
            "type": "Text",
            "format": "text/plain",
            "language": anchor.language,
            "partOf": page,
        },
        "selector": {
            "type": "TextQuoteSelector",
            "exact": anchor.exact,
            "prefix": anchor.prefix,
            "suffix": anchor.suffix,
            "refinedBy": _position(anchor.start, anchor.end),
        },
    }


def _carried(aim: Aim, consultation: Consultation, address: Address) -> list[dict[str, Any]]:
    """Where the words went in later versions, and in which state they are there."""
    assert aim.anchor is not None
    found = []
    for one in aim.carried:
        made: dict[str, Any] = {"version": one.version, "state": one.state}
        if one.clause_key is not None and one.start is not None and one.end is not None:
            made["source"] = _words_address(
                address, consultation.slug, one.version, one.clause_key, aim.anchor.language
            )
            made["selector"] = _position(one.start, one.end)
        found.append(made)
    return found


def _words_address(address: Address, slug: str, version: int, key: str, language: str) -> str:
    return address("draft.words", slug=slug, version=version, key=key, language=language)


def _position(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
