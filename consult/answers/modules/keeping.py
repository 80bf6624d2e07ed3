"""Writing, changing and deleting a body's text modules."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity import log
from consult.answers.decisions import LONGEST_REASON
from consult.answers.errors import ModuleError, StaleModuleError
from consult.answers.models import TextModule
from consult.kernel.actor import Actor
from consult.kernel.clock import SENT_TWICE
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import LANGUAGES
from consult.kernel.markup import tidy

LONGEST_TITLE = 120


def save(
    session: Session,
    body_id: int,
    number: int | None,
    *,
    title: str,
    words: Mapping[str, str],
    saved: int,
    actor: Actor,
    now: datetime,
) -> TextModule:
    """Save a module, or (without `number`) make one.

    `saved` is what the person saw of it; who sends the form of a new one twice made it once. Raises
    StaleModuleError if somebody saved it since, ModuleError for one without title or words,
    NotFoundError for one of another body.
    """
    name = " ".join(tidy(title).split())[:LONGEST_TITLE]
    texts = {code: tidy(words.get(code, ""))[:LONGEST_REASON] for code in LANGUAGES}
    texts = {code: text for code, text in texts.items() if text}
    if not name or not texts:
        raise ModuleError
    if number is None:
        session.execute(select(Body.id).where(Body.id == body_id).with_for_update(key_share=True))
        for twice in session.scalars(
            select(TextModule)
            .where(
                TextModule.body_id == body_id,
                TextModule.title == name,
                TextModule.changed_by == actor.user_id,
                TextModule.changed_at > now - SENT_TWICE,
            )
            .order_by(TextModule.id)
        ):
            if twice.words == texts:
                return twice
        made = TextModule(
            body_id=body_id, title=name, words=texts, changed_by=actor.user_id, changed_at=now
        )
        session.add(made)
        session.flush()
    else:
        made = _module(session, body_id, number)
        if made.saved != saved:
            raise StaleModuleError
        made.title, made.words, made.saved = name, texts, saved + 1
        made.changed_by, made.changed_at = actor.user_id, now
    _log(session, made, "body:module_saved", actor, now)
    session.flush()
    return made


def delete(session: Session, body_id: int, number: int, *, actor: Actor, now: datetime) -> None:
    """Delete a module. Answers that hold its words keep them."""
    made = _module(session, body_id, number)
    _log(session, made, "body:module_deleted", actor, now)
    session.delete(made)
    session.flush()


def _module(session: Session, body_id: int, number: int) -> TextModule:
    made = session.get(TextModule, number, populate_existing=True, with_for_update=True)
    if made is None or made.body_id != body_id:
        raise NotFoundError
    return made


def _log(session: Session, made: TextModule, act: str, actor: Actor, now: datetime) -> None:
    log.record(
        session,
        actor=actor.reference,
        act=act,
        thing=f"body:{made.body_id}",
        now=now,
        module=made.id,
    )
