"""On which ground an official erases what somebody sent."""

from wtforms import BooleanField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import gettext, lazy_gettext
from consult.moderation.words import ERASURE_NAMES


class EraseForm(ConsultForm):
    """It cannot be undone, so it is asked for twice."""

    ground = RadioField(
        lazy_gettext("On which ground?"),
        validators=[InputRequired(lazy_gettext("Please choose the ground."))],
    )
    sure = BooleanField(
        lazy_gettext("I have checked the request. This cannot be undone."),
        validators=[InputRequired(lazy_gettext("Please confirm that you have checked it."))],
    )

    def offer(self) -> None:
        """The grounds in the reader's language."""
        self.ground.choices = [
            SelectChoice(code, gettext(name)) for code, name in ERASURE_NAMES.items()
        ]
