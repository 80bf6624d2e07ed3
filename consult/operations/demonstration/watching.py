"""The moderator's and the authors' acts in the story: removed, withdrawn, reported, admitted."""

from consult.operations.demonstration.files import Story
from consult.operations.demonstration.opening import Round
from consult.operations.demonstration.people import People


def moderate(story: Story, made: Round, people: People) -> None:
    """Tell what the moderator removed and kept, and what authors withdrew."""
