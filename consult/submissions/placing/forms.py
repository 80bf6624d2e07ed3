"""The form in which an official says where words stand."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import lazy_gettext
from consult.submissions.target import MAX_WORDS

OTHER = "words"


class PlacingForm(ConsultForm):
    """A sentence of the clause, or other words of it."""

    clause = HiddenField()
    # What the form was made from: a decision made meanwhile is not overwritten.
    seen = HiddenField()
    part = RadioField(
        lazy_gettext("Which words of the clause are they now?"),
        choices=[],
        validate_choice=False,
    )
    words = TextAreaField(
        lazy_gettext("Exact words"),
        [
            Length(
                max=MAX_WORDS,
                message=lazy_gettext("These are too many words. Choose a shorter passage."),
            )
        ],
    )
    # The clause and words among whose places that one is; of other words it says nothing.
    asked = HiddenField()
    place = StringField(lazy_gettext("Which place do you mean?"))
