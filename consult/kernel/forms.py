"""What the forms of all rooms share."""

from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import DateField, FileField, IntegerField
from wtforms.fields.choices import SelectChoice, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from consult.kernel.clock import EARLIEST_YEAR
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, gettext, mark
from consult.kernel.paging import number


class _Sentences:
    """What WTForms itself says of a field, in our words and the reader's language.

    Its own catalogues have no Luxembourgish. A sentence that is not listed is never shown in
    English: the general one stands for it.
    """

    _OURS: ClassVar[dict[str, str]] = {
        "Field cannot be longer than %(max)d characters.": mark(
            "This has %(length)d characters. There is room for %(max)d."
        ),
        "Not a valid choice.": mark("Please choose one of the possibilities shown."),
        "Not a valid integer value.": mark("Please write a whole number."),
        "This field is required.": mark("Please fill in this field."),
    }
    _GENERAL = mark("This was not understood. Please check it.")

    def gettext(self, theirs: str) -> str:
        return gettext(self._OURS.get(theirs, self._GENERAL))

    def ngettext(self, _one: str, theirs: str, _number: int) -> str:
        return self.gettext(theirs)


_SENTENCES = _Sentences()


class ConsultForm(FlaskForm):
    """A form whose own act may refuse it: the sentence stands above it, what was typed stays."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent as a form. JSON is none, nor is a file that stands for words a word."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if not form.is_submitted():
                return None
            taking = {field.name for field in form if isinstance(field, FileField)}
            files = [(name, one) for name, one in request.files.items(multi=True) if name in taking]
            return CombinedMultiDict([MultiDict(files), request.form])

        def get_translations(self, _form: Any) -> _Sentences:
            return _SENTENCES

    def refuse(self, error: ConsultError) -> int:
        """Show why, unless a field says the same already; returns the status of the page."""
        sentence = gettext(error.message, **error.facts)
        if not any(sentence == str(said) for field in self for said in field.errors):
            self.form_errors.append(sentence)
        return error.status

    def texts(self, stem: str) -> dict[str, str]:
        """What was typed into the fields `<stem>_fr`, `<stem>_de`, …, by language."""
        return {code: self[f"{stem}_{code}"].data or "" for code in LANGUAGES}


class PressForm(ConsultForm):
    """A single button."""


class MayBeEmpty(Optional):
    """Lets a field be empty, without the word "optional": what is missing is said elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, Any] = {}  # the class above sets it on each instance


class KeyField(IntegerField):
    """A hidden key of ours. What cannot be one is refused, and never asked of the database."""

    widget = HiddenInput()
    data: Any

    def __init__(self, **more: Any) -> None:
        super().__init__(validators=[NumberRange(min=1)], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = number(valuelist[0]) if valuelist else None


def key(sent: Any) -> int:
    """The `coerce` of choices that are keys of ours. Raises ValueError for what cannot be one."""
    found = number(str(sent))
    if found is None:
        raise ValueError
    return found


class DayField(DateField):
    """A calendar day. What is none, or has a year that no calendar of ours reaches (a slip: "0026",
    "20266"), is refused with a sentence of ours."""

    data: Any

    def __init__(
        self, label: Any, validators: Any = (), *, earliest: int = EARLIEST_YEAR, **more: Any
    ) -> None:
        super().__init__(label, validators, **more)
        self._earliest = earliest

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
        given = bool(valuelist and valuelist[0].strip())
        if self.data is not None and not self._earliest <= self.data.year < 3000:
            self.data = None
        if given and self.data is None:
            raise ValueError(gettext("Please write a date, such as 2027-03-31."))


class CheckboxesField(SelectMultipleField):
    """Several choices as checkboxes (components/field.html draws them by this name)."""


def language_choices() -> list[SelectChoice]:
    """The house's languages, each under its own name."""
    return [SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]


def spread(stem: str, texts: dict[str, str] | None) -> dict[str, Any]:
    """The opposite of `texts`: field values for a form's constructor."""
    return {f"{stem}_{code}": (texts or {}).get(code, "") for code in LANGUAGES}
