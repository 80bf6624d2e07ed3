"""Accounts as people use them, and as people abuse them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult import create_app
from consult.accounts import passwords, tokens
from consult.accounts.models import LoginSession, User
from consult.accounts.sessions import IDLE
from consult.activity.models import Activity
from consult.kernel import clock
from consult.kernel.db import db
from consult.kernel.limits import limits
from consult.kernel.transaction import act
from tests.accounts import letters
from tests.client import PageClient
from tests.people import PASSWORD, make_user, sign_in

NEW = "four green herons of Echternach"
ENGLISH = {"Accept-Language": "en"}


def browser(app: Flask) -> PageClient:
    """Another browser that reads English."""
    made = PageClient(app.test_client())
    made.client.set_cookie("consult_language", "en")
    return made


@pytest.fixture
def client(app: Flask) -> PageClient:
    return browser(app)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parameters are tested once; everywhere else a cheap hash will do."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)


def user_of(session: Session, email: str) -> User:
    session.rollback()
    return session.execute(select(User).where(User.email == email)).scalar_one()


def register(client: PageClient, email: str = "a@example.org", password: str = PASSWORD) -> None:
    page = client.submit("/account/new", {"email": email, "password": password})
    assert page.h1 == "Look into your mailbox"


def test_register_confirm_sign_in_and_out(client: PageClient, session: Session) -> None:
    register(client, " Anna@Example.ORG ")
    refused = client.submit(
        "/login", {"email": "anna@example.org", "password": PASSWORD}, status=422
    )
    assert "not confirmed yet" in refused.text
    link = letters.link("confirm_account")
    client.submit(link, {"password": "something else entirely"}, status=422)
    page = client.submit(link, {"password": PASSWORD})
    assert page.h1 == "My account"
    assert client.get(link, status=410).h1 == "This link does not work any more"
    assert "Sign in" in client.submit("/account", {}, action="/logout").links()
    assert client.get("/account").h1 == "Sign in"
    onward = client.submit(
        "/login?next=/account/password", {"email": "ANNA@example.org", "password": PASSWORD}
    )
    assert onward.h1 == "Change your password"


def test_who_registers_for_a_foreign_address_gains_nothing(client: PageClient) -> None:
    """The owner of the mailbox registers too; only the last password confirms."""
    register(client, password="the attacker's own words")
    old = letters.link("confirm_account")
    register(client)
    client.get(old, status=410)
    link = letters.link("confirm_account")
    client.submit(link, {"password": "the attacker's own words"}, status=422)
    assert client.submit(link, {"password": PASSWORD}).h1 == "My account"


def test_a_known_and_an_unknown_address_look_the_same(client: PageClient, session: Session) -> None:
    make_user("known@example.org")
    forms: tuple[tuple[str, dict[str, str]], ...] = (
        ("/account/new", {"password": PASSWORD}),
        ("/account/password/forgotten", {}),
        ("/account/confirm/again", {}),
    )
    for path, data in forms:
        pages = []
        for email in ("known@example.org", "unknown@example.org"):
            before = len(session.scalars(select(Activity.id)).all())
            pages.append(client.submit(path, {"email": email, **data}).text)
            session.rollback()
            # One line each: the same work, hence the same time.
            assert len(session.scalars(select(Activity.id)).all()) == before + 1
        assert pages[0] == pages[1]
    assert letters.templates().count("new_password") == 1 + 1  # unknown@ was registered above
    wrong = [
        client.submit("/login", {"email": e, "password": "wrong words, all wrong"}, status=422).text
        for e in ("known@example.org", "nobody@example.org")
    ]
    assert wrong[0] == wrong[1]


def test_a_hash_is_verified_whether_or_not_there_is_an_account(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("known@example.org")
    asked: list[str] = []

    class Hasher:
        def verify(self, stored: str, _password: str) -> None:
            asked.append(stored)
            raise Argon2Error

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    for email in ("known@example.org", "nobody@example.org"):
        client.submit("/login", {"email": email, "password": "x"}, status=422)
    assert len(asked) == 2
    assert asked[1] == passwords._NOBODY


def test_the_parameters_are_those_of_rfc_9106() -> None:
    low_memory = "$argon2id$v=19$m=65536,t=3,p=4$"
    assert passwords._NOBODY.startswith(low_memory)
    hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
    assert not hasher.check_needs_rehash(passwords._NOBODY)


def test_a_new_password_by_letter(client: PageClient, app: Flask, session: Session) -> None:
    user = make_user("a@example.org")
    elsewhere = browser(app)
    sign_in(elsewhere.client, user)
    assert elsewhere.get("/account").h1 == "My account"
    client.submit("/account/password/forgotten", {"email": "a@example.org"})
    link = letters.link("new_password")
    assert "too easy" in client.submit(link, {"password": "aaaaaaaaaaaaa"}, status=422).text
    assert client.submit(link, {"password": NEW}).h1 == "Sign in"
    client.get(link, status=410)
    assert elsewhere.get("/account").h1 == "Sign in"
    assert client.submit("/login", {"email": "a@example.org", "password": NEW}).h1 == "My account"


def test_a_token_serves_one_purpose_for_a_while(client: PageClient, app: Flask) -> None:
    user = make_user("a@example.org", confirmed=False)
    confirm = tokens.for_user(tokens.CONFIRM, user, clock.now())
    client.get(f"/account/password/new?token={confirm}", status=410)
    client.get(f"/invitation?token={confirm}", status=410)
    for broken in ("", confirm[:-2], confirm + "x", "é", "[]"):
        client.get(f"/account/confirm?token={broken}", status=410)
    client.get(f"/account/confirm?token={confirm}")
    with time_machine.travel(clock.now() + tokens.LIFETIME[tokens.CONFIRM] * 1.01):
        client.get(f"/account/confirm?token={confirm}", status=410)


def test_changing_the_password_signs_the_others_out(client: PageClient, app: Flask) -> None:
    user = make_user("a@example.org")
    sign_in(client.client, user)
    elsewhere = browser(app)
    sign_in(elsewhere.client, user)
    client.submit("/account/password", {"current": "wrong", "new": NEW}, status=422)
    client.submit("/account/password", {"current": PASSWORD, "new": NEW})
    assert client.get("/account").h1 == "My account"
    assert elsewhere.get("/account").h1 == "Sign in"


def test_sessions_are_listed_and_revoked(client: PageClient, app: Flask, session: Session) -> None:
    user = make_user("a@example.org")
    elsewhere = browser(app)
    sign_in(elsewhere.client, user)
    sign_in(client.client, user)
    other = session.scalars(select(LoginSession.id).order_by(LoginSession.id)).first()
    client.submit("/account", {}, action=f"/account/sessions/{other}/end")
    assert elsewhere.get("/account").h1 == "Sign in"
    # Nobody ends a stranger's session.
    stranger = browser(app)
    sign_in(stranger.client, make_user("b@example.org"))
    form = stranger.get("/account").form("/logout")
    mine = session.scalars(select(LoginSession.id).order_by(LoginSession.id)).all()[1]
    stranger.post(f"/account/sessions/{mine}/end", form, status=404)
    assert client.get("/account").h1 == "My account"


def test_the_cookie_holds_a_token_that_the_database_does_not_know(
    client: PageClient, session: Session
) -> None:
    user = make_user("a@example.org")
    client.submit("/login", {"email": "a@example.org", "password": PASSWORD})
    with client.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = session.scalars(select(LoginSession)).one()
    assert token != row.token_hash
    assert token not in {str(user.id), user.email}
    assert row.device == ""


def test_signing_in_keeps_nothing_of_the_visitors_cookie(client: PageClient) -> None:
    make_user("a@example.org")
    form = client.get("/login").form()
    with client.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    client.post("/login", {**form, "email": "a@example.org", "password": PASSWORD})
    with client.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != form["csrf_token"]


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "evil", ""],
)
def test_signing_in_leads_only_to_our_own_pages(client: PageClient, target: str) -> None:
    make_user("a@example.org")
    form = client.get("/login").form()
    answer = client.client.post(
        "/login",
        query_string={"next": target},
        data={**form, "email": "a@example.org", "password": PASSWORD},
    )
    assert answer.status_code == 303
    assert answer.location == "/account"


def test_a_form_without_its_token_is_refused(client: PageClient) -> None:
    user = make_user("a@example.org")
    client.post("/login", {"email": user.email, "password": PASSWORD}, status=400)
    sign_in(client.client, user)
    client.post("/logout", {}, status=400)
    assert client.get("/account").h1 == "My account"


def test_the_account_speaks_unless_the_reader_chose_otherwise(client: PageClient) -> None:
    client.client.delete_cookie("consult_language")
    sign_in(client.client, make_user("a@example.org", language="de"))
    assert client.get("/account", headers=ENGLISH).h1 == "Mein Konto"
    assert client.get("/account?lang=fr", headers=ENGLISH).h1 == "Mon compte"
    assert client.get("/account", headers=ENGLISH).h1 == "Mon compte"


def test_a_session_ends_when_it_is_not_used(client: PageClient, session: Session) -> None:
    sign_in(client.client, make_user("a@example.org"))
    start = clock.now()
    with time_machine.travel(start + IDLE * 0.9):
        assert client.get("/account").h1 == "My account"
    session.rollback()
    assert session.scalars(select(LoginSession.last_seen_at)).one() > start
    with time_machine.travel(start + IDLE * 1.8):
        assert client.get("/account").h1 == "My account"
    with time_machine.travel(start + IDLE * 3):
        assert client.get("/account").h1 == "Sign in"


def test_readers_without_a_session_get_no_cookie(client: PageClient) -> None:
    for path in ("/", "/account/sent"):
        assert "Set-Cookie" not in client.get(path).response.headers


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Flask]]:
    """Makes more instances of the application on the same database, with a small limit."""
    settings = replace(app.extensions["consult_settings"], logins_per_hour=5)
    made: list[Flask] = []

    def another() -> Flask:
        made.append(create_app(settings))
        return made[-1]

    yield another
    for instance in made:
        with instance.app_context():
            db.session.remove()
            db.engine.dispose()
            limits().dispose()


def test_attempts_count_across_instances(limited: Callable[[], Flask]) -> None:
    clients = [PageClient(limited().test_client()) for _ in range(2)]
    email = f"{clock.now().timestamp()}@example.org"
    for number in range(5):
        client = clients[number % 2]
        page = client.get("/login", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        client.post(
            "/login",
            {**page.form(), "email": email, "password": "x"},
            422,
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        )
    form = clients[0].get("/login").form()
    clients[0].post("/login", {**form, "email": email, "password": "x"}, 429)


def test_a_form_sent_after_the_session_ended_says_so(client: PageClient, session: Session) -> None:
    sign_in(client.client, make_user("a@example.org"))
    form = client.get("/account").form("/account")
    with act() as writing:
        writing.execute(update(LoginSession).values(revoked_at=clock.now()))
    page = client.post("/account", {**form, "name": "Long text"}, 403)
    assert "You are not signed in any more" in page.text


def test_cookies_travel_only_by_https_where_the_site_has_it(app: Flask) -> None:
    production = replace(
        app.extensions["consult_settings"],
        environment="production",
        base_url="https://consult.example",
        secret_key="k" * 40,
    )
    made = create_app(production)
    made.config["WTF_CSRF_SSL_STRICT"] = False
    answer = made.test_client().get("/login", base_url="https://consult.example")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
        limits().dispose()
