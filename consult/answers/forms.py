"""The forms of officials who answer and publish."""

from collections.abc import Sequence

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

from consult.answers.consequences import LONGEST, agree
from consult.answers.decisions import LONGEST_REASON
from consult.answers.models import DISPOSITIONS
from consult.answers.modules.queries import ModuleRow
from consult.answers.queries import AnswerRow
from consult.drafts.forms import GroundForm
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, choose, gettext, lazy_gettext

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


def _unchanged(code: str) -> TextAreaField:
    return TextAreaField(
        lazy_gettext("Why the text stays as it is (%(language)s)", language=LANGUAGE_NAMES[code]),
        validators=[Length(max=LONGEST, message=lazy_gettext("This text is too long."))],
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
    unchanged_fr = _unchanged("fr")
    unchanged_de = _unchanged("de")
    unchanged_lb = _unchanged("lb")
    unchanged_en = _unchanged("en")
    # A module whose words are to be put into the reasons.
    module = SelectField(lazy_gettext("Text module"), coerce=int, validate_choice=False, default=0)
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
            del self[f"unchanged_{code}"]

    def offer_modules(self, rows: Sequence[ModuleRow]) -> None:
        """Say which text modules there are; with several bodies each says whose it is."""
        several = len({choose(row.body)[1] for row in rows}) > 1
        self.module.choices = [SelectChoice(0, gettext("Choose a text module"))] + [
            SelectChoice(row.id, f"{row.title} ({choose(row.body)[1]})" if several else row.title)
            for row in rows
        ]

    def insert(self, rows: Sequence[ModuleRow]) -> None:
        """Put the words of the chosen module behind what stands in each reason."""
        words = next((row.words for row in rows if row.id == self.module.data), {})
        for code, text in words.items():
            if f"reason_{code}" in self:
                field = self[f"reason_{code}"]
                field.data = f"{(field.data or '').rstrip()}\n\n{text}".lstrip()
        self.module.data = 0

    def reasons(self) -> dict[str, str]:
        return self._texts("reason")

    def unchanged(self) -> dict[str, str]:
        """Why the text stays as it is, by language."""
        return self._texts("unchanged")

    @property
    def agrees(self) -> bool:
        """Whether it names a change, or says why there is none, if it accepts."""
        return agree(
            self.disposition.data or "",
            changes=bool(self.edits.data),
            unchanged=any(text.strip() for text in self.unchanged().values()),
        )

    def _texts(self, stem: str) -> dict[str, str]:
        names = {code: f"{stem}_{code}" for code in LANGUAGES}
        return {code: self[name].data or "" for code, name in names.items() if name in self}

    def fill(self, answer: AnswerRow) -> None:
        """Begin with an earlier answer."""
        self.disposition.data = answer.disposition
        self.body.data = answer.body_id
        self.edits.data = [row.edit.id for row in answer.edits]
        for code in LANGUAGES:
            if f"reason_{code}" in self:
                self[f"reason_{code}"].data = answer.reason.get(code, "")
                self[f"unchanged_{code}"].data = (answer.unchanged or {}).get(code, "")


class ReasonsForm(GroundForm):
    """One ground of several changes that no comment asked for."""

    edits = SelectMultipleField(
        lazy_gettext("For which changes?"),
        [InputRequired(lazy_gettext("Choose at least one change."))],
        coerce=int,
    )


class PublishForm(ConsultForm):
    """Publish now, with or without the next version of the text."""

    with_version = BooleanField(lazy_gettext("Publish the next version of the text with it"))
