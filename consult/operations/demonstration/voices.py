"""People say whether they agree with what others wrote: two camps, and much of everybody's own."""

from random import Random

from consult.kernel.transaction import act
from consult.operations.demonstration.files import FOLDER, Story, read
from consult.operations.demonstration.opening import Round
from consult.operations.demonstration.people import People
from consult.opinions import saying, voters
from consult.opinions.models import AGREE, DISAGREE, PASS, STANCES
from consult.submissions import queries as submissions

_SHOWN = 0.7  # of the comments, to each visitor
_OWN_MIND = 0.15  # of what they say


def speak(story: Story, made: Round, people: People) -> None:
    """Let the visitors of the story's file, if it has one, and the citizens with an account agree,
    disagree and pass; the same each time."""
    path = f"{story.folder}/voices.json"
    if not (FOLDER / path).exists():
        return
    chance = Random(2026)  # noqa: S311 - no secret
    consultation_id = made.consultation_id
    speakers = [voters.of_account(consultation_id, id_) for id_ in people.citizens.values()]
    number = 0
    for camp in read(path)["camps"]:
        inclined = {name: said for said in (AGREE, DISAGREE, PASS) for name in camp[said]}
        for _ in range(camp["people"]):
            number += 1
            voter = speakers.pop() if speakers else voters.of_visit(consultation_id, str(number))
            seen = [name for name in sorted(inclined) if chance.random() < _SHOWN]
            said = {
                name: chance.choice(STANCES) if chance.random() < _OWN_MIND else inclined[name]
                for name in seen
            }
            with act() as session:
                for name, what in said.items():
                    comment_id = made.comments[name]
                    revision = submissions.current_revision(session, comment_id)
                    saying.say(
                        session, comment_id, said=what, seen=revision.id, voter=voter,
                        now=story.at(-1, 18),
                    )  # fmt: skip
