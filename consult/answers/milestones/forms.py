"""The forms of promises after the outcome."""

from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from consult.answers.milestones.eli import LONGEST
from consult.answers.milestones.keeping import LONGEST_NOTE, LONGEST_TITLE
from consult.answers.models import MILESTONE_STATES
from consult.kernel.forms import ConsultForm, DayField
from consult.kernel.i18n import LANGUAGE_NAMES, lazy_gettext

TOO_LONG = lazy_gettext("This text is too long.")
STATE_NAMES = {
    "planned": lazy_gettext("Promised"),
    "under_way": lazy_gettext("Being carried out"),
    "done": lazy_gettext("Done"),
    "dropped": lazy_gettext("Dropped"),
}


def _line(code: str) -> StringField:
    return StringField(
        LANGUAGE_NAMES[code], validators=[Length(max=LONGEST_TITLE, message=TOO_LONG)]
    )


def _note(code: str) -> TextAreaField:
    return TextAreaField(
        LANGUAGE_NAMES[code], validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)]
    )


class PromiseForm(ConsultForm):
    title_fr = _line("fr")
    title_de = _line("de")
    title_lb = _line("lb")
    title_en = _line("en")
    due = DayField(lazy_gettext("To be done by"), [Optional()], earliest=2000)


class StepForm(ConsultForm):
    state = RadioField(lazy_gettext("Where does it stand?"))
    due = DayField(lazy_gettext("To be done by"), [Optional()], earliest=2000)
    eli = StringField(
        lazy_gettext("ELI of the adopted act"),
        validators=[Optional(), Length(max=LONGEST, message=TOO_LONG)],
    )
    note_fr = _note("fr")
    note_de = _note("de")
    note_lb = _note("lb")
    note_en = _note("en")
    seen = HiddenField()

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self.state.choices = [SelectChoice(code, STATE_NAMES[code]) for code in MILESTONE_STATES]
