"""A consultation with any number of comments, for load tests: made text, true counters.

Rows are written in bulk, in short acts, with the numbers that the ordinary verbs would have given.
It is for measuring and never for a consultation that people see.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations import creation, promises
from consult.consultations.models import ANSWERS, CLOSES, OPENS
from consult.drafts.models import Clause, ClauseText, Draft, Version
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.ids import random_bytes
from consult.kernel.transaction import act
from consult.submissions.models import (
    Comment,
    CommentRevision,
    Contact,
    Point,
    Submission,
    Tally,
    Thread,
)
from consult.submissions.participation.counting import arrived

BATCH = 500
SMALL_THREAD = 1_000
WORDS_A_COMMENT = 60
LANGUAGES = ("fr", "de", "lb", "en")

_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "en",
    "ir",
    "ol",
    "un",
]


@dataclass(frozen=True)
class Seeded:
    """Where the seeded things are: for the benchmarks' addresses."""

    slug: str
    small_thread: int
    large_thread: int
    root_comment: int | None


def vocabulary(rng: random.Random, size: int = 3_000) -> list[str]:
    """Made words, so that no real text is needed and an index has realistic variety."""
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(size)]


def seed_load(
    *,
    slug: str,
    comments: int,
    replies: int = 0,
    clauses: int = 20,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Seeded:
    """Make an open consultation with `comments` top comments and `replies` under the first.

    The first clause gets up to 1,000 of the comments, the second all others.
    """
    rng = random.Random(slug)  # noqa: S311 - the same load each time, another for each slug
    words = vocabulary(rng)
    now = clock.now()
    with act() as session:
        consultation_id, version_id, clause_ids = _consultation(session, slug, clauses, rng, words)
        small = _thread(session, consultation_id, clause_ids[0])
        large = _thread(session, consultation_id, clause_ids[1])
        session.add(Tally(consultation_id=consultation_id))
    writer = _Writer(consultation_id, version_id, rng, words, now)
    total = comments + replies
    first = min(comments, SMALL_THREAD)
    plan = [(small, clause_ids[0], first), (large, clause_ids[1], comments - first)]
    for thread_id, clause_id, count in plan:
        for begin in range(0, count, BATCH):
            writer.write(thread_id, clause_id, begin, min(BATCH, count - begin))
            progress(writer.seq, total)
    root = _first_comment(consultation_id) if replies else None
    if root is not None:
        with act() as session:
            thread = Thread(consultation_id=consultation_id, kind="replies")
            session.add(thread)
            session.flush()
            under = thread.id
            session.execute(update(Comment).where(Comment.id == root).values(replies_id=under))
        for begin in range(0, replies, BATCH):
            writer.write(under, clause_ids[0], begin, min(BATCH, replies - begin), root=root)
            progress(writer.seq, total)
    return Seeded(slug, small, large, root)


def _first_comment(consultation_id: int) -> int:
    with act() as session:
        found = session.scalar(
            select(func.min(Comment.id)).where(Comment.consultation_id == consultation_id)
        )
    assert found is not None
    return found


def _consultation(
    session: Session, slug: str, clauses: int, rng: random.Random, words: list[str]
) -> tuple[int, int, list[int]]:
    now = clock.now()
    begun = now - timedelta(days=2)
    body = session.scalar(select(Body).where(Body.slug == "load"))
    if body is None:
        body = Body(slug="load", name={"en": "Load test"}, created_at=now)
        session.add(body)
        session.flush()
    made = creation.create(
        session, slug=slug, title={"en": f"Load test {slug}"}, summary={"en": "Made text."},
        languages=list(LANGUAGES), lead_body_id=body.id, actor=COMMAND, now=begun,
    )  # fmt: skip
    dates = {
        OPENS: now - timedelta(days=1),
        CLOSES: clock.end_of_day(clock.luxembourg_date(now) + timedelta(days=60)),
        ANSWERS: clock.end_of_day(clock.luxembourg_date(now) + timedelta(days=120)),
    }
    promises.promise_all(session, made, dates=dates, actor=COMMAND, now=begun)
    draft = Draft(consultation_id=made.id, language="fr")
    session.add(draft)
    session.flush()
    version = Version(draft_id=draft.id, number=1, title={"fr": "Texte d’essai"},
                      languages=["fr"], created_at=begun)  # fmt: skip
    session.add(version)
    session.flush()
    ids = [_clause(session, version, n + 1, rng, words) for n in range(clauses)]
    version.published_at = begun
    session.flush()
    creation.announce(session, made, actor=COMMAND, now=begun)
    return made.id, version.id, ids


def _clause(
    session: Session, version: Version, number: int, rng: random.Random, words: list[str]
) -> int:
    text = " ".join(rng.choices(words, k=80))
    clause = Clause(
        draft_id=version.draft_id, key=f"art_{number}", guid=str(UUID(int=rng.getrandbits(128)))
    )
    session.add(clause)
    session.flush()
    session.add(
        ClauseText(
            version_id=version.id,
            clause_id=clause.id,
            language="fr",
            kind="clause",
            position=number * 1000,
            number=f"Art. {number}",
            heading=words[number],
            source=text,
            html=f"<p>{text}</p>",
            text=text,
        )
    )
    return clause.id


def _thread(session: Session, consultation_id: int, clause_id: int) -> int:
    thread = Thread(consultation_id=consultation_id, kind="clause", clause_id=clause_id)
    session.add(thread)
    session.flush()
    return thread.id


class _Writer:
    """Writes batches of comments, each with its submission, contact, revision and point."""

    def __init__(
        self,
        consultation_id: int,
        version_id: int,
        rng: random.Random,
        words: list[str],
        now: datetime,
    ) -> None:
        self._consultation_id = consultation_id
        self._version_id = version_id
        self._rng = rng
        self._words = words
        self._now = now
        self.seq = 0

    def write(
        self, thread_id: int, clause_id: int, done: int, count: int, root: int | None = None
    ) -> None:
        texts = [" ".join(self._rng.choices(self._words, k=WORDS_A_COMMENT)) for _ in range(count)]
        with act() as session:
            opened = [self._submission() for _ in texts]
            submissions = self._insert(session, Submission, opened)
            contacts = [
                {"submission_id": s, "name": self._rng.choice(self._words).title(),
                 "changed_at": self._now}
                for s in submissions
            ]  # fmt: skip
            session.execute(insert(Contact), contacts)
            rows = [
                self._comment(submission, thread_id, clause_id, done + i + 1, root)
                for i, submission in enumerate(submissions)
            ]
            comments = self._insert(session, Comment, rows)
            pairs = list(zip(comments, texts, strict=True))
            revisions = self._insert(session, CommentRevision, [self._revision(*p) for p in pairs])
            owed = root is None
            points = [
                {"consultation_id": self._consultation_id, "comment_id": comment,
                 "revision_id": revision, "start": 0, "end": len(text), "owed": owed,
                 "created_at": self._now, "made_by": "author"}
                for (comment, text), revision in zip(pairs, revisions, strict=True)
            ]  # fmt: skip
            session.execute(insert(Point), points)
            self._count(session, thread_id, count, owed=owed)
            arrived(session, self._consultation_id, opened)

    def _insert(self, session: Session, model: type[Any], rows: list[dict[str, Any]]) -> list[int]:
        statement = insert(model).returning(model.id, sort_by_parameter_order=True)
        return list(session.scalars(statement, rows))

    def _submission(self) -> dict[str, Any]:
        return {
            "consultation_id": self._consultation_id, "secret": random_bytes(16),
            "channel": "web", "language": "fr", "received_at": self._now,
            "recorded_at": self._now, "respondent": "citizen", "receipt_issue": 1,
        }  # fmt: skip

    def _comment(
        self, submission_id: int, thread_id: int, clause_id: int, position: int, root: int | None
    ) -> dict[str, Any]:
        self.seq += 1
        return {
            "submission_id": submission_id, "consultation_id": self._consultation_id,
            "seq": self.seq, "thread_id": thread_id, "position": position,
            "clause_id": clause_id, "version_id": self._version_id, "root_id": root,
            "parent_id": root, "addressed": False, "language": LANGUAGES[self.seq % 4],
            "state": "published", "state_at": self._now, "received_at": self._now, "late": False,
        }  # fmt: skip

    def _revision(self, comment_id: int, text: str) -> dict[str, Any]:
        return {
            "comment_id": comment_id, "number": 1, "source": text, "html": f"<p>{text}</p>",
            "text": text, "salt": random_bytes(16), "language": "fr", "written_at": self._now,
        }  # fmt: skip

    def _count(self, session: Session, thread_id: int, count: int, *, owed: bool) -> None:
        session.execute(
            update(Thread)
            .where(Thread.id == thread_id)
            .values(
                last_position=Thread.last_position + count,
                comments=Thread.comments + count,
                version=Thread.version + 1,
            )
        )
        session.execute(
            update(Tally)
            .where(Tally.consultation_id == self._consultation_id)
            .values(
                last_seq=Tally.last_seq + count,
                submissions=Tally.submissions + count,
                comments=Tally.comments + count,
                owed=Tally.owed + (count if owed else 0),
                version=Tally.version + 1,
            )
        )
