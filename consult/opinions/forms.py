"""What somebody says about one comment."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from consult.kernel.forms import ConsultForm, KeyField
from consult.kernel.i18n import lazy_gettext
from consult.opinions.models import STANCES
from consult.opinions.words import STANCE_NAMES


class StanceForm(ConsultForm):
    """Which comment, in which words (their revision), and what is said: the button pressed."""

    comment = KeyField()
    seen = KeyField()
    said = RadioField(
        choices=[SelectChoice(code, lazy_gettext(STANCE_NAMES[code])) for code in STANCES],
        validators=[InputRequired(lazy_gettext("Please choose one of the three."))],
    )
