"""The desk offers nobody what it would refuse them."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.accounts.permissions import TABLE, allowed
from consult.consultations.models import ConsultationBody
from consult.kernel.transaction import act
from consult.themes.models import Run
from tests.answers.worlds import World
from tests.builders import NOW
from tests.client import PageClient
from tests.people import make_consultation, make_user, sign_in

OF_ONE = (
    "",
    "/draft",
    "/reports",
    "/reports?show=late",
    "/reports/1",
    "/replies",
    "/replies?show=addressed",
    "/imports",
    "/imports/submissions/1",
    "/imports/receipt",
    "/themes",
    "/themes/1",
    "/campaigns",
    "/campaigns/1",
    "/points",
    "/comments/1/points",
    "/analysis",
    "/answers",
    "/answers/open",
    "/answers/points",
    "/answers/publications",
    "/activity",
)
PAGES = (
    "/desk",
    "/desk/reports",
    "/desk/bodies",
    "/desk/work",
    "/desk/activity",
    *(f"/desk/consultations/law{name}" for name in OF_ONE),
    "/desk/consultations/bare/draft",
)
ROLES = ("auditor", "moderator", "analyst", "editor", "publisher", "administrator")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("publishing", [False, True])
def test_no_link_and_no_button_leads_to_a_refusal(
    app: Flask, session: Session, client: PageClient, role: str, publishing: bool
) -> None:
    world = World(session)
    world.answer_all()
    with act() as writing:
        writing.execute(update(Run).values(finished_at=NOW))
    if publishing:
        world.request()
    body = session.scalars(select(Body).join(ConsultationBody)).one()
    session.rollback()
    make_consultation(body, slug="bare")
    user = make_user(body=body, roles=(role,))
    sign_in(client.client, user)
    addresses = app.url_map.bind("localhost")
    opened: dict[str, int] = {}

    def status(address: str) -> int:
        if address not in opened:
            opened[address] = client.client.get(address).status_code
        return opened[address]

    seen = 0
    for name in PAGES:
        if status(name) != 200:
            assert status(name) in {403, 404}, name
            continue
        seen += 1
        page = client.get(name)
        for link in page.all("a"):
            address = (link.get("href") or "").partition("#")[0]
            if address.startswith("/desk"):
                assert status(address) == 200, (name, address)
        for form in page.all("form"):
            address = (form.get("action") or name).partition("?")[0]
            if form.get("method", "get").lower() == "post" and address.startswith("/desk"):
                endpoint = addresses.match(address, method="POST")[0]
                assert allowed(TABLE[endpoint], frozenset({role}), signed_in=True), (name, address)
    assert seen >= 5, "The pages could not be opened at all."
