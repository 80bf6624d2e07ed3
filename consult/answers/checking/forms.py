"""The forms of officials who check and approve answers."""

from wtforms import BooleanField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from consult.answers.approval import LONGEST_NOTE
from consult.answers.models import STATES
from consult.kernel.forms import ConsultForm, key
from consult.kernel.i18n import lazy_gettext


class MoveForm(ConsultForm):
    """Where to; and a note, which sending back needs. The buttons say where to."""

    to = HiddenField(validators=[AnyOf(STATES)])
    note = TextAreaField(
        lazy_gettext("Note for your colleagues"),
        [Length(max=LONGEST_NOTE, message=lazy_gettext("This text is too long."))],
    )


class MoveManyForm(MoveForm):
    answers = SelectMultipleField(
        lazy_gettext("Which answers?"),
        [InputRequired(lazy_gettext("Choose at least one answer."))],
        coerce=key,
        # What was moved meanwhile is said by the verb.
        validate_choice=False,
    )


class FourEyesForm(ConsultForm):
    four_eyes = BooleanField(
        lazy_gettext("An answer is published only after somebody else than its author approved it")
    )
