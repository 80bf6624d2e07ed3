"""What people added to a letter becomes points of their own, and what becomes of them later."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.answers import publishing
from consult.answers.decisions import PointTarget, decide
from consult.answers.errors import LettersUnderWayError
from consult.consultations.models import Consultation
from consult.kernel.actor import Actor
from consult.kernel.release import RELEASED, Release
from consult.kernel.transaction import act
from consult.moderation import going
from consult.moderation.correction import correct
from consult.moderation.withdrawal import withdraw
from consult.submissions.intake import prepare
from consult.submissions.models import REMOVED, Comment, Point, Tally
from consult.themes import (
    campaigns,
    dividing,
    dividing_work,
    signoff,
    splitting,
    work,
)
from consult.themes.models import (
    DIVIDED,
    DUE,
    UNDO,
    WHOLE,
    Assignment,
    Campaign,
    CampaignMember,
    PointVector,
)
from tests import builders
from tests.builders import NOW
from tests.themes.conftest import LETTER, MORE, OWN, SENT, Letters, check
from tests.themes.fakes import FakeJob, KilledError, requested


def owed(session: Session, letters: Letters) -> int:
    found = session.get_one(Tally, letters.place.consultation.id, populate_existing=True)
    return found.owed


def test_each_addition_becomes_a_point_that_is_owed(session: Session, letters: Letters) -> None:
    before = owed(session, letters)
    session.rollback()
    letters.divide()
    assert letters.spans(session, 0) == [LETTER]
    assert letters.spans(session, 1) == [LETTER, OWN]
    assert letters.spans(session, 2) == [MORE, LETTER, OWN]
    assert owed(session, letters) == before + 3
    campaign = session.get_one(Campaign, letters.campaign_id, populate_existing=True)
    assert campaign.points == 4
    assert all(point.owed for point in letters.own(session, 2))
    members = session.scalars(
        select(CampaignMember.point_id).where(CampaignMember.campaign_id == letters.campaign_id)
    ).all()
    assert sorted(members) == letters.points
    # What was computed of the whole is no more what the letter says, and the additions say theirs.
    vectors = session.scalars(
        select(PointVector.point_id).where(PointVector.point_id.in_(letters.points))
    )
    assert set(vectors) == {letters.points[0], letters.points[3]}
    (line,) = session.scalars(select(Activity).where(Activity.act == "campaign:additions_divided"))
    assert (line.facts["letters"], len(line.facts["points"])) == (2, 3)
    check(session, letters.place)


def test_the_next_analysis_places_additions_by_their_own_words(
    session: Session, letters: Letters
) -> None:
    letters.divide()
    (own,) = letters.own(session, 1)
    assert session.scalars(select(Assignment).where(Assignment.point_id == own.id)).all() == []
    session.rollback()
    work.analyse(FakeJob(requested(letters.place.consultation, letters.place.actor)))
    label = session.scalars(select(Assignment).where(Assignment.point_id == own.id)).one()
    assert label.run_id is not None
    check(session, letters.place)


def test_whoever_is_killed_in_the_middle_is_followed_by_one_who_ends_it(
    session: Session, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dividing, "MOST_ROWS", 1)  # one letter an act
    asked = {"consultation": letters.place.consultation.id}
    with pytest.raises(KilledError):
        dividing_work.divide(FakeJob(asked, die_at=2))
    session.rollback()
    assert letters.spans(session, 1) == [LETTER, OWN]
    assert letters.spans(session, 2) == [SENT[2]]
    check(session, letters.place)
    dividing_work.divide(FakeJob(asked))
    dividing_work.divide(FakeJob(asked))
    assert letters.spans(session, 1) == [LETTER, OWN]
    assert letters.spans(session, 2) == [MORE, LETTER, OWN]
    assert not dividing.under_way(session, letters.place.consultation.id)
    check(session, letters.place)


def test_set_aside_the_letters_are_whole_again(session: Session, letters: Letters) -> None:
    before = owed(session, letters)
    session.rollback()
    letters.divide()
    with act() as writing:
        campaigns.set_aside(
            writing, letters.place.consultation, letters.campaign_id, **letters.place.who
        )
    letters.divide()
    for number, sent in enumerate(SENT):
        assert letters.spans(session, number) == [sent]
    assert owed(session, letters) == before
    check(session, letters.place)


def test_killed_while_letters_are_made_whole(
    session: Session, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters.divide()
    with act() as writing:
        campaigns.set_aside(
            writing, letters.place.consultation, letters.campaign_id, **letters.place.who
        )
    monkeypatch.setattr(dividing, "MOST_ROWS", 1)
    asked = {"consultation": letters.place.consultation.id}
    with pytest.raises(KilledError):
        dividing_work.divide(FakeJob(asked, die_at=2))
    session.rollback()
    check(session, letters.place)
    dividing_work.divide(FakeJob(asked))
    assert [letters.spans(session, n) for n in range(4)] == [[sent] for sent in SENT]
    check(session, letters.place)


def _coded(letters: Letters, point: int) -> None:
    theme = next(iter(letters.place.themes.values()))
    with act() as writing:
        signoff.move_points(
            writing, letters.place.consultation, [point], theme, **letters.place.who
        )


def _answered(letters: Letters, point: int) -> None:
    with act() as writing:
        decide(
            writing,
            letters.place.consultation,
            target=PointTarget(point),
            disposition="noted",
            reason={"fr": "Merci."},
            body_id=letters.place.body.id,
            **letters.place.who,
        )


def _settled(letters: Letters, point: int) -> None:
    with act() as writing:
        release = Release(
            kind="publication",
            reference=f"consultation:{letters.place.consultation.id}",
            state=RELEASED,
            prepared={},
            started_at=NOW,
            released_at=NOW,
        )
        writing.add(release)
        writing.flush()
        writing.get_one(Point, point).settled_by = release.id


def _in_a_campaign(letters: Letters, point: int) -> None:
    with act() as writing:
        builders.campaign(writing, letters.place.consultation, [writing.get_one(Point, point)])


@pytest.mark.parametrize("spoken", [_coded, _answered, _in_a_campaign])
def test_what_a_person_spoke_about_stays_a_point(
    session: Session, letters: Letters, spoken: Callable[[Letters, int], None]
) -> None:
    letters.divide()
    first, second = letters.own(session, 2)
    session.rollback()
    spoken(letters, second.id)
    with act() as writing:
        campaigns.remove_members(
            writing, letters.place.consultation, letters.campaign_id, letters.points[1:3],
            **letters.place.who,
        )  # fmt: skip
    letters.divide()
    assert letters.spans(session, 1) == [SENT[1]]
    # The letter reaches as far as what stays lets it.
    assert letters.spans(session, 2) == [f"{MORE}\n\n{LETTER}", OWN]
    assert session.get_one(Point, first.id, populate_existing=True).retired_at is not None
    check(session, letters.place)


def test_who_is_taken_back_in_before_it_was_made_whole_stays_divided(
    session: Session, letters: Letters
) -> None:
    letters.divide()
    c, who = letters.place.consultation, letters.place.who
    with act() as writing:
        campaigns.remove_members(writing, c, letters.campaign_id, [letters.points[1]], **who)
        campaigns.add_members(writing, c, letters.campaign_id, [letters.points[1]], **who)
    letters.divide()
    assert letters.spans(session, 1) == [LETTER, OWN]
    with act() as writing:
        campaigns.remove_members(writing, c, letters.campaign_id, [letters.points[1]], **who)
    letters.divide()
    with act() as writing:
        campaigns.add_members(writing, c, letters.campaign_id, [letters.points[1]], **who)
    letters.divide()
    assert letters.spans(session, 1) == [LETTER, OWN]
    check(session, letters.place)


def test_of_a_point_that_a_person_adds_the_letter_is_asked(
    session: Session, letters: Letters
) -> None:
    letters.divide()
    with act() as writing:
        late = builders.say(writing, letters.place.consultation, f"{OWN} {LETTER}").point.id
        other = builders.say(writing, letters.place.consultation, f"{OWN} {MORE}").point.id
    letters.points += [late, other]
    with act() as writing:
        campaigns.add_members(
            writing, letters.place.consultation, letters.campaign_id, [late, other],
            **letters.place.who,
        )  # fmt: skip
    letters.divide()
    assert letters.spans(session, 4) == [OWN, LETTER]
    # Somebody said that it is the letter, in other words: it stays whole.
    assert letters.spans(session, 5) == [f"{OWN} {MORE}"]
    check(session, letters.place)


def _correct(session: Session, letters: Letters, number: int, words: str) -> None:
    comment = session.get_one(Point, letters.points[number]).comment_id
    prepared = prepare(words, language="fr")
    session.rollback()
    with act() as writing:
        writing.get_one(Consultation, letters.place.consultation.id).closes_at = None
        correct(writing, comment, prepared, seen=1, actor=Actor("receipt:1"), now=NOW)
        letters.points[number] = writing.scalars(
            select(CampaignMember.point_id)
            .join(Point, Point.id == CampaignMember.point_id)
            .where(
                CampaignMember.campaign_id == letters.campaign_id,
                Point.comment_id == comment,
                Point.retired_at.is_(None),
            )
        ).one()


def test_who_adds_a_sentence_in_a_correction(session: Session, letters: Letters) -> None:
    letters.divide()
    _correct(session, letters, 0, f"{LETTER} {MORE}")
    letters.divide()
    assert letters.spans(session, 0) == [LETTER, MORE]
    check(session, letters.place)


def test_who_corrects_what_they_added(session: Session, letters: Letters) -> None:
    letters.divide()
    _correct(session, letters, 2, f"{MORE}\n\n{LETTER}\n\nCe n'est plus mon fils, c'est ma fille.")
    letters.divide()
    own = "Ce n'est plus mon fils, c'est ma fille."
    assert letters.spans(session, 2) == [MORE, LETTER, own]
    with act() as writing:
        campaigns.remove_members(
            writing, letters.place.consultation, letters.campaign_id, [letters.points[2]],
            **letters.place.who,
        )  # fmt: skip
    letters.divide()
    assert letters.spans(session, 2) == [f"{MORE}\n{LETTER}", own]
    check(session, letters.place)


def test_an_answered_letter_is_never_cut_nor_made_whole(session: Session, letters: Letters) -> None:
    _settled(letters, letters.points[1])
    letters.divide()
    assert letters.spans(session, 1) == [SENT[1]]
    _settled(letters, letters.points[2])
    with act() as writing:
        campaigns.remove_members(
            writing, letters.place.consultation, letters.campaign_id, letters.points[1:3],
            **letters.place.who,
        )  # fmt: skip
    letters.divide()
    assert letters.spans(session, 2) == [MORE, LETTER, OWN]


def test_who_withdraws_in_between_and_who_comes_back(session: Session, letters: Letters) -> None:
    comments = [session.get_one(Point, point).comment_id for point in letters.points]
    session.rollback()
    with act() as writing:
        withdraw(writing, comments[1], actor=Actor("receipt:1"), now=NOW)
        going.take_away(writing, going.lock_live(writing, comments[2]), state=REMOVED, now=NOW)
    letters.divide()
    assert letters.spans(session, 1) == [SENT[1]]
    with act() as writing:
        going.bring_back(writing, going.lock(writing, comments[2]), words="", now=NOW)
    letters.divide()
    assert letters.spans(session, 2) == [MORE, LETTER, OWN]
    check(session, letters.place)


def test_nothing_is_published_while_letters_are_gone_through(
    session: Session, letters: Letters
) -> None:
    def publish() -> None:
        with act() as writing:
            publishing.request(
                writing, letters.place.consultation, with_version=False, **letters.place.who
            )

    with pytest.raises(LettersUnderWayError):
        publish()
    letters.divide()
    publish()


def test_a_person_who_splits_a_letter_says_what_is_the_letter(
    session: Session, letters: Letters
) -> None:
    """The part that holds most of the letter stays in the campaign, however much was added."""
    long = " ".join([OWN, MORE] * 4)
    with act() as writing:
        said = builders.say(writing, letters.place.consultation, f"{LETTER} {long}")
        campaigns.add_members(
            writing, letters.place.consultation, letters.campaign_id, [said.point.id],
            **letters.place.who,
        )  # fmt: skip
        member = writing.scalars(
            select(CampaignMember).where(CampaignMember.point_id == said.point.id)
        ).one()
        member.additions = [[len(LETTER) + 1, len(LETTER) + 1 + len(long)]]
        comment = writing.get_one(Comment, said.comment.id)
        spans = [(0, len(LETTER)), (len(LETTER) + 1, len(LETTER) + 1 + len(long))]
        parts = splitting.split(writing, comment, spans, **letters.place.who)
    letters.divide()
    held = session.scalars(
        select(CampaignMember.point_id).where(
            CampaignMember.point_id.in_([part.id for part in parts])
        )
    ).all()
    assert held == [parts[0].id]
    check(session, letters.place)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_in_whatever_order(session: Session, letters: Letters, seed: int) -> None:
    chance = random.Random(seed)
    c, who = letters.place.consultation, letters.place.who
    theme = next(iter(letters.place.themes.values()))

    def living() -> list[int]:
        found = session.scalars(
            select(Point.id)
            .join(Comment, Comment.id == Point.comment_id)
            .where(Point.retired_at.is_(None), Comment.state == "published", Point.id > 8)
        ).all()
        session.rollback()
        return list(found)

    def joined() -> None:
        comment = session.get_one(Point, chance.choice(living())).comment_id
        session.rollback()
        with act() as writing:
            splitting.join(writing, writing.get_one(Comment, comment), **who)

    for _ in range(12):
        some = chance.sample(living(), 3)
        what = chance.choice(["out", "in", "code", "join", "divide", "divide", "more"])
        if what in {"out", "in"}:
            with act() as writing:
                verb = campaigns.remove_members if what == "out" else campaigns.add_members
                verb(writing, c, letters.campaign_id, some, **who)
        elif what == "code":
            with act() as writing:
                signoff.move_points(writing, c, some[:1], theme, **who)
        elif what == "join":
            joined()
        elif what == "more":
            with act() as writing:
                builders.say(writing, c, f"{chance.choice(SENT)} {MORE}")
        else:
            letters.divide()
        check(session, letters.place)
    letters.divide()
    states = session.scalars(
        select(CampaignMember.division).where(CampaignMember.state == "accepted")
    )
    assert set(states) <= {WHOLE, DIVIDED}
    assert UNDO not in set(session.scalars(select(CampaignMember.division)))
    assert DUE not in set(
        session.scalars(
            select(CampaignMember.division).where(
                CampaignMember.campaign_id == letters.campaign_id,
                CampaignMember.state == "accepted",
            )
        )
    )
    check(session, letters.place)
