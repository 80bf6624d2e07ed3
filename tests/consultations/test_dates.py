"""Promises: what can be promised when, with which ground, and what is never forgotten."""

import contextlib
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from consult.consultations import creation, promises, queries
from consult.consultations.errors import (
    DateError,
    DescriptionError,
    GroundMissingError,
    NotPossibleNowError,
    ReasonMissingError,
    SlugTakenError,
    StaleError,
)
from consult.consultations.models import ANSWERS, CLOSES, OPENS, Consultation, Promise
from consult.consultations.phases import Phase, phase
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from tests.people import make_body, make_consultation

NOW = clock.now()
WHY = {"en": "Many asked for more time."}

# kind, opened/closed/… by (opens, closes, answers) in days, announced?, possible?
POSSIBLE = [
    (OPENS, (5, 20, 60), False, True),
    (OPENS, (5, 20, 60), True, True),
    (OPENS, (-5, 20, 60), True, False),
    (CLOSES, (-5, 20, 60), True, True),
    (CLOSES, (-9, -5, 60), True, False),
    (ANSWERS, (-9, -5, 60), True, True),
    (ANSWERS, (-90, -50, -5), True, True),
]


def to(
    kind: str,
    days: float,
    *,
    slug: str,
    ground: dict[str, str] | None = None,
    now: datetime = NOW,
) -> None:
    with act() as session:
        promises.promise(
            session,
            queries.by_slug(session, slug),
            kind=kind,
            at=NOW + timedelta(days=days),
            actor=COMMAND,
            now=now,
            ground=ground,
        )


@pytest.mark.parametrize(("kind", "days", "announced", "possible"), POSSIBLE)
def test_what_can_still_be_promised(
    app: Flask, kind: str, days: tuple[float, float, float], announced: bool, possible: bool
) -> None:
    made = make_consultation(
        make_body(),
        now=NOW,
        opens_in=days[0],
        closes_in=days[1],
        answers_in=days[2],
        announced=announced,
    )
    later = {OPENS: 6, CLOSES: 30, ANSWERS: 80}[kind]
    if possible:
        to(kind, later, slug=made.slug, ground=WHY)
    else:
        with pytest.raises(NotPossibleNowError):
            to(kind, later, slug=made.slug, ground=WHY)


def test_an_announced_date_changes_only_with_a_ground(session: Session) -> None:
    slug = make_consultation(make_body(), now=NOW).slug
    for nothing in (None, {}, {"fr": "  "}):
        with pytest.raises(GroundMissingError):
            to(CLOSES, 30, slug=slug, ground=nothing)
    to(CLOSES, 30, slug=slug, ground=WHY)
    session.rollback()
    made = queries.by_slug(session, slug)
    assert made.closes_at == NOW + timedelta(days=30)
    kept = queries.promises(session, [made.id])[made.id]
    assert [row.kind for row in kept] == [OPENS, CLOSES, ANSWERS, CLOSES]
    assert kept[-1].ground == WHY


@pytest.mark.parametrize("days", [(30, 60, 90), (1, 3, 90)])
def test_opening_and_close_move_together_past_each_other(
    session: Session, days: tuple[int, int, int]
) -> None:
    slug = make_consultation(make_body(), now=NOW, opens_in=5, closes_in=20, announced=False).slug
    dates = {
        kind: NOW + timedelta(days=day)
        for kind, day in zip((OPENS, CLOSES, ANSWERS), days, strict=True)
    }
    with act() as writing:
        promises.promise_all(
            writing, queries.by_slug(writing, slug), dates=dates, actor=COMMAND, now=NOW
        )
    session.rollback()
    made = queries.by_slug(session, slug)
    assert (made.opens_at, made.closes_at, made.answer_due_at) == tuple(dates.values())


@pytest.mark.parametrize(
    ("kind", "days"), [(CLOSES, -12), (CLOSES, 61), (ANSWERS, 19), (ANSWERS, -1), (CLOSES, -1)]
)
def test_impossible_orders_and_past_dates(app: Flask, kind: str, days: float) -> None:
    slug = make_consultation(make_body(), now=NOW).slug
    with pytest.raises(DateError):
        to(kind, days, slug=slug, ground=WHY)


