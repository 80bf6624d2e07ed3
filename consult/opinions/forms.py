"""What somebody says about one comment."""

from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import lazy_gettext
from consult.opinions.models import STANCES
from consult.opinions.words import STANCE_NAMES


class StanceForm(ConsultForm):
    """Which comment, in which words (their revision), and what is said: the button pressed."""

    comment = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1)])
    seen = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1)])
    said = RadioField(
        choices=[SelectChoice(code, lazy_gettext(STANCE_NAMES[code])) for code in STANCES],
        validators=[InputRequired(lazy_gettext("Please choose one of the three."))],
    )
