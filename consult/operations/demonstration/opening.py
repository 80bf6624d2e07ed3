"""A consultation opens and people speak."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from consult.consultations import creation, promises
from consult.consultations import queries as consultations
from consult.consultations.models import ANSWERS, CLOSES, OPENS, Consultation
from consult.drafts import anchors, importing, publishing, translating
from consult.drafts import queries as drafts
from consult.drafts.aligning import align
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.drafts.writing import Wording
from consult.kernel.actor import VISITOR, Actor
from consult.kernel.db import current_session
from consult.kernel.transaction import act, end_reading
from consult.operations.demonstration.files import Story
from consult.operations.demonstration.people import People
from consult.submissions import intake, organisations
from consult.submissions.anchoring import Selector, select_span
from consult.submissions.models import Comment
from consult.submissions.proposing import Proposal, propose
from consult.submissions.target import ClauseSeen

Progress = Callable[[int], None]


@dataclass
class Round:
    """What came into being: the names of the data files → ids of the database."""

    consultation_id: int
    version_id: int
    language: str
    clauses: dict[str, ClauseRow]
    comments: dict[str, int] = field(default_factory=dict)
    submissions: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)

    def consultation(self, session: Session) -> Consultation:
        return consultations.by_id(session, self.consultation_id)


def open_round(story: Story, people: People) -> Round:
    """Create, promise, import the text, announce and publish, each on its day."""
    facts, days = story.facts, story.facts["days"]
    key = facts["body"]["key"]
    editor, publisher = people.official(key, "editor"), people.official(key, "publisher")
    first = facts["versions"][0]
    parsed = importing.read_markdown(story.draft(first["file"]), first["language"])
    announced = story.at(days["announced"])
    prepared = announced - timedelta(days=3)
    with act() as session:
        made = creation.create(
            session,
            slug=facts["slug"],
            title=facts["title"],
            summary=facts["summary"],
            notice=facts["notice"],
            languages=facts["languages"],
            lead_body_id=people.bodies[key],
            actor=editor,
            now=prepared,
        )
        promised = {
            OPENS: story.begins(days["opens"]),
            CLOSES: story.ends(days["closes"]),
            ANSWERS: story.ends(days["promised_answer"]),
        }
        promises.promise_all(session, made, dates=promised, actor=publisher, now=prepared)
        version = importing.import_first(session, made, parsed, actor=editor, now=prepared)
        publishing.publish_first(session, version, actor=publisher, now=announced)
        creation.announce(session, made, actor=publisher, now=announced)
        consultation_id, version_id = made.id, version.id
    for language, file in first.get("translations", {}).items():
        _translate(
            story.draft(file),
            language,
            version_id,
            authentic=parsed.language,
            editor=editor,
            now=announced,
        )
    session = current_session()
    rows = drafts.clauses(session, version_id, parsed.language)
    end_reading()
    return Round(consultation_id, version_id, parsed.language, {row.number: row for row in rows})


def _translate(
    source: str, language: str, version_id: int, *, authentic: str, editor: Actor, now: datetime
) -> None:
    """The same text in another language, aligned with it."""
    given = importing.read_markdown(source, language)
    rows = drafts.clauses(current_session(), version_id, authentic)
    end_reading()
    words = {
        pair.row.clause_id: Wording(pair.clause.number, pair.clause.heading, pair.clause.rendered)
        for pair in align(rows, given.clauses).pairs
        if pair.row is not None
    }
    with act() as session:
        version = session.get_one(Version, version_id)
        translating.add_language(
            session, version, language, words=words, title=given.title, actor=editor, now=now
        )


def speak(story: Story, made: Round, people: People, progress: Progress) -> None:
    """Everybody says what they have to say, in order."""
    days = story.facts["days"]
    closes = story.ends(days["closes"])
    owners = {
        submission: people.citizens[citizen["email"]]
        for citizen in _citizens(story)
        for submission in citizen["submissions"]
    }
    comments = story.comments()
    for number, given in enumerate(comments):
        # Spread over the day, so that the order of the file is the order of posting.
        minute = (number * 7) % 600
        received = story.at(days["opens"] + given["day"], 8 + minute // 60, minute % 60)
        if not given.get("late"):
            received = min(received, closes - timedelta(minutes=1))
        made.comments[given["id"]] = _receive(made, given, received, owners)
        progress(number + 1)


def _citizens(story: Story) -> Iterable[dict[str, Any]]:
    from consult.operations.demonstration.files import read

    slug = story.facts["slug"]
    return [c for c in read("accounts.json")["citizens"] if c["consultation"] == slug]


def _receive(made: Round, given: dict[str, Any], received: datetime, owners: dict[str, int]) -> int:
    """One comment through the one door. Returns its id."""
    clause = made.clauses[given["clause"]] if given["clause"] else None
    prepared = replace(
        intake.prepare(given["text"], language=given["language"]),
        proposal=_proposal(clause, given["proposes"]) if clause and "proposes" in given else None,
    )
    anchor = _anchor(made, clause, given) if clause and given.get("quote") else None
    visit = given["submission"]
    with act() as session:
        consultation = made.consultation(session)
        parent = (
            session.get(Comment, made.comments[given["reply_to"]]) if given["reply_to"] else None
        )
        paper = given["channel"] != "web"
        taken = intake.receive(
            session,
            consultation,
            prepared,
            submission_id=made.submissions.get(visit),
            clause_id=clause.clause_id if clause else None,
            version_id=made.version_id if clause else None,
            anchor=anchor,
            parent=parent,
            addressed=bool(given.get("to_body")),
            received_at=received,
            actor=_actor(owners.get(visit)),
            now=received,
            channel=given["channel"],
            language=given["language"],
            respondent=given["respondent"],
            name=given["name"] or "",
            email=given["email"],
            user_id=owners.get(visit),
            organisation_id=_organisation(session, made, given["organisation"], received),
            issue_receipt=not paper,
        )
        made.submissions.setdefault(visit, taken.submission_id)
        return taken.comment_id


def _actor(user_id: int | None) -> Actor:
    return VISITOR if user_id is None else Actor.user(user_id)


def _organisation(
    session: Session, made: Round, given: dict[str, str] | None, now: datetime
) -> int | None:
    if given is None:
        return None
    if given["name"] not in made.organisations:
        made.organisations[given["name"]] = organisations.declare(
            session,
            name=given["name"],
            register_number=given.get("register_number") or "",
            declared_interest=given.get("declared_interest") or "",
            now=now,
        )
    return made.organisations[given["name"]]


def _proposal(clause: ClauseRow, replaced: list[tuple[str, str]]) -> Proposal:
    """Other words for a clause: some of its words replaced."""
    source = clause.source
    for old, new in replaced:
        assert source.count(old) == 1, f"{old!r} does not stand once in {clause.number}"
        source = source.replace(old, new)
    return propose(ClauseSeen.of(clause), source)


def _anchor(made: Round, clause: ClauseRow, given: dict[str, Any]) -> Selector:
    span = anchors.locate(clause.text, given["quote"], occurrence=given.get("occurrence") or 1)
    assert span is not None, f"{given['id']}: the quote does not stand in {given['clause']}"
    return select_span(clause.text, made.language, *span)
