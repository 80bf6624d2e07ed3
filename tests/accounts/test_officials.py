"""Bodies, invitations and roles."""

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import passwords, roles
from consult.accounts.commands import create_official
from consult.accounts.models import ROLES, Body, Membership, User
from consult.accounts.roles import LastAdministratorError
from consult.accounts.words import ROLE_NAMES, ROLE_TASKS
from consult.activity.models import Activity
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.transaction import act
from tests.accounts import letters
from tests.client import PageClient
from tests.people import PASSWORD, make_body, make_user, official, sign_in


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)


def browser(app: Flask) -> PageClient:
    made = PageClient(app.test_client())
    made.client.set_cookie("consult_language", "en")
    return made


@pytest.fixture
def client(app: Flask) -> PageClient:
    return browser(app)


def held(session: Session, email: str) -> set[str]:
    session.rollback()
    return set(
        session.scalars(
            select(Membership.role)
            .join(User, User.id == Membership.user_id)
            .where(User.email == email)
        )
    )


def invite(client: PageClient, body: Body, email: str, role: str, status: int = 200) -> str:
    data = {"email": email, "role": role, "language": "en"}
    page = client.submit(f"/desk/bodies/{body.slug}", data, action="/invitations", status=status)
    return page.text


def test_somebody_new_accepts(client: PageClient, app: Flask, session: Session) -> None:
    body = make_body()
    official(client.client, body, "administrator")
    assert "on its way" in invite(client, body, " New@Example.org", "editor")
    letter, link = letters.newest("invitation"), letters.link("invitation")
    assert "Editor" in letter
    assert "Ministry of Tests" in letter
    invited = browser(app)
    page = invited.submit(link, {"name": "Nora New", "password": PASSWORD})
    assert page.h1 == "Sign in"
    assert held(session, "new@example.org") == {"editor"}
    invited.get(link, status=410)
    page = invited.submit("/login", {"email": "new@example.org", "password": PASSWORD})
    assert "Editor – Ministry of Tests" in page.text


def test_an_existing_account_signs_in_to_accept(
    client: PageClient, app: Flask, session: Session
) -> None:
    body = make_body()
    official(client.client, body, "administrator")
    invite(client, body, "a@example.org", "analyst")
    link = letters.link("invitation")
    owner = make_user("a@example.org")
    stranger, invited = browser(app), browser(app)
    sign_in(stranger.client, make_user("b@example.org"))
    assert "the invitation is for a@example.org" in stranger.get(link).text
    page = invited.get(link)
    assert "Please sign in to accept" in page.text
    sign_in(invited.client, owner)
    assert invited.submit(link, {}).h1 == "My account"
    assert held(session, "a@example.org") == {"analyst"}
    assert held(session, "b@example.org") == set()
    assert "already has this role" in invite(client, body, "a@example.org", "analyst", 422)


def test_an_account_that_was_never_confirmed_is_taken_over(
    client: PageClient, app: Flask, session: Session
) -> None:
    body = make_body()
    official(client.client, body, "administrator")
    squatter = make_user("a@example.org", confirmed=False)
    invite(client, body, "a@example.org", "editor")
    invited = browser(app)
    invited.submit(letters.link("invitation"), {"name": "Anna", "password": "quite other words"})
    invited.submit("/login", {"email": squatter.email, "password": PASSWORD}, status=422)
    page = invited.submit("/login", {"email": squatter.email, "password": "quite other words"})
    assert page.h1 == "My account"


def test_a_new_invitation_voids_the_older_one(client: PageClient, app: Flask) -> None:
    body = make_body()
    official(client.client, body, "administrator")
    invite(client, body, "a@example.org", "editor")
    first = letters.link("invitation")
    # The same form once more is no new one; another administrator's is.
    invite(client, body, "a@example.org", "editor")
    assert letters.link("invitation") == first
    official(client.client, body, "administrator")
    invite(client, body, "a@example.org", "editor")
    second = letters.link("invitation")
    browser(app).get(first, status=410)
    browser(app).get(second)
    client.submit(f"/desk/bodies/{body.slug}", {}, action="/void")
    browser(app).get(second, status=410)


