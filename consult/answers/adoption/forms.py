"""The form in which proposed words are taken into a clause."""

from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from consult.drafts.forms import ClauseForm
from consult.kernel.i18n import lazy_gettext
from consult.kernel.paging import number


class AdoptForm(ClauseForm):
    """The clause as it will be saved, and which of the proposed changes were put into it."""

    # Drawn by hand: each stands beside the words it changes.
    take = SelectMultipleField(
        lazy_gettext("Which of the proposed changes do you take?"), coerce=int
    )
    # The changes that the text in the form was made with.
    was = HiddenField()

    def offer(self, count: int) -> None:
        """Say how many changes there are."""
        self.take.choices = [SelectChoice(n, str(n)) for n in range(count)]

    @property
    def before(self) -> set[int]:
        """The changes that were in the text so far; nonsense is none."""
        parts = map(number, (self.was.data or "").split())
        return {part for part in parts if part is not None}

    def note(self, taken: set[int]) -> None:
        """Remember which changes the text now holds."""
        self.was.data = " ".join(map(str, sorted(taken)))
        self.was.raw_data = None
