"""Whatever stands in an address, the answer is a page."""

import pytest
from sqlalchemy.orm import Session

from tests.answers.worlds import World
from tests.client import PageClient


@pytest.mark.parametrize("name", ["endpoint", "_external", "_scheme", "_method", "_anchor", "slug"])
def test_the_query_is_never_an_argument_of_ours(client: PageClient, name: str) -> None:
    page = client.get(f"/rules?{name}=javascript&{name}=b%20c")
    german = next(a for a in page.all("a") if a.get("hreflang") == "de")
    assert german.get("href") == f"/rules?{name}=javascript&{name}=b+c&lang=de"


@pytest.mark.parametrize("number", ["9" * 10, "9" * 19, "9" * 30])
@pytest.mark.parametrize(
    "address",
    [
        "/comments/{}",
        "/comments/{}/reply",
        "/submissions/{}/trace",
        "/consultations/law/draft/{}",
        "/consultations/law/draft/compare/1/{}",
        "/consultations/law/draft?changes={}",
        "/consultations/law/themes/{}",
        "/consultations/law/changes/{}",
    ],
)
def test_no_number_is_too_large(
    session: Session, client: PageClient, address: str, number: str
) -> None:
    World(session)
    answer = client.client.get(address.format(number))
    assert answer.status_code in {200, 404}


@pytest.mark.parametrize(
    "address",
    [
        "/consultations/a%00b",
        "/consultations/law/draft/clauses/a%00b",
        "/consultations/law/comments?clause=a%00b",
        "/consultations/law/comments/new?clause=a%00b",
        "/consultations/law/outcome?clause=a%00b",
    ],
)
def test_a_nul_is_not_understood(session: Session, client: PageClient, address: str) -> None:
    World(session)
    assert client.client.get(address).status_code in {200, 400, 404}
