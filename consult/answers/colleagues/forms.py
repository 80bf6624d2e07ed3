"""The forms by which officials hand over and speak to each other."""

from collections.abc import Sequence

from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from consult.answers.colleagues.notes import LONGEST_NOTE
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import lazy_gettext

_TOO_LONG = lazy_gettext("This text is too long.")


class HandoverForm(ConsultForm):
    """To whom, and why."""

    to = SelectField(lazy_gettext("Hand it to"), coerce=int)
    handover_note = TextAreaField(lazy_gettext("Why"), [Length(max=2_000, message=_TOO_LONG)])

    def offer(self, bodies: Sequence[tuple[int, str]]) -> None:
        self.to.choices = [SelectChoice(number, name) for number, name in bodies]


class SettleForm(ConsultForm):
    """Accept or hand back: the button says which."""

    what = HiddenField()
    settled_note = TextAreaField(
        lazy_gettext("Note to the other body"), [Length(max=2_000, message=_TOO_LONG)]
    )


class NoteForm(ConsultForm):
    """What is said, in the name of which body, to whom."""

    words = TextAreaField(
        lazy_gettext("Say something to your colleagues"),
        [Length(max=LONGEST_NOTE, message=_TOO_LONG)],
    )
    of = SelectField(lazy_gettext("As an official of"), coerce=int)
    for_all = BooleanField(lazy_gettext("For all bodies of this consultation"))

    def offer(self, bodies: Sequence[tuple[int, str]]) -> None:
        self.of.choices = [SelectChoice(number, name) for number, name in bodies]
