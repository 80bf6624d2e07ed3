"""What an official says of a comment that may hold personal data."""

from collections.abc import Sequence

from flask import request
from wtforms import Field, Form, IntegerField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import HiddenInput

from consult.files.models import File
from consult.kernel.forms import ConsultForm, KeyField, key
from consult.kernel.i18n import lazy_gettext
from consult.kernel.markup import tidy
from consult.kernel.paging import number
from consult.moderation.personal import KINDS, OTHER
from consult.moderation.redacting.models import GROUNDS
from consult.moderation.sealing import LOOKS
from consult.moderation.words import GROUND_NAMES, KIND_NAMES, LOOK_NAMES

REMOVE, LEAVE = "remove", "leave"
MOST_WORDS = 5_000


def _tidied(text: str | None) -> str:
    return tidy(text or "")


class NeededToRemove:
    """Whoever only leaves things as they are gives no reason; the verb asks whoever removes."""

    def __call__(self, _form: Form, field: Field) -> None:
        if not field.data:
            field.errors = ()
            raise StopValidation


class RedactForm(ConsultForm):
    """For each finding whether it goes; further words; and why."""

    seen = KeyField()
    rewordings = IntegerField(widget=HiddenInput(), default=0)
    words = TextAreaField(
        lazy_gettext("Other words to remove"),
        filters=[_tidied],
        validators=[Optional(), Length(max=MOST_WORDS)],
    )
    kind = SelectField(
        lazy_gettext("What these words are"),
        choices=[SelectChoice(code, lazy_gettext(KIND_NAMES[code])) for code in KINDS],
        default=OTHER,
    )
    ground = RadioField(
        lazy_gettext("Why are they removed?"),
        choices=[SelectChoice(code, lazy_gettext(GROUND_NAMES[code])) for code in GROUNDS],
        validators=[NeededToRemove()],
    )

    @property
    def lines(self) -> list[str]:
        """The further words, one entry a line."""
        return [line.strip() for line in (self.words.data or "").split("\n") if line.strip()]

    def decided(self) -> dict[int, str]:
        """Finding → remove or leave. What is neither is not decided."""
        found: dict[int, str] = {}
        for name, value in request.form.items():
            one = number(name.removeprefix("finding-")) if name.startswith("finding-") else None
            if one and value in {REMOVE, LEAVE}:
                found[one] = value
        return found

    def in_proposal(self) -> set[str]:
        """What goes of the words proposed for a clause, by its place: "12-30"."""
        return set(request.form.getlist("proposed"))


def _why() -> RadioField:
    return RadioField(
        lazy_gettext("Why do you have to read it?"),
        choices=[SelectChoice(code, lazy_gettext(LOOK_NAMES[code])) for code in LOOKS],
        validators=[InputRequired(lazy_gettext("Please say why you have to read it."))],
    )


class LookForm(ConsultForm):
    """Why somebody reads an original."""

    why = _why()


class OpenFileForm(ConsultForm):
    """Which file of a submission somebody opens, and why."""

    file = RadioField(
        lazy_gettext("Which file?"),
        coerce=key,
        validators=[InputRequired(lazy_gettext("Choose a file."))],
    )
    why = _why()

    def offer(self, kept: Sequence[File]) -> None:
        """The files that there are; a single one is chosen."""
        self.file.choices = [SelectChoice(one.id, one.name) for one in kept]
        if len(kept) == 1 and not self.is_submitted():
            self.file.data = kept[0].id
