"""A run proposes and never undoes: killed, overtaken or repeated, what people see stays whole."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import analysis
from consult.accounts.models import User
from consult.consultations.models import Consultation
from consult.jobs.models import Job
from consult.kernel import release as releases
from consult.kernel.actor import Actor
from consult.kernel.paging import Keyset
from consult.kernel.release import Release
from consult.kernel.transaction import act
from consult.submissions.models import Point
from consult.themes import (
    campaigns,
    point_queries,
    queries,
    recording,
    repair,
    runs,
    signoff,
    snapshot,
    work,
)
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.errors import (
    AlreadyAnalysingError,
    BeingPublishedError,
    DecidedMeanwhileError,
    NothingToAnalyseError,
    RunOverError,
)
from consult.themes.models import (
    ACCEPTED,
    CANCELLED,
    PROPOSED,
    RECORDED,
    SET_ASIDE,
    WAITING,
    Assignment,
    Campaign,
    CampaignMember,
    CurrentRun,
    Run,
    RunSuggestion,
    Theme,
)
from tests import builders
from tests.builders import NOW
from tests.themes.conftest import TEXTS, Who
from tests.themes.fakes import (
    FakeJob,
    FakeReport,
    FakeTopic,
    KilledError,
    by_first_word,
    requested,
)


@pytest.fixture
def place(session: Session) -> tuple[Consultation, Actor]:
    """A consultation with the texts above (the letter three times, once with an addition)."""
    with act() as writing:
        consultation = builders.consultation(writing)
        official: User = builders.official(writing)
        for text in TEXTS:
            builders.say(writing, consultation, text)
    return consultation, Actor.user(official.id)


def run_once(consultation: Consultation, actor: Actor) -> Run:
    run = requested(consultation, actor)
    work.analyse(FakeJob(run))
    return run


def titles(session: Session, consultation: Consultation) -> dict[str, int]:
    rows = queries.themes_with_sizes(session, consultation.id)
    return {row.theme.title["fr"].split(",")[0]: row.points for row in rows}


def test_a_run_proposes_themes_campaigns_and_labels(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    run = run_once(*place)
    consultation, _ = place
    assert titles(session, consultation) == {"Lettre": 3, "Bus": 2, "Vélo": 2, "Arbres": 1}
    (campaign,) = list_campaigns(session, consultation.id)
    assert (campaign.campaign.state, campaign.campaign.points) == (PROPOSED, 3)
    assert run.state == RECORDED
    assert repair.differences(session, consultation.id) == []
    added = session.scalars(select(CampaignMember.additions)).all()
    assert [[12, 22]] in added


@pytest.mark.parametrize(
    ("counts", "named"),
    [
        ({"de": 100, "fr": 2}, {"de"}),  # two that were perhaps guessed wrong
        ({"de": 100, "fr": 30}, {"de", "fr"}),
        ({"lb": 2}, {"lb"}),  # a small theme is named in what there is
        ({"de": 30, "lb": 5, "und": 40}, {"de"}),
    ],
)
def test_a_theme_is_named_in_the_languages_it_is_spoken_of_in(
    counts: dict[str, int], named: set[str]
) -> None:
    keywords = {code: ["mot"] for code in counts}
    assert set(recording._spoken(keywords, counts)) == named


def test_a_theme_takes_the_topics_own_title_where_it_is_spoken_of() -> None:
    title = {"fr": "Loyer trop cher", "en": "Two guessed wrong"}
    topic = FakeTopic(4, {}, [], title=title)
    named = recording._title(topic, {"fr": ["loyer", "bail"], "de": ["Miete", "Lohn", "Wohnung"]})
    assert named == {"fr": "Loyer trop cher", "de": "Miete, Lohn, Wohnung"}
    assert recording._title(topic, {})["de"] == "Thema 5"


def test_only_one_run_is_active_and_it_can_be_cancelled(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    run = requested(consultation, actor)
    with pytest.raises(AlreadyAnalysingError), act() as writing:
        runs.request(writing, consultation, actor=actor, now=NOW)
    with act() as writing:
        runs.cancel(writing, consultation, run.id, actor=actor, now=NOW)
    with pytest.raises(RunOverError), act() as writing:
        runs.cancel(writing, consultation, run.id, actor=actor, now=NOW)
    assert session.get_one(Run, run.id).state == CANCELLED
    requested(consultation, actor)


def test_a_run_that_was_stopped_can_be_started_again(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    who: Who = {"actor": actor, "now": NOW}
    with act() as writing:
        run = runs.request(writing, consultation, topics=7, **who)
        runs.cancel(writing, consultation, run.id, **who)
        other = runs.request(writing, consultation, **who)
    with pytest.raises(AlreadyAnalysingError), act() as writing:
        runs.again(writing, consultation, run.id, **who)
    with pytest.raises(RunOverError), act() as writing:
        runs.again(writing, consultation, other.id, **who)
    with act() as writing:
        runs.cancel(writing, consultation, other.id, **who)
        runs.again(writing, consultation, run.id, **who)
    again = session.get_one(Run, run.id)
    assert (again.state, again.topics_wanted, again.finished_at) == (WAITING, 7, None)
    job = session.get_one(Job, again.job_id)
    assert (job.state, job.tries) == (WAITING, 0)
    session.rollback()
    work.analyse(FakeJob(run))
    with pytest.raises(RunOverError), act() as writing:
        runs.again(writing, consultation, run.id, **who)
    assert len(titles(session, consultation)) == 4


def test_nothing_to_analyse_is_said_at_once(session: Session) -> None:
    with act() as writing:
        empty = builders.consultation(writing)
        official = builders.official(writing)
    with pytest.raises(NothingToAnalyseError), act() as writing:
        runs.request(writing, empty, actor=Actor.user(official.id), now=NOW)


@pytest.mark.parametrize("die_at", range(2, 10))
def test_a_killed_run_shows_nothing_and_goes_on_when_taken_up_again(
    session: Session,
    place: tuple[Consultation, Actor],
    monkeypatch: pytest.MonkeyPatch,
    die_at: int,
) -> None:
    consultation, actor = place
    monkeypatch.setattr(work, "BATCH", 3)
    run = requested(consultation, actor)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(run, die_at=die_at))
    assert queries.themes_with_sizes(session, consultation.id) == []
    assert list_campaigns(session, consultation.id) == []
    session.rollback()
    work.analyse(FakeJob(run))
    assert titles(session, consultation) == {"Lettre": 3, "Bus": 2, "Vélo": 2, "Arbres": 1}
    counted = [session.scalar(select(func.count()).select_from(t)) for t in (Theme, Assignment)]
    assert counted == [4, 8]
    assert session.scalar(select(func.count()).select_from(CampaignMember)) == 3
    assert repair.differences(session, consultation.id) == []


def test_a_new_run_keeps_what_people_decided(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    run_once(consultation, actor)
    ids = {
        r.theme.title["fr"].split(",")[0]: r.theme.id
        for r in queries.themes_with_sizes(session, consultation.id)
    }
    tree = session.scalars(
        select(Assignment.point_id).where(Assignment.theme_id == ids["Arbres"])
    ).one()
    with act() as writing:
        signoff.accept(writing, consultation, ids["Bus"], actor=actor, now=NOW)
        signoff.set_aside(writing, consultation, ids["Lettre"], actor=actor, now=NOW)
        signoff.move_points(writing, consultation, [tree], ids["Bus"], actor=actor, now=NOW)
        builders.say(writing, consultation, "Bus gratuit")
        builders.say(writing, consultation, "Lettre ouverte")
    run_once(consultation, actor)
    rows = queries.themes_with_sizes(session, consultation.id)
    shown = {r.theme.title["fr"].split(",")[0]: (r.theme.state, r.points) for r in rows}
    # The tree stays where the person put it; "Lettre" is not proposed again.
    assert shown == {"Bus": (ACCEPTED, 4), "Vélo": (PROPOSED, 2)}
    assert {r.theme.id for r in rows} == {ids["Bus"], ids["Vélo"]}
    without = point_queries.points_without_theme(session, consultation.id, Keyset())
    assert len(without.rows) == 4
    assert repair.differences(session, consultation.id) == []


def test_a_proposal_that_goes_on_keeps_its_address_and_what_people_chose_for_it(
    session: Session, place: tuple[Consultation, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation, actor = place
    run_once(consultation, actor)
    before = {r.theme.id: r for r in queries.themes_with_sizes(session, consultation.id)}

    def renamed(*arguments: Any, **named: Any) -> FakeReport:
        report = by_first_word(*arguments, **named)
        for topic in report.topics:
            topic.title = {"fr": f"{topic.keywords['fr'][0]}, encore"}
        return report

    monkeypatch.setattr(analysis, "find_topics", renamed, raising=False)
    with act() as writing:
        builders.say(writing, consultation, "Vélo gratuit")
        builders.say(writing, consultation, "Eau propre")
    run = requested(consultation, actor)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(run, die_at=8))
    session.expire_all()
    seen = {r.theme.id: r for r in queries.themes_with_sizes(session, consultation.id)}
    assert {i: r.theme.title for i, r in seen.items()} == {
        i: r.theme.title for i, r in before.items()
    }
    work.analyse(FakeJob(run))
    session.expire_all()
    after = {r.theme.id: r for r in queries.themes_with_sizes(session, consultation.id)}
    (new,) = set(after) - set(before)
    assert set(before) < set(after)
    assert after[new].theme.title == {"fr": "Eau, encore"}
    bicycle = next(r for r in after.values() if r.theme.title["fr"] == "Vélo, encore")
    assert bicycle.points == before[bicycle.theme.id].points + 1 == 3
    assert {r.theme.run_id for r in after.values()} == {run.id}
    assert repair.differences(session, consultation.id) == []


def during(job: FakeJob, deed: Callable[[Session], object]) -> None:
    def do() -> None:
        with act() as writing:
            deed(writing)

    job.during = do


def test_what_citizens_and_officials_do_meanwhile_is_respected(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    run_once(consultation, actor)
    points = session.scalars(select(Point.id).order_by(Point.id)).all()
    bus = next(
        r.theme.id
        for r in queries.themes_with_sizes(session, consultation.id)
        if r.theme.title["fr"].startswith("Bus")
    )
    with act() as writing:
        signoff.accept(writing, consultation, bus, actor=actor, now=NOW)
    run = requested(consultation, actor)
    job = FakeJob(run)

    def deed(writing: Session) -> None:
        # A person moves a bicycle to the bus, and an author withdraws the tree.
        signoff.move_points(writing, consultation, [points[2]], bus, actor=actor, now=NOW)
        gone = writing.get_one(Point, points[4])
        from consult.themes import counters

        counters.points_gone(writing, [gone.id])
        gone.retired_at = NOW

    during(job, deed)
    work.analyse(job)
    assert titles(session, consultation) == {"Bus": 3, "Lettre": 3, "Vélo": 1, "Arbres": 0}
    assert repair.differences(session, consultation.id) == []
    asked = set(session.scalars(select(RunSuggestion.point_id)))
    assert asked
    assert points[4] not in asked


def test_a_decision_on_an_earlier_proposal_stops_the_run_and_is_listed(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    first = run_once(consultation, actor)
    row = queries.themes_with_sizes(session, consultation.id)[1]
    run = requested(consultation, actor)
    job = FakeJob(run)
    during(job, lambda w: signoff.accept(w, consultation, row.theme.id, actor=actor, now=NOW))
    with pytest.raises(DecidedMeanwhileError):
        work.analyse(job)
    session.expire_all()
    assert session.get_one(Run, run.id).card["stopped_by"]["themes"] == [row.theme.id]
    assert session.get_one(CurrentRun, consultation.id).run_id == first.id
    with act() as writing:
        runs.ended(writing, {"run": run.id}, "failed", NOW)
    run_once(consultation, actor)
    assert queries.theme(session, consultation.id, row.theme.id).points == row.points


def test_a_post_meanwhile_does_not_disturb_a_run(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    run = requested(consultation, actor)
    job = FakeJob(run)
    during(job, lambda w: builders.say(w, consultation, "Bus tardif"))
    work.analyse(job)
    assert titles(session, consultation)["Bus"] == 2
    assert len(point_queries.points_without_theme(session, consultation.id, Keyset()).rows) == 1


def test_a_split_meanwhile_passes_the_label_on(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    run = requested(consultation, actor)
    job = FakeJob(run)
    old = session.scalars(select(Point).order_by(Point.id)).first()
    assert old is not None
    old_id = old.id

    def deed(writing: Session) -> None:
        whole = writing.get_one(Point, old_id)
        whole.retired_at = NOW
        for start, end in ((0, 3), (4, 11)):
            new = Point(
                consultation_id=whole.consultation_id,
                comment_id=whole.comment_id,
                revision_id=whole.revision_id,
                start=start,
                end=end,
                created_at=NOW,
            )
            writing.add(new)
        consultation_row = writing.get_one(Consultation, consultation.id)
        consultation_row.decisions += 1

    during(job, deed)
    work.analyse(job)
    assert titles(session, consultation)["Bus"] == 3
    assert repair.differences(session, consultation.id) == []


def test_a_run_waits_for_a_publication(
    session: Session, place: tuple[Consultation, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation, actor = place
    monkeypatch.setattr(work, "WAIT_FOR_PUBLICATION", 1)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    run = requested(consultation, actor)
    with act() as writing:
        publication = releases.begin(
            writing,
            kind="publication",
            reference=f"consultation:{consultation.id}",
            decisions=0,
            now=NOW,
        )
    with pytest.raises(BeingPublishedError):
        work.analyse(FakeJob(run))
    with act() as writing:
        releases.abandon(writing.get_one(Release, publication.id))
    work.analyse(FakeJob(run))
    assert len(queries.themes_with_sizes(session, consultation.id)) == 4


def test_members_of_decided_campaigns_are_not_proposed_afresh(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    run_once(consultation, actor)
    (row,) = list_campaigns(session, consultation.id)
    with act() as writing:
        campaigns.accept(
            writing, consultation, row.campaign.id, title={"fr": "Lettre"}, actor=actor, now=NOW
        )
        builders.say(writing, consultation, "Lettre type")
    run_once(consultation, actor)
    (kept,) = list_campaigns(session, consultation.id)
    assert (kept.campaign.id, kept.campaign.points) == (row.campaign.id, 3)
    states = session.scalars(select(CampaignMember.state).order_by(CampaignMember.id)).all()
    assert sorted(states) == [ACCEPTED, ACCEPTED, ACCEPTED, PROPOSED]
    with act() as writing:
        campaigns.set_aside(writing, consultation, row.campaign.id, actor=actor, now=NOW)
    run_once(consultation, actor)
    assert list_campaigns(session, consultation.id) == []
    assert session.scalars(select(Campaign.state)).all() == [SET_ASIDE]
    assert repair.differences(session, consultation.id) == []
    assert recording.BATCH <= 1000


def test_a_membership_that_a_person_accepted_outlives_the_run_that_proposed_it(
    session: Session, place: tuple[Consultation, Actor]
) -> None:
    consultation, actor = place
    run_once(consultation, actor)
    (row,) = list_campaigns(session, consultation.id)
    with act() as writing:
        campaigns.accept(writing, consultation, row.campaign.id, title={}, actor=actor, now=NOW)
        late = builders.say(writing, consultation, "Lettre type").point.id
    run = requested(consultation, actor)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(run, die_at=8))
    proposed = session.scalar(select(CampaignMember).where(CampaignMember.point_id == late))
    assert proposed is not None
    assert proposed.release_id is not None
    with act() as writing:
        campaigns.add_members(writing, consultation, row.campaign.id, [late], actor=actor, now=NOW)
        runs.ended(writing, {"run": run.id}, "failed", NOW)
    run_once(consultation, actor)
    assert queries.campaigns_of_points(session, [late]) == {late: row.campaign.id}
    assert repair.differences(session, consultation.id) == []


def _with_a_main_topic(*arguments: Any, **named: Any) -> FakeReport:
    """The known analysis, with a main topic above the first two that are new."""
    report = by_first_word(*arguments, **named)
    new = [topic for topic in report.topics if topic.accepted_id is None][1:3]
    if len(new) > 1:
        above = FakeTopic(len(report.topics), {"fr": ["transport"]}, [], title={"fr": "Transport"})
        report.parents.append(above)
        for topic in new:
            topic.parent_id = above.id
    return report


def test_main_themes_are_proposed_above_others(
    session: Session, place: tuple[Consultation, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation, actor = place
    monkeypatch.setattr(analysis, "find_topics", _with_a_main_topic, raising=False)
    run = requested(consultation, actor)
    with pytest.raises(KilledError):
        work.analyse(FakeJob(run, die_at=6))
    work.analyse(FakeJob(run))  # what was written ahead is swept, the upper level too
    rows = queries.themes_with_sizes(session, consultation.id)
    nested = {
        row.theme.title["fr"].split(",")[0]: [r.theme.title["fr"].split(",")[0] for r in below]
        for row, below in queries.tree(rows)
    }
    assert nested == {"Transport": ["Lettre", "Bus"], "Vélo": [], "Arbres": []}
    ids = {row.theme.title["fr"].split(",")[0]: row.theme.id for row in rows}
    with act() as writing:
        for name in ("Transport", "Bus", "Lettre"):
            signoff.accept(writing, consultation, ids[name], actor=actor, now=NOW)
    taken = snapshot.take(session, consultation.id)
    assert {t.id: t.parent_id for t in taken.accepted} == {
        ids["Bus"]: ids["Transport"],
        ids["Lettre"]: ids["Transport"],
    }
