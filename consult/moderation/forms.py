"""The forms of reporting, withdrawing, correcting and deciding."""

from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from consult.kernel.forms import ConsultForm, KeyField
from consult.kernel.i18n import LANGUAGES, gettext, lazy_gettext
from consult.kernel.ids import random_token
from consult.kernel.markup import tidy
from consult.moderation.models import REPORT_REASONS, RULES
from consult.moderation.removal import MAX_NOTE
from consult.moderation.reporting import MAX_NOTE as MAX_REPORT
from consult.moderation.words import REASON_NAMES, RULE_NAMES
from consult.submissions.intake import MAX_LENGTH


def _tidied(text: str | None) -> str:
    return tidy(text or "")


class ReportForm(ConsultForm):
    number = HiddenField(default=lambda: random_token(18), validators=[Length(min=8, max=40)])
    reason = RadioField(
        lazy_gettext("What is wrong with it?"),
        choices=[
            # Whoever says "This was not me" has a form of their own (cases/views.py).
            SelectChoice(code, lazy_gettext(REASON_NAMES[code]))
            for code in REPORT_REASONS
            if code != "not_me"
        ],
        validators=[InputRequired(lazy_gettext("Please choose what is wrong."))],
    )
    note = TextAreaField(
        lazy_gettext("What else should the moderators know?"),
        filters=[_tidied],
        validators=[Length(max=MAX_REPORT)],
    )

    def validate_note(self, field: Any) -> None:
        if self.reason.data == "other" and not field.data:
            raise ValidationError(gettext("Please say in a few words what is wrong."))


class CorrectForm(ConsultForm):
    seen = KeyField()
    # How often words had been removed from the text, or put back.
    rewordings = IntegerField(widget=HiddenInput(), default=0)
    source = TextAreaField(
        lazy_gettext("Your comment"),
        filters=[_tidied],
        validators=[
            DataRequired(lazy_gettext("Please write your comment.")),
            Length(max=MAX_LENGTH),
        ],
    )
    # Shown only where other words for a clause were proposed.
    proposed = TextAreaField(lazy_gettext("The clause as you would have it"), filters=[_tidied])


class SeenForm(ConsultForm):
    """What the moderator saw: the number of the newest report, or of the request for a second opinion."""

    seen = KeyField()


class PublishForm(ConsultForm):
    """Which words the moderator saw: their revision."""

    seen = KeyField()


class NotesMixin(ConsultForm):
    """A public reason in the house's languages."""

    note_fr = TextAreaField(
        lazy_gettext("Public reason in French"),
        filters=[_tidied],
        validators=[Length(max=MAX_NOTE)],
    )
    note_de = TextAreaField(
        lazy_gettext("Public reason in German"),
        filters=[_tidied],
        validators=[Length(max=MAX_NOTE)],
    )
    note_lb = TextAreaField(
        lazy_gettext("Public reason in Luxembourgish"),
        filters=[_tidied],
        validators=[Length(max=MAX_NOTE)],
    )
    note_en = TextAreaField(
        lazy_gettext("Public reason in English"),
        filters=[_tidied],
        validators=[Length(max=MAX_NOTE)],
    )

    def notes(self) -> dict[str, str]:
        """The reason in the languages in which it was written."""
        written = {code: self[f"note_{code}"].data or "" for code in LANGUAGES}
        return {code: words for code, words in written.items() if words}


class RemoveForm(NotesMixin):
    reason = RadioField(
        lazy_gettext("Which rule does it break?"),
        choices=[SelectChoice(code, lazy_gettext(RULE_NAMES[code])) for code in RULES],
        validators=[InputRequired(lazy_gettext("Please choose the rule."))],
    )


class SecondForm(ConsultForm):
    note = TextAreaField(
        lazy_gettext("What are you unsure about?"),
        filters=[_tidied],
        validators=[
            DataRequired(lazy_gettext("Please write it in a few words.")),
            Length(max=MAX_REPORT),
        ],
    )
