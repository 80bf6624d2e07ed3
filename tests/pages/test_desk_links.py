"""The desk offers nobody what it would refuse them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Body
from consult.consultations.models import ConsultationBody
from tests.answers.worlds import World
from tests.client import PageClient
from tests.people import make_user, sign_in

PAGES = ("", "/answers", "/answers/open", "/answers/points", "/answers/publications", "/replies")


@pytest.mark.parametrize("role", ["auditor", "moderator", "analyst", "editor", "publisher"])
def test_no_link_leads_to_a_refusal(session: Session, client: PageClient, role: str) -> None:
    World(session).answer_all()
    body = session.scalars(select(Body).join(ConsultationBody)).first()
    session.rollback()
    sign_in(client.client, make_user(body=body, roles=(role,)))
    for name in PAGES:
        if client.client.get(f"/desk/consultations/law{name}").status_code == 403:
            continue
        page = client.get(f"/desk/consultations/law{name}")
        for link in page.all("a"):
            address = (link.get("href") or "").partition("#")[0]
            if address.startswith("/desk"):
                assert client.client.get(address).status_code != 403, (name, address)
        for form in page.all("form"):
            if (form.get("action") or "").endswith("/stop"):
                assert role == "publisher"
