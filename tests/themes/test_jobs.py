"""The jobs of the room under the worker that really runs them."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import analysis
from analysis.campaigns import find_campaigns
from analysis.encoder import embed
from analysis.topics import find_topics
from consult.jobs.models import DONE, FAILED, Job
from consult.kernel.transaction import act
from consult.themes import (
    bulk_work,
    campaigns,
    point_queries,
    queries,
    repair,
    run_queries,
    signoff,
)
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.commands import analyse
from consult.themes.models import ACCEPTED, RECORDED, SET_ASIDE, CampaignMember, Run
from tests import builders
from tests.builders import NOW
from tests.themes.conftest import Analysed
from tests.themes.fakes import requested

SUBJECTS = {
    "Le bus du soir doit passer plus souvent dans les villages du nord, numéro {}.": 12,
    "Plus de pistes cyclables sûres le long des routes nationales, s’il vous plaît ({}).": 12,
    "Les loyers sont trop chers pour les jeunes familles de la capitale, {} fois trop.": 12,
}


def run_jobs(app: Flask) -> None:
    worker = app.extensions["consult_job_worker"]()
    while worker.run_one():
        pass


def test_the_real_analysis_runs_and_runs_again_around_decisions(
    app: Flask, session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "find_topics", find_topics)
    monkeypatch.setattr(analysis, "find_campaigns", find_campaigns)
    monkeypatch.setattr(analysis, "embed", embed)
    consultation = place.consultation
    with act() as writing:
        for text, count in SUBJECTS.items():
            for number in range(count):
                builders.say(writing, consultation, text.format(number))
        builders.say(writing, consultation, "?!")
    requested(consultation, place.actor)
    run_jobs(app)
    run, _ = run_queries.newest_and_current(session, consultation.id)
    assert run is not None
    assert run.state == RECORDED
    assert run_queries.unprocessed_reasons(session, run.id)
    first = queries.themes_with_sizes(session, consultation.id)
    session.rollback()
    with act() as writing:
        signoff.accept(writing, consultation, first[0].theme.id, actor=place.actor, now=NOW)
    requested(consultation, place.actor)
    run_jobs(app)
    session.expire_all()
    again = queries.themes_with_sizes(session, consultation.id)
    assert again[0].theme.id == first[0].theme.id
    assert again[0].points > 0
    assert repair.differences(session, consultation.id) == []
    card = run_queries.current(session, consultation.id)
    assert card is not None
    assert card.card["parameters"]["accepted_topics"] == 1


def test_a_crash_fails_the_run_for_good_and_it_can_be_started_again(
    app: Flask, session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **facts: object) -> None:
        raise MemoryError

    monkeypatch.setattr(analysis, "find_topics", broken)
    monkeypatch.setattr("consult.jobs.queue.MAX_TRIES", 1)
    run = requested(place.consultation, place.actor)
    run_jobs(app)
    session.expire_all()
    assert session.get_one(Run, run.id).state == "failed"
    assert session.get_one(Job, run.job_id).state == FAILED
    requested(place.consultation, place.actor)


def test_a_large_move_and_a_large_campaign_go_in_batches(
    app: Flask, session: Session, place: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation, bus, letter = place.consultation, place.themes["Bus"], place.themes["Lettre"]
    monkeypatch.setattr(bulk_work, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(campaigns, "BATCH", 2)
    (row,) = list_campaigns(session, consultation.id)
    assert campaigns.is_large(row.campaign)
    session.rollback()
    with act() as writing:
        move = bulk_work.request_move(
            writing,
            consultation,
            letter,
            bus,
            point_queries.EVERY,
            last_point=place.points[-1],
            count=3,
            **place.who,
        )
        bulk_work.request_settling(
            writing,
            consultation,
            row.campaign.id,
            to=ACCEPTED,
            facts={"title": {"fr": "Lettre"}, "wording": None},
            **place.who,
        )
    run_jobs(app)
    session.expire_all()
    assert session.get_one(Job, move.id).state == DONE
    assert place.sizes(session)[bus] == 5
    (row,) = list_campaigns(session, consultation.id)
    assert (row.campaign.state, row.campaign.points) == (ACCEPTED, 3)
    assert set(session.scalars(select(CampaignMember.state))) == {ACCEPTED}
    session.rollback()
    with act() as writing:
        bulk_work.request_settling(
            writing, consultation, row.campaign.id, to=SET_ASIDE, facts={}, **place.who
        )
    run_jobs(app)
    session.expire_all()
    assert set(session.scalars(select(CampaignMember.state))) == {SET_ASIDE}
    assert repair.differences(session, consultation.id) == []


def test_the_command_line_analyses_and_says_what_it_found(app: Flask, place: Analysed) -> None:
    done = app.test_cli_runner().invoke(analyse, ["law"])
    assert done.exit_code == 0, done.output
    assert "Lettre, ville  (proposed)" in done.output
    assert "1 campaigns, 3 points" in done.output
    assert app.test_cli_runner().invoke(analyse, ["nowhere"]).exit_code == 1
