"""What the activity page needs beside the log: whose lines, and the names of officials."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from consult.accounts import queries as accounts
from consult.activity import queries as log
from consult.activity.models import Activity
from consult.activity.queries import Scope
from consult.kernel.clock import luxembourg
from consult.kernel.i18n import gettext as _
from consult.pages.activity.words import act_words, actor_words

# A file longer than this is for the database's own tools.
MAX_ROWS = 100_000


def colleagues(session: Session, body_ids: frozenset[int]) -> Scope:
    """The lines outside of consultations that concern the people of some bodies."""
    people = accounts.people_of(session, body_ids)
    return Scope(concerning=[f"user:{user_id}" for user_id in people])


def official_names(session: Session, rows: Sequence[Activity]) -> dict[int, str]:
    """The names of those who acted as officials, present or former.

    A citizen with an account is nobody's business here: they may have commented without a name.
    """
    acted = {row.actor for row in rows if row.actor.startswith("user:")}
    officials = log.ever(session, "role:granted", acted)
    ids = {int(reference.partition(":")[2]) for reference in acted}
    known = accounts.officials(session, ids) | {int(r.partition(":")[2]) for r in officials}
    return accounts.user_names(session, known)


def rows_for_file(session: Session, scope: Scope, subject: str) -> Iterator[list[object]]:
    """The log as rows of a table, a heading first."""
    yield [_("Time"), _("Who"), _("What"), _("Reference"), _("Act"), _("Particulars")]
    for rows in log.batches(session, scope, subject=subject, limit=MAX_ROWS):
        names = official_names(session, rows)
        for row in rows:
            yield [
                luxembourg(row.at).isoformat(timespec="seconds"),
                actor_words(row.actor, names),
                act_words(row.act),
                row.thing,
                row.act,
                json.dumps(row.facts, ensure_ascii=False, sort_keys=True) if row.facts else "",
            ]
