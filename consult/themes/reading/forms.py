"""How many points are read a second time."""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import lazy_gettext
from consult.themes.reading.lot import USUAL


class DrawForm(ConsultForm):
    percent = IntegerField(
        lazy_gettext("Per cent of the points"),
        default=USUAL,
        validators=[
            InputRequired(),
            NumberRange(1, 100, lazy_gettext("Please write a number from 1 to 100.")),
        ],
    )
