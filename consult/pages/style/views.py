"""Every component in every state, on one page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, sin

from flask import Blueprint, render_template

from consult.consultations.phases import Phase
from consult.drafts.redline import around
from consult.kernel.clock import end_of_day, luxembourg_date
from consult.kernel.paging import Page
from consult.kernel.web import served_at
from consult.pages.style import samples
from consult.pages.style.forms import StyleForm
from consult.submissions.proposing import ProposedWords
from consult.themes import topic_map

blueprint = Blueprint("style", __name__)


@dataclass(frozen=True)
class SampleDates:
    """The dates of an invented consultation."""

    announced_at: datetime
    opens_at: datetime
    closes_at: datetime
    first_answer_due_at: datetime
    answer_due_at: datetime
    outcome_completed_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class SampleJob:
    """Background work in one of its states."""

    id: int
    state: str
    progress: int = 0
    stage: str = ""
    finished_at: datetime | None = None


def _samples(now: datetime) -> list[tuple[Phase, SampleDates]]:
    def around(opens: int, closes: int, answers: int, answered: int | None = None) -> SampleDates:
        days = [timedelta(days=n) for n in (opens - 14, opens)]
        ends = [end_of_day(luxembourg_date(now) + timedelta(days=n)) for n in (closes, answers)]
        done = None if answered is None else now + timedelta(days=answered)
        return SampleDates(now + days[0], now + days[1], ends[0], ends[1], ends[1], done, now)

    return [
        (Phase.ANNOUNCED, around(7, 37, 97)),
        (Phase.OPEN, around(-18, 12, 72)),
        (Phase.CLOSED, around(-60, -30, 30)),
        (Phase.CLOSED, around(-120, -90, -9)),
        (Phase.ANSWERED, around(-120, -90, -30, -32)),
        (Phase.CANCELLED, around(-120, -90, -30)),
    ]


def _jobs(now: datetime) -> list[SampleJob]:
    return [
        SampleJob(2, "running", 420, "Something went wrong on our side"),
        SampleJob(3, "done", 1000, "", now),
        SampleJob(4, "failed", 300, "", now),
    ]


def _map() -> topic_map.TopicMap:
    """An invented map: three themes, each as a sunflower of dots."""
    places = [
        topic_map.Place(number, title, code, points, "/style", x, y, (points / 2800) ** 0.5)
        for number, (title, code, points, x, y) in enumerate(
            (
                ("Öffentlicher Verkehr", "de", 292, 0.33, 0.34),
                ("Loyer trop cher à Luxembourg", "fr", 160, 0.74, 0.62),
                ("Schoul", "lb", 24, 0.78, 0.2),
            )
        )
    ]
    dots = []
    for place in places:
        for n in range(0, place.points, 2):
            away = 0.95 * place.radius * ((n + 0.5) / place.points) ** 0.5
            turn = 2.4 * n
            dots.append((place.x + away * cos(turn), place.y + away * sin(turn), place.theme_id))
    return topic_map.drawn(places, dots)


@blueprint.route("/style", methods=["GET", "POST"])
def index() -> tuple[str, int]:
    """The form answers a POST with its errors; nothing is kept."""
    form = StyleForm()
    sent = form.is_submitted()
    if sent:
        form.validate()
    page = render_template(
        "pages/style/index.html",
        form=form,
        samples=_samples(served_at()),
        jobs=_jobs(served_at()),
        map=_map(),
        proposed=ProposedWords(
            "<p>(1) Eng Zon mat 20 km/h.</p>", "(1) Eng Zon mat 20 km/h.", ((16, 18, "30"),), "lb"
        ),
        rows=Page(rows=[], previous=3, next=9),
        redline=around,
        **samples.read(served_at()),
    )
    return page, 422 if sent else 200
