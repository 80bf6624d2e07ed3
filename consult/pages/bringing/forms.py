"""The forms with which a text is brought in and reshaped."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

from consult.drafts.numbering import CHAPTER, CLAUSE
from consult.drafts.reading import MAX_HEADING_CHARACTERS, MAX_NUMBER_CHARACTERS
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, lazy_gettext

_NUMBER_TOO_LONG = lazy_gettext("This number is too long.")
_HEADING_TOO_LONG = lazy_gettext("This heading is too long.")


class StateForm(ConsultForm):
    """A form that is good for one state of the text: `saved` says which."""

    saved = IntegerField(widget=HiddenInput(), default=0)

    @property
    def state(self) -> int:
        return int(self.saved.data or 0)


class ImportForm(StateForm):
    """A whole text, as a file or pasted."""

    file = FileField(lazy_gettext("File"))
    source = TextAreaField(lazy_gettext("Or paste the text here"))
    language = SelectField(
        lazy_gettext("Language of the text"),
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )

    @property
    def raw(self) -> bytes | str:
        """What was sent; a file comes before pasted text."""
        sent = self.file.data.read() if self.file.data else b""
        return sent or self.source.data or ""

    @property
    def file_name(self) -> str:
        # No database that we use keeps a NUL.
        return (self.file.data.filename or "").replace("\0", "") if self.file.data else ""


class TitleForm(StateForm):
    title = StringField(
        lazy_gettext("Title"), [Length(max=MAX_HEADING_CHARACTERS, message=_HEADING_TOO_LONG)]
    )


class NamingForm(StateForm):
    """What a section is called, what it is, and in which chapter it stands."""

    number = StringField(
        lazy_gettext("Number"), [Length(max=MAX_NUMBER_CHARACTERS, message=_NUMBER_TOO_LONG)]
    )
    heading = StringField(
        lazy_gettext("Heading"), [Length(max=MAX_HEADING_CHARACTERS, message=_HEADING_TOO_LONG)]
    )
    kind = RadioField(
        lazy_gettext("What it is"),
        choices=[
            SelectChoice(CLAUSE, lazy_gettext("A clause")),
            SelectChoice(CHAPTER, lazy_gettext("A chapter heading")),
        ],
    )
    depth: Any = SelectField(lazy_gettext("Where it stands"), coerce=int, choices=[])


class SplitForm(StateForm):
    """Where a new clause begins, and what it is called."""

    line: Any = RadioField(lazy_gettext("Where does the new clause begin?"), coerce=int, choices=[])
    new_number = StringField(
        lazy_gettext("Its number"), [Length(max=MAX_NUMBER_CHARACTERS, message=_NUMBER_TOO_LONG)]
    )
    new_heading = StringField(
        lazy_gettext("Its heading"),
        [Length(max=MAX_HEADING_CHARACTERS, message=_HEADING_TOO_LONG)],
    )


class PlaceForm(StateForm):
    """Behind which section one is to stand; -1 is the beginning."""

    after: Any = SelectField(lazy_gettext("Behind"), coerce=int, choices=[])


UNDECIDED, NEW = "?", "new"


class ContinuesForm(StateForm):
    """Which clause of the present text one continues."""

    continues = SelectField(lazy_gettext("It continues"), choices=[])

    def offer(self, known: Sequence[tuple[str, str]]) -> None:
        self.continues.choices = [
            SelectChoice(UNDECIDED, lazy_gettext("As it was found by comparing")),
            SelectChoice(NEW, lazy_gettext("None: it is new")),
            *(SelectChoice(key, label[:120]) for key, label in known),
        ]
