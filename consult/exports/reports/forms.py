"""What somebody chooses who wants a report."""

from wtforms import RadioField, SelectChoice

from consult.exports.reports.models import FORMATS
from consult.exports.reports.words import FORMAT_NAMES
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, lazy_gettext


class ReportForm(ConsultForm):
    language = RadioField(
        lazy_gettext("Language"),
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )
    form = RadioField(
        lazy_gettext("Kind of file"),
        choices=[SelectChoice(code, lazy_gettext(FORMAT_NAMES[code])) for code in FORMATS],
        default="pdf",
    )