def test_lateness_counts_from_the_first_public_promise(session: Session) -> None:
    slug = make_consultation(make_body(), now=NOW, opens_in=5, announced=False).slug
    to(ANSWERS, 70, slug=slug)  # still in preparation: promised to nobody
    with act() as writing:
        creation.announce(writing, queries.by_slug(writing, slug), actor=COMMAND, now=NOW)
    to(ANSWERS, 90, slug=slug, ground=WHY, now=NOW + timedelta(minutes=1))
    session.rollback()
    made = queries.by_slug(session, slug)
    assert made.first_answer_due_at == NOW + timedelta(days=70)
    assert made.answer_due_at == NOW + timedelta(days=90)
    shown = queries.public_promises(session, [made.id])[made.id]
    assert [row.promised_at for row in shown if row.kind == ANSWERS] == [
        NOW + timedelta(days=70),
        NOW + timedelta(days=90),
    ]


def test_a_promise_is_written_once(app: Flask) -> None:
    make_consultation(make_body(), now=NOW)
    for statement in (update(Promise).values(promised_at=NOW), delete(Promise)):
        with pytest.raises(DBAPIError, match="written once"), act() as session:
            session.execute(statement)


def test_the_same_date_again_adds_nothing(session: Session) -> None:
    slug = make_consultation(make_body(), now=NOW).slug
    to(CLOSES, 20, slug=slug)
    session.rollback()
    assert len(session.scalars(select(Promise)).all()) == 3


def test_announcing_needs_dates_and_happens_once(session: Session) -> None:
    body = make_body()
    with act() as writing:
        made = creation.create(
            writing,
            slug="bare",
            title={"fr": "Loi"},
            summary={"fr": "Quoi"},
            languages=["fr"],
            lead_body_id=body.id,
            actor=COMMAND,
            now=NOW,
        )
    with pytest.raises(NotFoundError):
        queries.public_by_slug(session, "bare", NOW)
    with pytest.raises(DateError), act() as writing:
        creation.announce(writing, made, actor=COMMAND, now=NOW)
    with act() as writing:
        dates = {OPENS: NOW + timedelta(1), CLOSES: NOW + timedelta(2), ANSWERS: NOW + timedelta(3)}
        promises.promise_all(writing, made, dates=dates, actor=COMMAND, now=NOW)
        creation.announce(writing, made, actor=COMMAND, now=NOW)
    with pytest.raises(NotPossibleNowError), act() as writing:
        creation.announce(writing, made, actor=COMMAND, now=NOW)
    assert queries.public_by_slug(session, "bare", NOW).slug == "bare"


def test_a_past_opening_cannot_be_announced(app: Flask) -> None:
    made = make_consultation(make_body(), now=NOW, announced=False)
    with pytest.raises(DateError, match="opening"), act() as session:
        creation.announce(session, made, actor=COMMAND, now=NOW)


def test_cancelling_needs_a_reason_and_is_final(session: Session) -> None:
    made = make_consultation(make_body(), now=NOW)
    with pytest.raises(ReasonMissingError), act() as writing:
        creation.cancel(writing, made, reason={"fr": " "}, actor=COMMAND, now=NOW)
    decisions = made.decisions
    with act() as writing:
        creation.cancel(writing, made, reason={"fr": "Retiré."}, actor=COMMAND, now=NOW)
    assert phase(made, NOW) is Phase.CANCELLED
    assert queries.by_slug(session, made.slug).decisions == decisions + 1
    with pytest.raises(NotPossibleNowError), act() as writing:
        creation.cancel(writing, made, reason=WHY, actor=COMMAND, now=NOW)
    with pytest.raises(NotPossibleNowError):
        to(ANSWERS, 99, slug=made.slug, ground=WHY)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"slug": "Été"}, DescriptionError),
        ({"slug": ""}, DescriptionError),
        ({"slug": "new"}, DescriptionError),
        ({"slug": "a" * 81}, DescriptionError),
        ({"slug": "taken"}, SlugTakenError),
        ({"title": {"fr": " "}}, DescriptionError),
        ({"summary": {"de": "Was"}}, DescriptionError),
        ({"languages": []}, DescriptionError),
        ({"title": {"fr": "x" * 301}}, DescriptionError),
    ],
)
def test_what_a_consultation_must_have(
    app: Flask, facts: dict[str, object], error: type[Exception]
) -> None:
    body = make_body()
    make_consultation(body, slug="taken")
    whole = {"slug": "free", "title": {"fr": "Loi"}, "summary": {"fr": "Quoi"}, "languages": ["fr"]}
    with pytest.raises(error), act() as session:
        creation.create(
            session,
            **{**whole, **facts},  # type: ignore[arg-type]
            lead_body_id=body.id,
            actor=COMMAND,
            now=NOW,
        )


