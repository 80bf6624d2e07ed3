"""The coding screen: portions that nobody else is given, one decision a key, nothing overwritten."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.accounts.models import Membership, User
from consult.activity.models import Activity
from consult.kernel.actor import Actor
from consult.kernel.db import db
from consult.kernel.transaction import act
from consult.moderation.withdrawal import withdraw
from consult.operations.tidying import tidy
from consult.submissions.models import Comment, Point
from consult.themes import parts, signoff, splitting, work
from consult.themes.coding import behind, portions
from consult.themes.coding import queries as coding
from consult.themes.coding.wanted import NONE, Wanted
from consult.themes.errors import CodedMeanwhileError, NoColleagueError, PortionGoneError
from consult.themes.models import Assignment, Portion, PortionPoint
from consult.themes.queries import labels_of_points
from tests import builders, people
from tests.builders import NOW
from tests.client import PageClient
from tests.themes.conftest import Analysed
from tests.themes.fakes import FakeJob, requested
from tests.themes.test_pages import official

__all__ = ["official"]

PAGE = "/desk/consultations/law/coding"
ANY = Wanted(coder=None, unanswered=False)
LATER = NOW + portions.LASTS + timedelta(seconds=1)


def found(
    session: Session, place: Analysed, wanted: Wanted = ANY, *, who: int = 0, **more: int
) -> list[int]:
    return coding.candidates(
        session, place.consultation.id, wanted, person_id=who, now=NOW, size=50, **more
    )


def take(place: Analysed, actor: Actor, points: list[int], now: datetime = NOW) -> int:
    with act() as writing:
        return portions.take(writing, place.consultation, points, wanted=ANY, actor=actor, now=now)


def held(session: Session, place: Analysed, actor: Actor) -> list[int]:
    session.rollback()
    mine = coding.mine(session, place.consultation.id, actor.user_id or 0, NOW)
    return [point.point_id for point in mine.points]


def decide(place: Analysed, actor: Actor, point: int, theme: int | None, seen: int = 0) -> None:
    with act() as session:
        portions.decide(session, place.consultation, point, theme, seen=seen, actor=actor, now=NOW)


def label(session: Session, point: int) -> int:
    session.rollback()
    return labels_of_points(session, [point])[point].id


def test_each_part_of_the_filter_narrows(session: Session, place: Analysed) -> None:
    points, bus = place.points, place.themes["Bus"]
    with act() as writing:
        late = builders.say(writing, place.consultation, "Später Bus", language="de").point.id
        writing.get_one(Point, points[4]).owed = False
        signoff.check_points(writing, place.consultation, {points[0]: bus}, **place.who)
    anne = place.actor.user_id
    cases = {
        Wanted(): [p for p in [*points, late] if p not in {points[0], points[4]}],
        ANY: [*points, late],
        Wanted(theme=bus, coder=None): points[:2],
        Wanted(theme=bus): [points[1]],
        Wanted(theme=bus, coder=anne): [points[0]],
        Wanted(theme=NONE, coder=None): [late],
        Wanted(coder=anne): [points[0]],
        Wanted(language="de"): [late],
        Wanted(words="matin"): [points[1]],
        Wanted(confidence="doubtful", theme=bus): [points[1]],
        Wanted(confidence="clear"): [],
        Wanted(channel="paper"): [],
        Wanted(respondent="citizen", theme=bus): [points[1]],
        Wanted(clause=10**6): [],
        Wanted(campaign=NONE, theme=bus): [points[1]],
        Wanted(campaign=1): [],
    }
    for wanted, expected in cases.items():
        assert found(session, place, wanted) == expected, wanted
    # What a portion keeps of it is read again, without words that may be a name.
    asked = Wanted(theme=bus, words="Jules", coder=None)
    assert Wanted.read(asked.stored()) == Wanted(theme=bus, coder=None)


def test_it_goes_on_after_the_last_one_and_comes_round(session: Session, place: Analysed) -> None:
    points = place.points
    assert found(session, place, after=points[5]) == [*points[6:], *points[:6]]
    first = coding.candidates(
        session, place.consultation.id, ANY, person_id=0, now=NOW, after=points[1], size=2
    )
    assert first == points[2:4]


def test_two_coders_never_have_the_same_point(session: Session, place: Analysed) -> None:
    seen_by_both = found(session, place)
    assert take(place, place.actor, seen_by_both[:3]) == 3
    assert take(place, place.other, seen_by_both) == 5
    assert held(session, place, place.actor) == place.points[:3]
    assert held(session, place, place.other) == place.points[3:]
    assert found(session, place, who=place.actor.user_id or 0) == place.points[:3]
    # Who has open points gets no others.
    assert take(place, place.actor, seen_by_both) == 0
    with pytest.raises(PortionGoneError):
        decide(place, place.actor, place.points[4], None, label(session, place.points[4]))


def test_a_point_whose_comment_goes_holds_up_nobody(session: Session, place: Analysed) -> None:
    assert take(place, place.actor, place.points[:1]) == 1
    with act() as writing:
        point = writing.get_one(Point, place.points[0])
        withdraw(writing, point.comment_id, actor=Actor.receipt(1), now=NOW)
    assert held(session, place, place.actor) == []
    session.rollback()
    # Neither is it in the way of the next portion, nor given to anybody, nor handed over.
    with pytest.raises(PortionGoneError), act() as writing:
        portions.hand_over(
            writing, place.consultation, place.other.user_id or 0, note="",
            colleagues=[place.other.user_id or 0], actor=place.actor, now=NOW,
        )  # fmt: skip
    assert take(place, place.actor, place.points[:3]) == 2
    assert held(session, place, place.actor) == place.points[1:3]


def test_a_portion_expires_by_itself(session: Session, place: Analysed) -> None:
    take(place, place.actor, place.points)
    assert take(place, place.other, place.points, now=LATER) == 8
    session.rollback()
    assert len(session.scalars(select(Portion.id)).all()) == 1
    with pytest.raises(PortionGoneError):
        decide(place, place.actor, place.points[0], None)
    session.rollback()
    assert tidy(LATER + portions.LASTS + timedelta(days=1)) >= 1
    session.rollback()
    assert not session.scalars(select(PortionPoint.point_id)).all()


def test_a_decision_is_a_persons_label_and_prolongs_the_portion(
    session: Session, place: Analysed
) -> None:
    bus, bike = place.themes["Bus"], place.themes["Vélo"]
    take(place, place.actor, place.points[:3])
    for point, theme in zip(place.points, (bus, bike, None), strict=False):
        decide(place, place.actor, point, theme)
    session.rollback()
    rows = session.execute(
        select(Assignment.point_id, Assignment.theme_id).where(Assignment.person_id.is_not(None))
    ).all()
    assert sorted(rows) == list(zip(place.points, (bus, bike, None), strict=False))
    mine = coding.mine(session, place.consultation.id, place.actor.user_id or 0, NOW)
    assert (mine.done, mine.at(None, None), mine.at(place.points[0], None)) == (
        3,
        None,
        place.points[0],
    )
    acts = session.scalars(select(Activity.act).order_by(Activity.id)).all()
    assert acts[-4:] == ["coding:taken", *["theme:points_checked"] * 3]
    # All done: the next portion may be taken.
    assert take(place, place.actor, place.points[3:]) == 5


def test_a_run_keeps_what_was_coded(session: Session, place: Analysed) -> None:
    bike, first = place.themes["Vélo"], place.points[0]
    take(place, place.actor, place.points[:3])
    decide(place, place.actor, first, bike)
    work.analyse(FakeJob(requested(place.consultation, place.other)))
    session.rollback()
    assert labels_of_points(session, [first])[first].theme_id == bike
    assert held(session, place, place.actor) == place.points[:3]


def test_nobody_overwrites_what_they_did_not_see(session: Session, place: Analysed) -> None:
    bus, bike, first = place.themes["Bus"], place.themes["Vélo"], place.points[0]
    take(place, place.actor, place.points[:2])
    seen = label(session, first)
    with act() as writing:  # a colleague, on the page of a theme
        signoff.move_points(writing, place.consultation, [first], bike, actor=place.other, now=NOW)
    with pytest.raises(CodedMeanwhileError):
        decide(place, place.actor, first, bus, seen)
    theirs = label(session, first)
    decide(place, place.actor, first, bus, theirs)  # now they have seen it
    session.rollback()
    assert labels_of_points(session, [first])[first].theme_id == bus


def test_handing_over_with_a_note(session: Session, place: Analysed) -> None:
    bus, other = place.themes["Bus"], place.other.user_id or 0
    take(place, place.actor, place.points[:4])
    decide(place, place.actor, place.points[0], bus)
    me, law = place.actor.user_id or 0, place.consultation
    for colleague, may in ((me, [me]), (other, [me])):
        with pytest.raises(NoColleagueError), act() as writing:
            portions.hand_over(writing, law, colleague, note="", colleagues=may, **place.who)
    with act() as writing:
        count = portions.hand_over(
            writing, law, other, note="  The rest \n is on buses. ", colleagues=[other], **place.who
        )
    assert count == 3
    assert not held(session, place, place.actor)
    mine = coding.mine(session, law.id, other, NOW)
    assert [p.point_id for p in mine.points] == place.points[1:4]
    assert (mine.handed_by, mine.note) == (me, "The rest is on buses.")
    with pytest.raises(PortionGoneError), act() as writing:
        portions.hand_over(writing, law, other, note="", colleagues=[other], **place.who)
    logged = session.scalars(select(Activity).where(Activity.act == "coding:handed_over")).one()
    assert "buses" not in str(logged.facts)


def test_giving_back(session: Session, place: Analysed) -> None:
    take(place, place.actor, place.points[:4])
    with act() as writing:
        assert portions.give_back(writing, place.consultation, **place.who) == 4
    assert take(place, place.other, place.points) == 8
    with act() as writing:
        assert portions.give_back(writing, place.consultation, **place.who) == 0


def test_the_parts_of_a_divided_point_stay_before_its_coder(
    session: Session, place: Analysed
) -> None:
    take(place, place.actor, place.points[:2])
    comment = session.get_one(Comment, session.get_one(Point, place.points[0]).comment_id)
    session.rollback()
    with act() as writing:
        made = splitting.split(writing, writing.merge(comment), [(0, 3), (4, 11)], **place.who)
    assert held(session, place, place.actor) == [place.points[1], *(p.id for p in made)]
    with act() as writing:
        withdraw(writing, comment.id, actor=Actor.receipt(1), now=NOW)
    assert held(session, place, place.actor) == [place.points[1]]


@pytest.mark.parametrize(
    ("spans", "chosen", "expected"),
    [
        ([(0, 11)], (4, 6), [(0, 3), (4, 6), (7, 11)]),
        ([(0, 11)], (0, 3), [(0, 3), (4, 11)]),
        ([(0, 11)], (3, 12), [(0, 3), (4, 11)]),
        ([(0, 11)], (0, 11), [(0, 11)]),
        ([(0, 3), (4, 11)], (0, 6), [(0, 6), (7, 11)]),
        ([(0, 3)], (7, 11), [(0, 3), (7, 11)]),
        ([(0, 11)], (3, 4), [(0, 11)]),
        ([(0, 11)], (9, 2), [(0, 11)]),
    ],
)
def test_chosen_words_become_a_point(
    spans: list[tuple[int, int]], chosen: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    assert parts.cut_out("Bus le soir", spans, chosen) == expected


def test_the_words_behind_a_proposal() -> None:
    keywords = {"fr": ["bus du soir", "gare"], "de": ["Züge"]}
    assert behind.shared("Le soir, les BUS à la Gare ; der Zug, die Zügen", keywords) == [
        "soir",
        "Gare",
        "Zügen",
    ]
    assert behind.shared("Rien", {}) == []
    text = "La gare, la Garenne et LA GARE."
    assert behind.pieces(text, ["gare"]) == [
        ("La ", False),
        ("gare", True),
        (", la Garenne et LA ", False),
        ("GARE", True),
        (".", False),
    ]
    assert behind.pieces(text, []) == [(text, False)]
    assert behind.surroundings("abc", 1, 2) == ("a", "c")
    long = "x" * 2000
    assert [len(side) for side in behind.surroundings(long + "p" + long, 2000, 2001)] == [1202] * 2


def colleague(place: Analysed) -> User:
    user = db.session.get_one(User, place.other.user_id)
    with act() as session:
        session.add(
            Membership(user_id=user.id, body_id=place.body.id, role="editor", granted_at=NOW)
        )
    return user


def test_a_coder_at_the_screen(client: PageClient, official: Analysed, session: Session) -> None:
    bus, bike = official.themes["Bus"], official.themes["Vélo"]
    page = client.get(PAGE)
    assert "Take a portion" in page.text
    page = client.submit(PAGE, {"coder": "0", "answer": "open"}, action="/take")
    assert "1 of 8" in page.text
    assert "Accept: Bus, ville" in page.text
    assert "because of: Bus, le, soir" in page.text
    number = official.points[0]
    form = page.form(f"/coding/{number}")
    page = client.post(f"{PAGE}/{number}", {**form, "theme": str(bus)})
    assert "1 of 8 decided" in page.text
    number = official.points[1]
    # As the script asks: the next point is the answer itself.
    page = client.post(
        f"{PAGE}/{number}",
        {**page.form(f"/{number}"), "theme": str(bike)},
        headers={"X-Screen": "1"},
    )
    assert "3 of 8" in page.text
    assert page.response.request.path == f"{PAGE}/{number}"
    page = client.get(f"{PAGE}?point={official.points[1]}")
    assert "Leave it there: Vélo, ville" in page.text
    # Nothing said, or nonsense: the same point, nothing changed.
    for nonsense in ("", "x"):
        client.post(f"{PAGE}/{official.points[2]}", {**form, "theme": nonsense}, 422)
    # A colleague decided meanwhile.
    with act() as writing:
        signoff.move_points(
            writing, official.consultation, [official.points[2]], bus, actor=official.other, now=NOW
        )
    page = client.post(f"{PAGE}/{official.points[2]}", {**form, "theme": str(bike)}, 409)
    assert "Somebody else has decided on this point meanwhile" in page.text
    assert "Leave it there: Bus, ville" in page.text
    client.post(
        f"{PAGE}/{official.points[2]}", {**page.form(f"/{official.points[2]}"), "theme": "none"}
    )
    session.rollback()
    assert official.sizes(session)[bike] == 2


def test_handing_over_at_the_screen(client: PageClient, official: Analysed) -> None:
    user = colleague(official)
    client.get(PAGE)
    client.submit(PAGE, {"coder": "0", "answer": "open"}, action="/take")
    page = client.submit(PAGE, {"colleague": "", "note": ""}, action="/hand-over", status=422)
    assert "choose a colleague" in page.text
    page = client.submit(PAGE, {"colleague": str(user.id), "note": "On buses"}, action="/hand-over")
    assert "8 points are handed over." in page.text
    assert "Ben Muller" in page.text  # who is coding now
    people.sign_in(client.client, user)
    page = client.get(PAGE)
    assert "Anne Weber handed points over to you. “On buses”" in page.text
    page = client.submit(PAGE, {}, action="/give-back")
    assert "free for others again" in page.text


def test_dividing_chosen_words_and_coming_back(
    client: PageClient, official: Analysed, session: Session
) -> None:
    client.submit(PAGE, {"coder": "0", "answer": "open"}, action="/take")
    comment = session.get_one(Point, official.points[0]).comment_id
    session.rollback()
    address = f"/desk/consultations/law/comments/{comment}/points?back=coding"
    assert "With the words you chose" not in client.get(address).text
    for nonsense in ("&from=x&to=3", "&from=3&to=4", "&from=0&to=11"):
        assert "With the words you chose" not in client.get(address + nonsense).text
    page = client.get(f"{address}&from=4&to=11")
    assert "With the words you chose" in page.text
    fields = [(i.get("name"), i.get("value")) for i in page.all("input")]
    token = dict(fields)["csrf_token"]
    answer = client.client.post(
        address.partition("?")[0],
        data={
            "csrf_token": token,
            "words_of": dict(fields)["words_of"],
            "seen": [v for n, v in fields if n == "seen"],
            "span": [v for n, v in fields if n == "span"],
            "back": "coding",
            "do": "save",
        },
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].split("?")[0].endswith("/coding")
    session.rollback()
    spans = session.execute(
        select(Point.start, Point.end).where(
            Point.comment_id == comment, Point.retired_at.is_(None)
        )
    ).all()
    assert sorted(spans) == [(0, 3), (4, 11)]
    assert "of 9" in client.get(PAGE).text


def test_the_screen_is_for_analysts_of_the_body(client: PageClient, place: Analysed) -> None:
    people.official(client.client, people.make_body("Elsewhere"), "analyst")
    assert client.client.get(PAGE).status_code == 404
    people.official(client.client, place.body, "moderator")
    assert client.client.get(PAGE).status_code == 403


def test_without_a_theme_it_says_where_one_comes_from(
    client: PageClient, official: Analysed
) -> None:
    with act() as session:
        for theme in official.themes.values():
            signoff.set_aside(session, official.consultation, theme, **official.who)
    page = client.submit(PAGE, {"coder": "0", "answer": "open"}, action="/take")
    assert "No theme is accepted yet." in page.text
    assert page.links()["All themes"] == "/desk/consultations/law/themes"
