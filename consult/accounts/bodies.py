"""Bodies: made and described."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body, Membership
from consult.accounts.naming import renamed
from consult.accounts.roles import ADMINISTRATOR, grant
from consult.activity.log import record
from consult.kernel.actor import Actor
from consult.kernel.clock import SENT_TWICE
from consult.kernel.db import Texts
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGES, choose, mark


class BodyNameError(ConsultError):
    status = 422
    message = mark("Write the name in at least one language.")


def create_body(
    session: Session, *, name: Texts, contact_email: str, actor: Actor, now: datetime
) -> Body:
    """Make a body. Whoever makes it becomes its first administrator; who sends the form twice made
    it once. Raises BodyNameError.
    """
    name = _names(name)
    # Whoever makes one holds the oldest one meanwhile, so that two get different addresses.
    session.execute(select(Body.id).order_by(Body.id).limit(1).with_for_update(key_share=True))
    for made in session.scalars(
        select(Body)
        .join(Membership, Membership.body_id == Body.id)
        .where(
            Membership.user_id == actor.user_id,
            Membership.role == ADMINISTRATOR,
            Body.created_at > now - SENT_TWICE,
        )
        .order_by(Body.id)
    ):
        if (made.name, made.contact_email) == (name, contact_email):
            return made
    made = Body(
        slug=_free_slug(session, choose(name)[1]),
        name=name,
        contact_email=contact_email,
        created_at=now,
    )
    session.add(made)
    session.flush()
    _log(session, actor, "body:created", f"body:{made.id}", now)
    if actor.user_id is not None:
        grant(session, actor.user_id, made.id, (ADMINISTRATOR,), actor=actor, now=now)
    return made


def describe_body(
    session: Session, body: Body, *, name: Texts, contact_email: str, actor: Actor, now: datetime
) -> None:
    """Change a body's names and contact address."""
    before = body.name
    body.name, body.contact_email = _names(name), contact_email
    session.flush()
    if body.name != before:
        renamed(session)
    _log(session, actor, "body:described", f"body:{body.id}", now)


def _names(name: Texts) -> Texts:
    kept = {code: " ".join((name.get(code) or "").split())[:200] for code in LANGUAGES}
    kept = {code: words for code, words in kept.items() if words}
    if not kept:
        raise BodyNameError
    return kept


def _free_slug(session: Session, name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-") or "body"
    taken = set(session.execute(select(Body.slug).where(Body.slug.startswith(stem))).scalars())
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbered) if slug not in taken)


def _log(session: Session, actor: Actor, act: str, thing: str, now: datetime, **facts: Any) -> None:
    record(session, actor=actor.reference, act=act, thing=thing, now=now, **facts)
