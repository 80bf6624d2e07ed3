"""The forms of an import and of what came on paper."""

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from consult.accounts.identity import MAX_NAME, plain_name
from consult.kernel.forms import ConsultForm, DayField
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, lazy_gettext
from consult.kernel.ids import random_token
from consult.kernel.markup import tidy
from consult.submissions.importing import DELIMITERS, ENCODINGS, Columns
from consult.submissions.imports.words import CHANNEL_NAMES, DELIMITER_NAMES
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.uploads import MAX_SOURCE
from consult.submissions.words import RESPONDENT_NAMES

_ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (LE)",
    "utf-16-be": "UTF-16 (BE)",
    "cp1252": "Windows-1252",
}


class UploadForm(ConsultForm):
    file = FileField(lazy_gettext("CSV file"), [FileRequired(lazy_gettext("Choose a file."))])


def _column(label: object) -> SelectField:
    return SelectField(label, choices=[], validators=[Optional()], validate_choice=False)


class ChooseForm(ConsultForm):
    """How a file is to be read."""

    text = SelectField(lazy_gettext("Column with the comments"), choices=[], validate_choice=False)
    id = _column(lazy_gettext("Column with an id"))
    name = _column(lazy_gettext("Column with the author’s name"))
    language = _column(lazy_gettext("Column with the language"))
    clause = _column(lazy_gettext("Column with the clause"))
    received = _column(lazy_gettext("Column with the date of receipt"))
    received_on = DayField(lazy_gettext("Received on"), [Optional()])
    channel = SelectField(
        lazy_gettext("How they came"),
        choices=[SelectChoice(code, lazy_gettext(CHANNEL_NAMES[code])) for code in CHANNEL_NAMES],
        default="import",
    )
    source = StringField(
        lazy_gettext("Name of the source"),
        filters=[lambda text: tidy(text or "")],
        validators=[
            DataRequired(lazy_gettext("Please name the source.")),
            Length(max=MAX_SOURCE),
        ],
    )
    encoding = SelectField(
        lazy_gettext("Encoding"),
        choices=[SelectChoice(code, _ENCODING_NAMES[code]) for code in ENCODINGS],
    )
    delimiter = SelectField(
        lazy_gettext("Between the cells stands a"),
        choices=[SelectChoice(code, lazy_gettext(DELIMITER_NAMES[code])) for code in DELIMITERS],
    )

    def offer(self, header: list[str]) -> None:
        """Let the columns of the file be chosen."""
        names = [SelectChoice(name, name) for name in header]
        for field in (self.id, self.name, self.language, self.clause, self.received):
            field.choices = [SelectChoice("", "–"), *names]
        self.text.choices = names

    def columns(self) -> Columns:
        return Columns(
            text=self.text.data or "",
            id=self.id.data or "",
            language=self.language.data or "",
            clause=self.clause.data or "",
            received=self.received.data or "",
            name=self.name.data or "",
        )


class FindForm(ConsultForm):
    """By a number that stands on the receipt."""

    number = IntegerField(
        lazy_gettext("Number of a comment"),
        [
            InputRequired(lazy_gettext("Enter the number of a comment.")),
            NumberRange(1, 10**9, lazy_gettext("There is no comment with this number.")),
        ],
    )


class PaperForm(ConsultForm):
    """One submission that a clerk types in."""

    number = HiddenField(default=lambda: random_token(18), validators=[Length(min=8, max=40)])
    channel = RadioField(
        lazy_gettext("How it came"),
        choices=[
            SelectChoice(code, lazy_gettext(CHANNEL_NAMES[code]))
            for code in ("paper", "email", "phone", "event")
        ],
        validators=[InputRequired(lazy_gettext("Please say how it came."))],
    )
    received_on = DayField(
        lazy_gettext("Received on"), [InputRequired(lazy_gettext("Enter the date of receipt."))]
    )
    respondent = SelectField(
        lazy_gettext("From"),
        choices=[SelectChoice(code, RESPONDENT_NAMES[code]) for code in RESPONDENT_NAMES],
        default="citizen",
    )
    name = StringField(
        lazy_gettext("Name to be shown"),
        filters=[lambda text: plain_name(text or "")],
        validators=[Length(max=MAX_NAME)],
    )
    language = SelectField(
        lazy_gettext("Language"),
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )
    clause = SelectField(
        lazy_gettext("What is it about?"), validators=[Optional()], validate_choice=False
    )
    source = TextAreaField(
        lazy_gettext("What was said"),
        filters=[lambda text: tidy(text or "")],
        validators=[
            DataRequired(lazy_gettext("Please write what was said.")),
            Length(max=MAX_LENGTH),
        ],
    )
