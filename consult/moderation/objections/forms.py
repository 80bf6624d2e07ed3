"""The forms of objections."""

from wtforms import HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from consult.kernel.forms import ConsultForm, KeyField
from consult.kernel.i18n import lazy_gettext
from consult.kernel.ids import random_token
from consult.kernel.markup import tidy
from consult.moderation.forms import NotesMixin
from consult.moderation.objections.objecting import MAX_TEXT


class ObjectionForm(ConsultForm):
    number = HiddenField(default=lambda: random_token(18), validators=[Length(min=8, max=40)])
    text = TextAreaField(
        lazy_gettext("Why should it be shown?"),
        filters=[lambda text: tidy(text or "")],
        validators=[
            DataRequired(lazy_gettext("Please write why.")),
            Length(max=MAX_TEXT),
        ],
    )


class JudgeForm(NotesMixin):
    """What another official decides, on which words."""

    seen = KeyField()
    decision = RadioField(
        lazy_gettext("What do you decide?"),
        choices=[
            SelectChoice("overturned", lazy_gettext("The comment is shown again")),
            SelectChoice("upheld", lazy_gettext("The decision stands")),
        ],
        validators=[InputRequired(lazy_gettext("Please choose."))],
    )
