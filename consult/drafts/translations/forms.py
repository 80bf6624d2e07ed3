"""The forms in which officials bring in and keep translations."""

from wtforms import FileField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from consult.drafts.desk_queries import Bench
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, gettext, lazy_gettext


class TranslationForm(ConsultForm):
    """A version's text in another language, as a file or pasted."""

    version = RadioField(
        lazy_gettext("For which version"),
        validators=[InputRequired(lazy_gettext("Say which version is translated."))],
    )
    language = SelectField(lazy_gettext("Language of the translation"))
    file = FileField(lazy_gettext("File"))
    source = TextAreaField(lazy_gettext("Or paste the text here"))
    # What stood when the preview was made.
    basis = HiddenField()

    def offer(self, at: Bench) -> None:
        """Offer the versions and languages that there can be a translation for."""
        versions = [version for version in (at.next, at.current) if version is not None]
        self.version.choices = [
            SelectChoice(
                str(version.number),
                gettext("Version %(number)s, public", number=version.number)
                if version.published_at
                else gettext("Version %(number)s, being written", number=version.number),
            )
            for version in versions
        ]
        self.version.data = self.version.data or str(versions[0].number)
        self.language.choices = [
            SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES if code != at.language
        ]

    @property
    def raw(self) -> bytes | str:
        """What was sent; a file comes before pasted text."""
        sent = self.file.data.read() if self.file.data else b""
        return sent or self.source.data or ""
