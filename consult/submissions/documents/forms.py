"""The form of a long submission."""

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from consult.accounts.identity import MAX_NAME, plain_name
from consult.files.sniffing import MAX_BYTES, Incoming, examined, wanted
from consult.kernel.errors import ConsultError
from consult.kernel.forms import ConsultForm, DayField
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, lazy_gettext, mark
from consult.kernel.ids import random_token
from consult.kernel.markup import tidy
from consult.submissions.documents.reading import (
    KINDS,
    MAX_CHARACTERS,
    from_pasted,
    words_of,
)
from consult.submissions.imports.words import CHANNEL_NAMES
from consult.submissions.words import RESPONDENT_NAMES

ACCEPT = ".docx,.odt,.pdf"


class NoWordsError(ConsultError):
    status = 422
    message = mark("Choose a file, or paste the words.")


class DocumentForm(ConsultForm):
    number = HiddenField(default=lambda: random_token(18), validators=[Length(min=8, max=40)])
    document = FileField(lazy_gettext("Document"), [Optional()])
    pasted = TextAreaField(
        lazy_gettext("Or paste its words"),
        filters=[lambda text: tidy(text or "")],
        validators=[Optional(), Length(max=MAX_CHARACTERS)],
    )
    channel = RadioField(
        lazy_gettext("How it came"),
        choices=[
            SelectChoice(code, lazy_gettext(CHANNEL_NAMES[code]))
            for code in ("paper", "email", "event")
        ],
        validators=[InputRequired(lazy_gettext("Please say how it came."))],
    )
    received_on = DayField(
        lazy_gettext("Received on"), [InputRequired(lazy_gettext("Enter the date of receipt."))]
    )
    respondent = SelectField(
        lazy_gettext("From"),
        choices=[SelectChoice(code, RESPONDENT_NAMES[code]) for code in RESPONDENT_NAMES],
        default="association",
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

    def read(self) -> tuple[str, Incoming]:
        """The source of the comment, and what came, to be kept as it is.

        Raises NoWordsError, FileRefusedError, UnreadableDocumentError.
        """
        chosen = self.document.data
        if isinstance(chosen, FileStorage) and chosen.filename:
            raw = chosen.read(MAX_BYTES + 1)
            file = wanted(raw, chosen.filename, "document", kinds=KINDS)
            return words_of(file), file
        if not self.pasted.data:
            raise NoWordsError
        return from_pasted(self.pasted.data), examined(
            self.pasted.data.encode(), "text.txt", "document"
        )
