"""The forms in which officials write the text."""

from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from consult.drafts.models import GROUND_KINDS
from consult.drafts.reading import (
    MAX_CLAUSE_CHARACTERS,
    MAX_HEADING_CHARACTERS,
    MAX_NUMBER_CHARACTERS,
)
from consult.drafts.words import GROUND_NAMES
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, lazy_gettext

MAX_NOTE = 4_000


class WordsForm(ConsultForm):
    """Number, heading and words of a clause."""

    number = StringField(
        lazy_gettext("Number"),
        [
            Length(max=MAX_NUMBER_CHARACTERS, message=lazy_gettext("This number is too long.")),
        ],
    )
    heading = StringField(
        lazy_gettext("Heading"),
        [
            Length(max=MAX_HEADING_CHARACTERS, message=lazy_gettext("This heading is too long.")),
        ],
    )
    source = TextAreaField(
        lazy_gettext("Text"),
        [
            Length(max=MAX_CLAUSE_CHARACTERS, message=lazy_gettext("This clause is too long.")),
        ],
    )


class ClauseForm(WordsForm):
    """An existing clause; `saved` says from which state of it the form was made, and the other
    hidden fields hold that state."""

    saved = IntegerField(widget=HiddenInput())
    begun_number = HiddenField()
    begun_heading = HiddenField()
    begun_source = HiddenField()


class PlaceForm(ConsultForm):
    """Behind which clause something is to stand; "" is the beginning."""

    after = SelectField(lazy_gettext("Behind"), choices=[], validate_choice=True)


class InsertForm(WordsForm):
    """A new clause or chapter."""

    kind = RadioField(
        lazy_gettext("What is inserted"),
        choices=[
            SelectChoice("clause", lazy_gettext("A clause")),
            SelectChoice("chapter", lazy_gettext("A chapter heading")),
        ],
        validators=[InputRequired(lazy_gettext("Say what is inserted."))],
        default="clause",
    )
    after = SelectField(lazy_gettext("Behind"), choices=[])


class DeleteForm(ConsultForm):
    saved = IntegerField(widget=HiddenInput())


def _words_field(code: str) -> Any:
    too_long = lazy_gettext("This text is too long.")
    return TextAreaField(LANGUAGE_NAMES[code], [Length(max=MAX_NOTE, message=too_long)])


class NoteForm(ConsultForm):
    """One text in as many languages as the official writes."""

    words_fr = _words_field("fr")
    words_de = _words_field("de")
    words_lb = _words_field("lb")
    words_en = _words_field("en")


class GroundForm(NoteForm):
    """Why the text was changed where no comment asked for it."""

    kind = RadioField(
        lazy_gettext("The ground"),
        choices=[SelectChoice(kind, lazy_gettext(GROUND_NAMES[kind])) for kind in GROUND_KINDS],
        validators=[InputRequired(lazy_gettext("Say which ground it is."))],
    )
