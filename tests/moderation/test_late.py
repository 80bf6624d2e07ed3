"""Late comments: one list, decided by the published rule, with a ground that everybody reads."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.transaction import act
from consult.moderation import admitting, work
from consult.moderation.errors import AlreadyGoneError, NotLateError
from consult.moderation.models import ADMITTING, LEAVING, LateDecision
from consult.submissions.intake import prepare, receive
from consult.submissions.models import Comment, Tally
from tests.client import PageClient
from tests.moderation.recount import assert_counters_are_true
from tests.people import make_body, make_consultation, official

PATH = "/desk/consultations/law/late"


@pytest.fixture
def body(app: Flask) -> Body:
    return make_body()


@pytest.fixture
def consultation(body: Body, client: PageClient) -> Consultation:
    made = make_consultation(body, slug="law", closes_in=-5)
    client.get("/search?lang=en")
    return made


def arrived(consultation: Consultation, text: str, *, days_ago: int = 1) -> int:
    now = clock.now()
    with act() as session:
        got = receive(
            session,
            consultation,
            prepare(text, language="en"),
            received_at=now - timedelta(days=days_ago),
            actor=COMMAND,
            now=now,
            language="en",
            channel="paper",
        )
    return got.comment_id


def owed(session: Session, consultation: Consultation) -> int:
    return session.get_one(Tally, consultation.id, populate_existing=True).owed


# What was decided before → what each further decision does: None where it is taken.
LATE, IN_TIME, ADMITTED, LEFT, GONE = "late", "in time", "admitted", "left", "gone"


@pytest.mark.parametrize(
    ("before", "admits", "error"),
    [
        (LATE, True, None),
        (LATE, False, None),
        (LEFT, True, None),
        (LEFT, False, NotLateError),
        (ADMITTED, True, NotLateError),
        (ADMITTED, False, NotLateError),
        (IN_TIME, True, NotLateError),
        (IN_TIME, False, NotLateError),
        (GONE, True, AlreadyGoneError),
        (GONE, False, AlreadyGoneError),
    ],
)
def test_what_may_be_decided(
    consultation: Consultation,
    session: Session,
    before: str,
    admits: bool,
    error: type[Exception] | None,
) -> None:
    comment_id = arrived(consultation, "Words.", days_ago=9 if before == IN_TIME else 1)
    now = clock.now()
    if before in {ADMITTED, LEFT}:
        ground = (ADMITTING if before == ADMITTED else LEAVING)[0]
        work.decide_late(consultation, [comment_id], ground=ground, actor=COMMAND, now=now)
    if before == GONE:
        with act() as writing:
            writing.get_one(Comment, comment_id).state = "withdrawn"
    count = len(session.scalars(select(LateDecision.id)).all())
    verb, ground = (admitting.admit, "new") if admits else (admitting.leave, "said")
    if error is not None:
        with pytest.raises(error), act() as writing:
            verb(writing, consultation, comment_id, ground=ground, actor=COMMAND, now=now)
        assert len(session.scalars(select(LateDecision.id)).all()) == count
        return
    with act() as writing:
        verb(writing, consultation, comment_id, ground=ground, actor=COMMAND, now=now)
    assert owed(session, consultation) == int(admits)
    assert_counters_are_true(session, consultation)
    newest = session.scalars(select(LateDecision).order_by(LateDecision.id.desc())).first()
    assert newest is not None
    assert (newest.admitted, newest.ground) == (admits, ground)


def test_many_are_decided_at_once_after_a_preview(
    client: PageClient, consultation: Consultation, body: Body, session: Session
) -> None:
    first, second, third = (arrived(consultation, f"Late words {n}.") for n in range(3))
    arrived(consultation, "Words in time.", days_ago=9)
    official(client.client, body, "moderator")
    page = client.get(PATH)
    assert page.text.count("Late words") == 3
    assert "in time." not in page.text.split("Late words")[1]
    nothing = client.submit(PATH, {"ground": "prevented"}, status=422)
    assert "Choose at least one comment that waits." in nothing.text
    form = page.form(PATH)
    preview = client.post(
        PATH, {**form, "ground": "prevented", "chosen": [str(first), str(second)]}
    )
    assert "No. 1, 2" in preview.text
    assert owed(session, consultation) == 1
    done = client.post(f"{PATH}/decide", preview.form("/decide"))
    assert "2 comments are decided." in done.text
    assert done.text.count("Late words") == 1
    assert owed(session, consultation) == 3
    # The same form once more decides nothing.
    assert "0 comments are decided." in client.post(f"{PATH}/decide", preview.form("/decide")).text
    assert "was prevented" in client.get(f"/comments/{first}").text

    left = client.post(PATH, {**form, "ground": "said", "every": "y"})
    assert "No. 3" in left.text
    client.post(f"{PATH}/decide", left.form("/decide"))
    assert "others said the same in time" in client.get(f"/comments/{third}").text
    assert "Late words 2" in client.get(f"{PATH}?show=left").text
    assert "Late words 0" in client.get(f"{PATH}?show=admitted").text
    assert owed(session, consultation) == 3
    acts = session.scalars(select(Activity.act).where(Activity.act.like("comment:%late%")))
    assert list(acts) == ["comment:left_late"]


def test_only_moderators_decide(client: PageClient, consultation: Consultation, body: Body) -> None:
    official(client.client, body, "analyst")
    client.get(PATH, status=403)