def test_only_administrators_of_that_body(client: PageClient, app: Flask) -> None:
    body, other = make_body(), make_body("Another Ministry")
    official(client.client, other, "administrator")
    client.get(f"/desk/bodies/{body.slug}", status=404)
    client.get("/desk/bodies/nothing-here", status=404)
    form = client.get(f"/desk/bodies/{other.slug}").form("/invitations")
    client.post(f"/desk/bodies/{body.slug}/invitations", form, 404)
    editor = browser(app)
    official(editor.client, body, "editor")
    editor.get(f"/desk/bodies/{body.slug}", status=403)
    assert browser(app).get(f"/desk/bodies/{body.slug}").h1 == "Sign in"
    editor.get("/desk/bodies")


def test_never_the_last_administrator(client: PageClient, session: Session) -> None:
    body = make_body()
    first = official(client.client, body, "administrator", "publisher")
    page = client.submit(f"/desk/bodies/{body.slug}", {}, action="/roles/1/withdraw", status=409)
    assert "last administrator" in page.text
    make_user("b@example.org", body=body, roles=("administrator",))
    client.submit(f"/desk/bodies/{body.slug}", {}, action="/roles/1/withdraw")
    assert held(session, first.email) == {"publisher"}
    client.get(f"/desk/bodies/{body.slug}", status=403)
    last = session.scalars(select(Membership.id).where(Membership.role == "administrator")).one()
    with pytest.raises(LastAdministratorError), act() as writing:
        roles.withdraw(writing, last, body_id=body.id, actor=COMMAND, now=clock.now())


def test_a_role_of_another_body_cannot_be_withdrawn(client: PageClient, app: Flask) -> None:
    body, other = make_body(), make_body("Another Ministry")
    make_user(body=body, roles=("administrator",))
    official(client.client, other, "administrator")
    form = client.get(f"/desk/bodies/{other.slug}").form("/withdraw")
    client.post(f"/desk/bodies/{other.slug}/roles/1/withdraw", form, 404)


def test_whoever_creates_a_body_administers_it(client: PageClient, session: Session) -> None:
    official(client.client, make_body(), "administrator")
    client.submit("/desk/bodies/new", {"contact_email": "x@example.org"}, status=422)
    page = client.submit(
        "/desk/bodies/new", {"name_fr": "Ville d’Esch", "contact_email": "x@example.org"}
    )
    assert page.h1 == "Ville d’Esch"
    assert "/desk/bodies/ville-desch" in page.links()["Change name or address"]
    page = client.submit(
        "/desk/bodies/ville-desch/description", {"name_lb": "Stad Esch", "name_en": "City of Esch"}
    )
    assert page.h1 == "City of Esch"


def test_every_step_is_in_the_log(client: PageClient, app: Flask, session: Session) -> None:
    body = make_body()
    official(client.client, body, "administrator")
    invite(client, body, "new@example.org", "editor")
    invited = browser(app)
    invited.submit(letters.link("invitation"), {"name": "Nora", "password": PASSWORD})
    session.rollback()
    acts = list(session.scalars(select(Activity.act).order_by(Activity.id)))
    assert acts == [
        "session:opened",
        "invitation:sent",
        "account:confirmed",
        "invitation:accepted",
        "role:granted",
    ]
    words = " ".join(str(row.facts) + row.thing for row in session.scalars(select(Activity)))
    assert "Nora" not in words
    assert "example.org" not in words


def test_the_first_official_from_the_command_line(app: Flask, session: Session) -> None:
    run = app.test_cli_runner()
    line = ["--email", "Boss@example.org", "--name", "Bea Boss", "--body", "Ministère A"]
    result = run.invoke(create_official, line)
    assert result.exit_code == 0, result.output
    assert held(session, "boss@example.org") == {"administrator", "publisher"}
    link = result.output.strip().splitlines()[-1].removeprefix("http://localhost")
    client = browser(app)
    client.submit(link, {"password": PASSWORD})
    client.submit("/login", {"email": "boss@example.org", "password": PASSWORD})
    again = run.invoke(create_official, [*line, "--role", "auditor"])
    assert "its password stays" in again.output
    assert held(session, "boss@example.org") == {"administrator", "publisher", "auditor"}
    assert len(session.scalars(select(Body.id)).all()) == 1
    wrong = run.invoke(create_official, [*line[2:], "--email", "nonsense"])
    assert "e-mail address such as" in wrong.output


def test_the_roles_have_words() -> None:
    assert set(ROLE_NAMES) == set(ROLE_TASKS) == set(ROLES)
