"""The whole story, from the first account to the correction of an answer."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.jobs.worker import Now, Worker
from consult.operations.demonstration import (
    answering,
    coding,
    opening,
    people,
    voices,
    watching,
)
from consult.operations.demonstration.files import Story
from consult.operations.demonstration.opening import Round
from consult.operations.demonstration.people import People

FOLDERS = ("mobility", "housing")

# Told with a sentence for the terminal at each step.
Say = Callable[[str], None]
# A worker whose clock stands at an instant of the story.
WorkerAt = Callable[[Now], Worker]


def tell(today: datetime, worker_at: WorkerAt, say: Say) -> People:
    """Fill an empty database with the demo consultations. Returns the accounts."""
    stories = [Story(folder, today) for folder in FOLDERS]
    bodies = {
        story.facts["body"]["key"]: (story.facts["body"]["name"], story.facts["body"]["email"])
        for story in stories
    }
    first_day = min(story.facts["days"]["announced"] for story in stories)
    made = people.settle(bodies, stories[0].at(first_day - 30))
    for story in stories:
        say(f"{story.facts['title']['en']}: people comment")
        opened = opening.open_round(story, made)
        opening.speak(story, opened, made, lambda _number: None)
        watching.moderate(story, opened, made)
        voices.speak(story, opened, made)
        _finish_jobs(worker_at, lambda story=story: story.today)  # type: ignore[misc]
        if story.facts["story"] == "answered":
            _answer(story, opened, made, worker_at, say)
    return made


def is_told(session: Session) -> bool:
    """Whether the database holds consultations already."""
    return session.scalar(select(Consultation.id).limit(1)) is not None


def _finish_jobs(worker_at: WorkerAt, now: Now) -> None:
    worker = worker_at(now)
    while worker.run_one():
        pass


def _answer(story: Story, opened: Round, made: People, worker_at: WorkerAt, say: Say) -> None:
    days = story.facts["days"]
    key = story.facts["body"]["key"]
    body_id = made.bodies[key]
    analyst, editor = made.official(key, "analyst"), made.official(key, "editor")
    publisher = made.official(key, "publisher")
    coded = story.at(days["closes"] + 3)
    say("The analyst splits comments into points and starts the analysis")
    names = coding.split_points(story, opened, analyst, coded)
    coding.analyse(opened, worker_at(lambda: coded), analyst, coded)
    say("Themes and campaigns are signed off")
    signed = coded + timedelta(days=4)
    themes = coding.sign_off(story, opened, names, analyst, signed)
    campaigns = coding.accept_campaigns(story, opened, names, analyst, signed)
    names = coding.point_names(opened)
    targets = {"theme": themes, "campaign": campaigns, "point": names}
    say("The next version is written, every point is answered")
    drafted = story.at(days["answered"] - 10)
    answering.write_next_version(story, opened, editor, drafted)
    answers = answering.decide_all(
        story, opened, targets, body_id=body_id, editor=editor, now=drafted
    )
    say("Version and answers are published, everybody is told")
    told = story.at(days["answered"], 9)
    answering.publish(opened, worker_at(lambda: told), publisher, told, with_version=True)
    corrected = story.at(days["corrected"], 9)
    answering.correct(
        story, opened, answers, targets, body_id=body_id, editor=editor, now=corrected
    )
    answering.publish(
        opened, worker_at(lambda: corrected), publisher, corrected, with_version=False
    )
