"""Letters: at most once by SMTP, exactly once into a folder, never to who wants none."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.kernel import clock, release
from consult.kernel.transaction import act
from consult.notifications import outbox
from consult.notifications.models import Letter
from consult.notifications.outbox import Recipient
from consult.notifications.sending import Rendered, Sender
from consult.notifications.transports import Folder, Smtp, Transport
from tests.smtp import sink

NOW = clock.now()
STOP = "https://consult.example/letters/stop/" + "x" * 120


def write(key: str = "a", recipient: str = "submission:1", **more: object) -> None:
    with act() as session:
        outbox.write(session, recipient=recipient, template="x", language="fr", key=key,
                     payload={}, now=NOW, **more)  # type: ignore[arg-type]  # fmt: skip


def sender(transport: Transport) -> Sender:
    return Sender(
        lambda _s, ref: None if ref == "gone:1" else Recipient("a@example.org", "fr", {}),
        lambda _l, _r: Rendered("Bonjour é", "Votre reçu – à garder.\n", STOP),
        transport,
        "Consult <consult@example.org>",
        "consult.example",
    )


def states(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Letter.state).order_by(Letter.id)))


def test_a_letter_arrives_once_by_smtp(app: Flask, session: Session) -> None:
    write()
    write()  # the same key: the same letter
    with sink() as box:
        out = sender(Smtp(box.url))
        assert out.deliver_due() == 1
        assert out.deliver_due() == 0
    assert [m["Message-ID"].endswith("@consult.example>") for m in box.accepted] == [True]
    assert box.accepted[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states(session) == ["sent"]


def test_killed_after_the_server_accepted_it_is_uncertain_and_not_sent_again(
    app: Flask, session: Session
) -> None:
    class Killed(BaseException):
        pass

    write()
    with sink() as box:
        out = sender(Smtp(box.url))
        close = out._close

        def die(letter_id: int, token: str, *, state: str, **more: object) -> None:
            if state == "sent":
                raise Killed
            close(letter_id, token, state=state, **more)  # type: ignore[arg-type]

        out._close = die  # type: ignore[method-assign]
        with pytest.raises(Killed):
            out.deliver_due()
        out._transport.close()  # as the kernel does for a killed process
        assert states(session) == ["sending"]
        with act() as writing:
            writing.execute(update(Letter).values(lease_until=NOW - timedelta(hours=1)))
        fresh = sender(Smtp(box.url))
        for _ in range(3):
            fresh.deliver_due()
    assert len(box.accepted) == 1
    assert states(session) == ["uncertain"]


def test_killed_while_writing_into_a_folder_it_is_written_again_under_the_same_name(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    write()
    sender(Folder(tmp_path)).deliver_due()
    with act() as writing:
        expired = NOW - timedelta(hours=1)
        writing.execute(update(Letter).values(state="sending", lease_until=expired))
    out = sender(Folder(tmp_path))
    out.deliver_due()
    out.deliver_due()
    files = list(tmp_path.iterdir())
    assert [f.suffix for f in files] == [".eml"]
    # In one piece: a mail program cannot click an address that was folded or encoded.
    assert f"List-Unsubscribe: <{STOP}>".encode() in files[0].read_bytes()
    message = message_from_bytes(files[0].read_bytes(), policy=default)
    assert message["Subject"] == "Bonjour é"
    body = message.get_body()
    assert body is not None
    assert "reçu – à garder" in body.get_content()
    assert states(session) == ["sent"]


@pytest.mark.parametrize(
    ("reply", "state"),
    [("550 no such user", "failed"), ("451 try later", "waiting")],
)
def test_refusals(app: Flask, session: Session, reply: str, state: str) -> None:
    write()
    with sink() as box:
        box.rcpt_reply = reply
        sender(Smtp(box.url)).deliver_due()
    assert states(session) == [state]
    letter = session.scalars(select(Letter)).one()
    assert letter.error.startswith("SMTP")
    assert "user" not in letter.error


def test_a_server_that_is_away_is_tried_again(app: Flask, session: Session) -> None:
    write()
    sender(Smtp("smtp://127.0.0.1:1")).deliver_due()
    assert states(session) == ["waiting"]


def test_stopped_and_gone_recipients_get_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    with act() as writing:
        outbox.stop(writing, "submission:1", NOW)
    write("a")
    write("b", requested=True)  # a person who stopped letters still gets the one they ask for
    write("c", recipient="gone:1")
    sender(Folder(tmp_path)).deliver_due()
    assert states(session) == ["dropped", "sent", "dropped"]


def test_letters_of_a_release_wait_for_it(app: Flask, session: Session, tmp_path: Path) -> None:
    with act() as writing:
        made = release.begin(writing, kind="publication", reference="consultation:1",
                             decisions=0, now=NOW)  # fmt: skip
        release_id = made.id
    write(release_id=release_id)
    out = sender(Folder(tmp_path))
    assert out.deliver_due() == 0
    with act() as writing:
        release.finish(release.locked(writing, release_id), NOW)
    assert out.deliver_due() == 1
