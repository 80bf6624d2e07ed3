"""The form of the scans of a letter."""

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import Optional

from consult.files.sniffing import MAX_BYTES, MOST_FILES, SCANS, Incoming, wanted
from consult.kernel.forms import ConsultForm, MayBeEmpty
from consult.kernel.i18n import gettext, lazy_gettext

ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


def scans_field(validator: Optional) -> MultipleFileField:
    return MultipleFileField(lazy_gettext("Scans"), [validator])


def chosen_scans(field: MultipleFileField) -> list[Incoming]:
    """The scans that somebody chose. Raises FileRefusedError for the first that is none."""
    chosen = [one for one in field.data or () if isinstance(one, FileStorage) and one.filename]
    return [
        wanted(one.read(MAX_BYTES + 1), one.filename or "", "scan", kinds=SCANS)
        for one in chosen[: MOST_FILES + 1]
    ]


class ScansForm(ConsultForm):
    """Scans for a submission that is there already."""

    scans = scans_field(MayBeEmpty())

    def chosen(self) -> list[Incoming]:
        found = chosen_scans(self.scans)
        if not found:
            self.scans.errors = [gettext("Choose a file.")]
        return found
