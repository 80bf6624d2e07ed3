"""The forms of officials who answer and publish."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput

from consult.answers.decisions import LONGEST_REASON
from consult.answers.models import DISPOSITIONS
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, lazy_gettext

DISPOSITION_NAMES = {
    "accepted": lazy_gettext("Accepted"),
    "partly_accepted": lazy_gettext("Partly accepted"),
    "not_accepted": lazy_gettext("Not accepted"),
    "already_covered": lazy_gettext("Already covered"),
    "out_of_scope": lazy_gettext("Out of scope"),
    "noted": lazy_gettext("Noted"),
}


def _reason(code: str) -> TextAreaField:
    return TextAreaField(
        lazy_gettext("Reason (%(language)s)", language=LANGUAGE_NAMES[code]),
        validators=[
            Length(
                max=LONGEST_REASON,
                message=lazy_gettext("The reason is longer than 20,000 characters."),
            )
        ],
    )


class DecideForm(ConsultForm):
    """Disposition, reason in the consultation's languages, body, changes of the text."""

    disposition = RadioField(
        lazy_gettext("What do you answer?"),
        choices=[SelectChoice(code, DISPOSITION_NAMES[code]) for code in DISPOSITIONS],
        validators=[InputRequired(lazy_gettext("Please choose what the answer is."))],
    )
    reason_fr = _reason("fr")
    reason_de = _reason("de")
    reason_lb = _reason("lb")
    reason_en = _reason("en")
    body = SelectField(lazy_gettext("Who answers"), coerce=int)
    # Drawn by hand in the template: each stands beside the words it changes.
    edits = SelectMultipleField(
        lazy_gettext("What changes in the text because of it?"),
        coerce=int,
        option_widget=CheckboxInput(),
    )
    # The newest answer that the person saw; empty if there was none.
    corrects = HiddenField()

    def offer(
        self, bodies: Sequence[tuple[int, str]], edit_ids: Sequence[int], languages: Sequence[str]
    ) -> None:
        """Say which bodies, changes and languages there are."""
        self.body.choices = [SelectChoice(number, name) for number, name in bodies]
        self.edits.choices = [SelectChoice(number, str(number)) for number in edit_ids]
        for code in set(LANGUAGES) - set(languages):
            del self[f"reason_{code}"]

    def reasons(self) -> dict[str, str]:
        return {
            code: self[f"reason_{code}"].data or ""
            for code in LANGUAGES
            if f"reason_{code}" in self
        }

    def fill(self, disposition: str, reason: dict[str, str], body_id: int, edits: Any) -> None:
        """Begin with an earlier answer."""
        self.disposition.data = disposition
        self.body.data = body_id
        self.edits.data = list(edits)
        for code in LANGUAGES:
            if f"reason_{code}" in self:
                self[f"reason_{code}"].data = reason.get(code, "")


class PublishForm(ConsultForm):
    """Publish now, with or without the next version of the text."""

    with_version = BooleanField(lazy_gettext("Publish the next version of the text with it"))
