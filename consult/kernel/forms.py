"""What the forms of all rooms share."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice, SelectMultipleField

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, gettext


class ConsultForm(FlaskForm):
    """A form whose own act may refuse it: the sentence stands above it, what was typed stays."""

    def refuse(self, error: ConsultError) -> int:
        """Show why; returns the status of the page."""
        self.form_errors.append(gettext(error.message, **error.facts))
        return error.status

    def texts(self, stem: str) -> dict[str, str]:
        """What was typed into the fields `<stem>_fr`, `<stem>_de`, …, by language."""
        return {code: self[f"{stem}_{code}"].data or "" for code in LANGUAGES}


class PressForm(ConsultForm):
    """A single button."""


class CheckboxesField(SelectMultipleField):
    """Several choices as checkboxes (components/field.html draws them by this name)."""


def language_choices() -> list[SelectChoice]:
    """The house's languages, each under its own name."""
    return [SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]


def spread(stem: str, texts: dict[str, str] | None) -> dict[str, Any]:
    """The opposite of `texts`: field values for a form's constructor."""
    return {f"{stem}_{code}": (texts or {}).get(code, "") for code in LANGUAGES}
