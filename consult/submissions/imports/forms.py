"""The forms of an import and of what came on paper."""

from collections.abc import Sequence
from hashlib import sha256

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    FieldList,
    Form,
    FormField,
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
from consult.submissions.attaching.forms import scans_field
from consult.submissions.importing import Columns, RoleTwiceError
from consult.submissions.imports.trying import ALL, REFUSED, REMARKED
from consult.submissions.imports.words import CHANNEL_NAMES, DELIMITER_NAMES, ROLE_NAMES
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.tables import DELIMITERS, ENCODINGS, MOST_COLUMNS, XLSX, Table
from consult.submissions.uploads import MAX_SOURCE
from consult.submissions.words import RESPONDENT_NAMES

_ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (LE)",
    "utf-16-be": "UTF-16 (BE)",
    "cp1252": "Windows-1252",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850",
}


class UploadForm(ConsultForm):
    file = FileField(
        lazy_gettext("CSV or XLSX file"), [FileRequired(lazy_gettext("Choose a file."))]
    )


class ColumnForm(Form):
    """What one column of the file is; of words also on which clause, where the row says none."""

    role = SelectField(
        choices=[SelectChoice(code, lazy_gettext(ROLE_NAMES[code])) for code in ROLE_NAMES],
        default="",
    )
    about = StringField(filters=[lambda text: tidy(text or "")], validators=[Length(max=60)])


class ChooseForm(ConsultForm):
    """How a file is to be read."""

    columns = FieldList(FormField(ColumnForm), max_entries=MOST_COLUMNS)
    # The columns that these choices were made for; with another sheet or delimiter they are void.
    seen = HiddenField(validators=[Length(max=64)])
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
        validators=[Optional()],
    )
    delimiter = SelectField(
        lazy_gettext("Between the cells stands a"),
        choices=[SelectChoice(code, lazy_gettext(DELIMITER_NAMES[code])) for code in DELIMITERS],
        validators=[Optional()],
    )
    sheet = SelectField(
        lazy_gettext("Sheet"), choices=[], validators=[Optional()], validate_choice=False
    )
    show = SelectField(
        lazy_gettext("Show"),
        choices=[
            SelectChoice(ALL, lazy_gettext("all rows")),
            SelectChoice(REFUSED, lazy_gettext("rows that cannot be taken in")),
            SelectChoice(REMARKED, lazy_gettext("rows with a remark")),
        ],
        default=ALL,
    )

    def of_table(self, table: Table, columns: Columns) -> None:
        """Let the columns of this file be chosen, beginning with these choices."""
        if table.encoding == XLSX:
            del self.encoding, self.delimiter
            self.sheet.choices = [SelectChoice(name, name) for name in table.sheets]
            self.sheet.data = table.sheet
        else:
            del self.sheet
            self.encoding.data, self.delimiter.data = table.encoding, table.delimiter
        key = _digest(table.header)
        if self.seen.data == key and len(self.columns.entries) == len(table.header):
            return
        self.seen.data = key
        while self.columns.entries:
            self.columns.pop_entry()
        for name in table.header:
            self.columns.append_entry(
                {"role": columns.role(name), "about": columns.about.get(name, "")}
            )

    def chosen(self, header: Sequence[str]) -> Columns:
        """The choices. Raises RoleTwiceError."""
        texts: list[str] = []
        about: dict[str, str] = {}
        once: dict[str, str] = {}
        for name, entry in zip(header, self.columns.entries, strict=True):
            role = entry.form.role.data or ""
            if role == "text":
                texts.append(name)
                if entry.form.about.data:
                    about[name] = entry.form.about.data
            elif role in once:
                raise RoleTwiceError(first=once[role], second=name)
            elif role:
                once[role] = name
        return Columns(tuple(texts), about=about, **once)


def _digest(header: Sequence[str]) -> str:
    return sha256("\x1f".join(header).encode()).hexdigest()[:32]


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
    scans = scans_field(Optional())
