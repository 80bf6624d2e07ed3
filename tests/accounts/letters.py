"""The letters of a test, rendered as they would be sent."""

import re

from flask import current_app
from sqlalchemy import select

from consult.kernel.db import db
from consult.kernel.transaction import end_reading
from consult.notifications.models import Letter
from consult.notifications.web import render_letter
from consult.rooms import resolve


def newest(template: str) -> str:
    """The whole text (with subject) of the newest letter of a template."""
    letter = db.session.scalars(
        select(Letter).where(Letter.template == template).order_by(Letter.id.desc())
    ).first()
    assert letter is not None, f"no letter {template}"
    recipient = resolve(db.session(), letter.recipient)
    assert recipient is not None
    end_reading()
    with current_app.app_context():
        rendered = render_letter(letter, recipient)
    return f"{rendered.subject}\n{rendered.body}"


def link(template: str) -> str:
    """The path of the link with a token in the newest letter of a template."""
    found = re.search(r"http://localhost(/\S+token=\S+)", newest(template))
    assert found is not None
    return found[1]


def templates() -> list[str]:
    """The templates of all letters, oldest first."""
    return list(db.session.scalars(select(Letter.template).order_by(Letter.id)))
