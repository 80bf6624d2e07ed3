"""The form of a text module."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from consult.answers.decisions import LONGEST_REASON
from consult.answers.modules.keeping import LONGEST_TITLE
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, lazy_gettext

_TOO_LONG = lazy_gettext("This text is too long.")


def _words(code: str) -> TextAreaField:
    return TextAreaField(
        lazy_gettext("Words (%(language)s)", language=LANGUAGE_NAMES[code]),
        [Length(max=LONGEST_REASON, message=_TOO_LONG)],
    )


class ModuleForm(ConsultForm):
    title = StringField(
        lazy_gettext("Title, for your colleagues"), [Length(max=LONGEST_TITLE, message=_TOO_LONG)]
    )
    words_fr = _words("fr")
    words_de = _words("de")
    words_lb = _words("lb")
    words_en = _words("en")
    # What the person saw of it.
    saved = HiddenField()