def test_a_stale_description_is_refused(session: Session) -> None:
    made = make_consultation(make_body())
    seen = creation.fingerprint(made)

    def describe(title: str) -> None:
        with act() as writing:
            creation.describe(
                writing,
                queries.by_slug(writing, made.slug),
                title={"fr": title},
                summary={"fr": "Quoi"},
                languages=["fr"],
                notice=None,
                seen=seen,
                actor=COMMAND,
                now=clock.now(),
            )

    describe("Mine")
    with pytest.raises(StaleError):
        describe("Theirs")
    session.rollback()
    assert queries.by_slug(session, made.slug).title == {"fr": "Mine"}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Loi relative à la mobilité", "loi-relative-a-la-mobilite"),
        ("Straßen & Wege", "strassen-wege"),
        ("…", ""),
        ("x" * 90, "x" * 60),
    ],
)
def test_a_proposed_address(title: str, slug: str) -> None:
    assert creation.proposed_slug(title) == slug


def test_every_list_keeps_its_order_and_pages(session: Session) -> None:
    body = make_body()
    for _ in range(3):
        make_consultation(body)
    other = make_consultation(make_body("Other"))
    page = queries.of_bodies(session, frozenset({body.id}), clock.now(), Keyset())
    ids = [row.consultation.id for row in page.rows]
    assert ids == sorted(ids, reverse=True)
    assert other.id not in ids
    after = queries.of_bodies(session, frozenset({body.id}), clock.now(), Keyset(after=ids[0]))
    assert [row.consultation.id for row in after.rows] == ids[1:]
    before = queries.of_bodies(session, frozenset({body.id}), clock.now(), Keyset(before=ids[2]))
    assert [row.consultation.id for row in before.rows] == ids[:2]
    found = session.get_one(Consultation, other.id)
    assert [row.consultation for row in queries.listed(session, Phase.OPEN, clock.now())][
        -1
    ] == found


moves = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from([OPENS, CLOSES, ANSWERS]), st.integers(-3, 12), min_size=1),
        st.integers(0, 2),  # days that pass before it is tried
        st.booleans(),  # with a ground
        st.booleans(),  # announce afterwards
    ),
    max_size=6,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves)
def test_no_order_of_acts_breaks_the_dates(
    session: Session, moves: list[tuple[dict[str, int], int, bool, bool]]
) -> None:
    """Whatever officials try: open before close before answer, and the first promise stays."""
    body = make_body()
    now = NOW
    with act() as writing:
        made = creation.create(
            writing,
            slug=f"any-{body.id}",
            title={"fr": "Loi"},
            summary={"fr": "Quoi"},
            languages=["fr"],
            lead_body_id=body.id,
            actor=COMMAND,
            now=now,
        )
    first = None
    for days, passed, grounded, announce in moves:
        now += timedelta(days=passed)
        dates = {kind: now + timedelta(days=number) for kind, number in days.items()}
        ground = WHY if grounded else None
        with contextlib.suppress(ConsultError), act() as writing:
            promises.promise_all(writing, made, dates=dates, actor=COMMAND, now=now, ground=ground)
        with contextlib.suppress(ConsultError), act() as writing:
            if announce:
                creation.announce(writing, made, actor=COMMAND, now=now)
        session.rollback()
        opens, closes, answers = made.opens_at, made.closes_at, made.answer_due_at
        assert not (opens and closes) or opens < closes
        assert not (closes and answers) or closes < answers
        if made.announced_at is not None:
            first = first or made.first_answer_due_at
            assert made.first_answer_due_at == first
            assert all((opens, closes, answers))
        newest = {
            row.kind: row.promised_at for row in queries.promises(session, [made.id])[made.id]
        }
        assert (newest.get(OPENS), newest.get(CLOSES), newest.get(ANSWERS)) == (
            opens,
            closes,
            answers,
        )
