"""Organisations: founded, joined by letter, led, left, and never without a lead."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts import passwords
from consult.accounts.models import Invitation, Organisation, OrganisationMember, User
from consult.accounts.organisations import founding, joining, membership, succession
from consult.accounts.organisations.errors import LastLeadError
from consult.activity.models import Activity
from consult.kernel import clock
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.transaction import act
from consult.operations.tidying import tidy
from tests.accounts import letters
from tests.accounts.test_races import at_once
from tests.client import PageClient
from tests.people import PASSWORD, make_user, sign_in

LETTER = "organisation_invitation"
SAYS = {
    "name": "Friends of the Trees",
    "register_number": "F1234",
    "declared_interest": "Trees. Paid by its members.",
}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)


def browser(app: Flask, user: User | None = None) -> PageClient:
    made = PageClient(app.test_client())
    made.client.set_cookie("consult_language", "en")
    if user is not None:
        sign_in(made.client, user)
    return made


def founded(user: User, **says: str) -> int:
    with act() as session:
        return founding.found(
            session,
            **{**SAYS, **says},
            anyway=True,
            actor=Actor.user(user.id),
            now=clock.now(),
        )


def joined(organisation: int, *users: User) -> None:
    with act() as session:
        for user in users:
            membership.join(session, organisation, user.id, actor=SYSTEM, now=clock.now())


def parts(session: Session, organisation: int) -> dict[int, str]:
    session.rollback()
    rows = session.execute(
        select(OrganisationMember.user_id, OrganisationMember.part).where(
            OrganisationMember.organisation_id == organisation
        )
    )
    return {row[0]: row[1] for row in rows}


def test_somebody_founds_one_knowing_what_will_be_public(app: Flask, session: Session) -> None:
    anna = make_user()
    page = browser(app, anna).get("/account/organisations/new")
    assert "All three will be public" in page.text
    made = browser(app, anna).submit("/account/organisations/new", SAYS)
    assert made.h1 == "Friends of the Trees"
    organisation = session.scalars(select(Organisation.id)).one()
    assert parts(session, organisation) == {anna.id: "lead"}
    assert "organisation:founded" in session.scalars(select(Activity.act)).all()


def test_an_organisation_named_like_another_is_asked_about_once(
    app: Flask, session: Session
) -> None:
    founded(make_user())
    other = browser(app, make_user())
    asked = other.submit(
        "/account/organisations/new", {**SAYS, "name": "FRIENDS of the trees"}, status=422
    )
    assert "with this name or register number already" in asked.text
    made = other.post("/account/organisations/new", {**asked.form(), "step": "anyway"})
    assert made.h1 == "FRIENDS of the trees"
    # One that has ended keeps nobody from its name.
    with act() as writing:
        for number in writing.scalars(select(Organisation.id)).all():
            founding.empty(writing, number, actor=SYSTEM, now=clock.now())
    assert other.submit("/account/organisations/new", SAYS).h1 == "Friends of the Trees"


@pytest.mark.parametrize("name", ["Win at https://x.example", "www.x.example", "a@x.example"])
def test_a_name_leads_nowhere(app: Flask, session: Session, name: str) -> None:
    page = browser(app, make_user()).submit(
        "/account/organisations/new", {**SAYS, "name": name}, status=422
    )
    assert "without the address" in page.text
    assert session.scalars(select(Organisation)).all() == []


def invite(app: Flask, lead: User, organisation: int, email: str, status: int = 200) -> str:
    return (
        browser(app, lead)
        .submit(
            f"/account/organisations/{organisation}",
            {"email": email, "language": "en"},
            action="/invitations",
            status=status,
        )
        .text
    )


def test_somebody_new_joins_by_the_letter_and_only_once(app: Flask, session: Session) -> None:
    lead = make_user()
    organisation = founded(lead)
    assert "on its way" in invite(app, lead, organisation, " New@Example.org")
    letter, link = " ".join(letters.newest(LETTER).split()), letters.link(LETTER)
    assert "“Friends of the Trees”" in letter
    assert lead.email in letter
    page = browser(app).submit(link, {"name": "Nora New", "password": PASSWORD})
    assert page.h1 == "Sign in"
    nora = session.scalars(select(User).where(User.email == "new@example.org")).one()
    assert parts(session, organisation)[nora.id] == "member"
    browser(app).get(link, 410)
    assert "is a member already" in invite(app, lead, organisation, "new@example.org", 422)


def test_who_has_an_account_joins_signed_in_and_no_other_account_can(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    lead, invited, hostile = make_user(), make_user("a@example.org"), make_user("b@example.org")
    organisation = founded(lead)
    invite(app, lead, organisation, "a@example.org")
    link = letters.link(LETTER)
    assert "is for a@example.org" in browser(app, hostile).get(link).text
    browser(app, hostile).post(link, {})
    assert parts(session, organisation) == {lead.id: "lead"}
    assert "Friends of the Trees" in browser(app, invited).submit(link, {}).text
    assert parts(session, organisation) == {lead.id: "lead", invited.id: "member"}


def test_an_invitation_ends_by_time_by_a_lead_and_with_the_organisation(
    app: Flask, session: Session
) -> None:
    lead = make_user()
    organisation = founded(lead)
    invite(app, lead, organisation, "a@example.org")
    link = letters.link(LETTER)
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        browser(app).get(link, 410)
    browser(app, lead).submit(f"/account/organisations/{organisation}", {}, action="/void")
    browser(app).get(link, 410)
    invite(app, lead, organisation, "c@example.org")
    link = letters.link(LETTER)
    browser(app, lead).submit(f"/account/organisations/{organisation}/delete", {})
    browser(app).get(link, 410)
    assert session.scalars(select(Organisation.name)).all() == [""]


def test_the_address_of_who_never_came_is_forgotten(app: Flask, session: Session) -> None:
    lead = make_user()
    organisation = founded(lead)
    invite(app, lead, organisation, "a@example.org")
    tidy(clock.now() + timedelta(days=30))
    assert session.scalars(select(Invitation.email)).all() == ["a@example.org"]
    session.rollback()
    tidy(clock.now() + timedelta(days=60))
    assert session.scalars(select(Invitation.email)).all() == [""]


def test_the_last_lead_hands_over_before_going(app: Flask, session: Session) -> None:
    lead, member = make_user(), make_user(name="Ben Member")
    organisation = founded(lead)
    joined(organisation, member)
    own, home = browser(app, lead), f"/account/organisations/{organisation}"
    assert "the last lead" in own.submit(home, {}, action="/leave").text
    assert parts(session, organisation)[lead.id] == "lead"
    own.submit(home, {"part": "lead"}, action=f"/members/{member.id}/part")
    own.submit(home, {"part": "member"}, action=f"/members/{lead.id}/part")
    assert parts(session, organisation) == {lead.id: "member", member.id: "lead"}
    assert "You have left" in own.submit(home, {}, action="/leave").text
    own.get(home, 404)
    assert parts(session, organisation) == {member.id: "lead"}


ACTS = {
    "show": ("GET", ""),
    "describe": ("GET", "/description"),
    "invite": ("POST", "/invitations"),
    "part": ("POST", "/members/{other}/part"),
    "remove": ("POST", "/members/{other}/remove"),
    "letters": ("POST", "/letters"),
    "dissolve": ("POST", "/delete"),
    "leave": ("POST", "/leave"),
}
EVERY_MEMBER = {"show", "letters", "leave"}


@pytest.mark.parametrize("who", ["visitor", "stranger", "official", "removed", "member", "lead"])
def test_the_truth_table_of_part_and_act(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """A stranger does not learn that there is one; a member may only what every member may."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    people = {
        "stranger": make_user(),
        "official": make_user(),
        "member": make_user(),
        "removed": make_user(),
        "lead": make_user(),
    }
    other = make_user()
    for name, (method, path) in ACTS.items():
        organisation = founded(people["lead"])
        joined(organisation, people["member"], people["removed"], other)
        with act() as writing:
            membership.remove(
                writing,
                organisation,
                people["removed"].id,
                actor=Actor.user(people["lead"].id),
                now=clock.now(),
            )
        client = browser(app, people.get(who)).client
        address = f"/account/organisations/{organisation}{path.format(other=other.id)}"
        data = {"part": "lead", "email": "x@example.org", "language": "en"}
        status = client.open(address, method=method, data=data).status_code
        if who == "visitor":
            assert status in {302, 403}, name
        elif who in {"stranger", "official", "removed"}:
            assert status == 404, name
        elif who == "lead" or name in EVERY_MEMBER:
            assert status in {200, 303}, name
        else:
            assert status == 403, name


