"""The forms of an import of mails."""

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectChoice, SelectField

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import lazy_gettext
from consult.kernel.paging import number
from consult.submissions.mail.taking import Wish
from consult.submissions.models import RESPONDENTS
from consult.submissions.words import RESPONDENT_NAMES

# The name of the field of one mail, before its number.
_ONE = "respondent-"


class MailFileForm(ConsultForm):
    file = FileField(lazy_gettext("File of mails"), [FileRequired(lazy_gettext("Choose a file."))])


class TakeMailsForm(ConsultForm):
    """How the mails are to be taken in."""

    held = BooleanField(
        lazy_gettext("Hold them back until a moderator has read each of them"), default=True
    )
    named = BooleanField(lazy_gettext("Show the senders’ names with their comments"))
    respondent = SelectField(
        lazy_gettext("Who the senders are"),
        choices=[SelectChoice(code, RESPONDENT_NAMES[code]) for code in RESPONDENT_NAMES],
        default="unknown",
    )

    def chosen(self) -> dict[str, str]:
        """Number of a mail → who its sender is, where that was said apart."""
        return {
            str(number(name.removeprefix(_ONE))): value
            for name, value in request.form.items()
            if name.startswith(_ONE)
            and number(name.removeprefix(_ONE)) is not None
            and value in RESPONDENTS
        }

    def wish(self, ours: str) -> Wish:
        return Wish(
            held=bool(self.held.data),
            named=bool(self.named.data),
            ours=ours,
            respondent=self.respondent.data or "unknown",
            respondents=self.chosen(),
        )
