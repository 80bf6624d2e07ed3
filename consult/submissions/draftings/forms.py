"""The forms of draftings."""

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import lazy_gettext
from consult.kernel.markup import tidy
from consult.submissions.forms import ProposalMixin, WordsMixin
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.words import ORGANISED, RESPONDENT_NAMES


def _words(label: Any, most: int, *validators: Any) -> TextAreaField:
    return TextAreaField(
        label,
        filters=[lambda text: tidy(text or "")],
        validators=[*validators, Length(max=most)],
    )


class TextForm(WordsMixin, ProposalMixin, ConsultForm):
    """One text. Empty words take it out of what will be sent."""

    # Which text it is, because others may put that on other words meanwhile; the revision that was
    # begun with, the one that was seen last, and the version and language in which the clause was shown.
    text = HiddenField()
    begun = HiddenField()
    saved = HiddenField()
    version = HiddenField()
    spoken = HiddenField()
    clause = HiddenField()
    source = _words(lazy_gettext("Your common text"), MAX_LENGTH)


class NoteForm(ConsultForm):
    words = _words(
        lazy_gettext("Note to the other members"),
        2_000,
        DataRequired(lazy_gettext("Please write your note.")),
    )


class SendForm(ConsultForm):
    """What a lead confirms. `seen` says which revision of each text was shown."""

    stamp = HiddenField()
    seen = HiddenField()
    respondent = RadioField(
        lazy_gettext("The organisation is"),
        choices=[SelectChoice(code, RESPONDENT_NAMES[code]) for code in ORGANISED],
        default=ORGANISED[0],
    )
    letters = BooleanField(lazy_gettext("Send the receipt and the answer to my address"))