def test_a_closed_account_leaves_nobody_without_a_lead(app: Flask, session: Session) -> None:
    lead, second, third, alone = (make_user() for _ in range(4))
    organisation, lonely = founded(lead), founded(alone)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        joined(organisation, third)
    joined(organisation, second)
    with act() as writing:
        for user in (lead, alone):
            writing.get_one(User, user.id).disabled_at = clock.now()
    tidy(clock.now())
    assert parts(session, organisation) == {second.id: "lead", third.id: "member"}
    assert parts(session, lonely) == {}
    assert session.get_one(Organisation, lonely).dissolved_at is not None
    # As erasing an account would do it.
    session.rollback()
    with act() as writing:
        assert succession.leave_all(writing, second.id, actor=SYSTEM, now=clock.now()) == 1
    assert parts(session, organisation) == {third.id: "lead"}


def test_two_leads_who_leave_at_once_keep_one(app: Flask, session: Session) -> None:
    first, second = make_user(), make_user()
    organisation = founded(first)
    joined(organisation, second)
    with act() as writing:
        membership.set_part(
            writing, organisation, second.id, "lead", actor=Actor.user(first.id), now=clock.now()
        )
    actors = [Actor.user(first.id), Actor.user(second.id)]

    def leave(actor: Actor) -> Callable[[Session], object]:
        return lambda s: membership.leave(s, organisation, actor=actor, now=clock.now())

    refused = at_once(app, [leave(actor) for actor in actors])
    assert [type(error) for error in refused if error] == [LastLeadError]
    assert list(parts(session, organisation).values()) == ["lead"]


def test_nobody_is_invited_without_end(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "MOST_MEMBERS", 2)
    lead = make_user()
    organisation = founded(lead)
    invite(app, lead, organisation, "a@example.org")
    assert "at most 2 members" in invite(app, lead, organisation, "b@example.org", 422)
    assert len(session.scalars(select(Invitation)).all()) == 1
