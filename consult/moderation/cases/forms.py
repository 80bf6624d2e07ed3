"""The forms of cases."""

from collections.abc import Sequence

from wtforms import EmailField, HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from consult.kernel.forms import CheckboxesField, ConsultForm, KeyField
from consult.kernel.i18n import gettext, lazy_gettext
from consult.kernel.ids import random_token
from consult.kernel.markup import tidy
from consult.moderation.cases.disowning import MAX_TEXT
from consult.moderation.forms import NotesMixin
from consult.moderation.models import CLAIMANT, HOLDER
from consult.submissions.forms import AddressOrNothing
from consult.submissions.rows import CommentRow


def _tidied(text: str | None) -> str:
    return tidy(text or "")


def _number() -> HiddenField:
    return HiddenField(default=lambda: random_token(18), validators=[Length(min=8, max=40)])


def _note() -> TextAreaField:
    return TextAreaField(
        lazy_gettext("What should the officials know?"),
        filters=[_tidied],
        validators=[Length(max=MAX_TEXT)],
    )


class NotMeForm(ConsultForm):
    """Whoever holds the receipt says it of one comment."""

    note = _note()


class LetterForm(ConsultForm):
    """Whoever got the letter says it of some comments of the submission."""

    comments = CheckboxesField(
        lazy_gettext("Which of them are not from you?"),
        coerce=int,
        validators=[InputRequired(lazy_gettext("Please choose at least one."))],
    )
    note = _note()

    def offer(self, found: Sequence[CommentRow]) -> None:
        """Let these be chosen; a single one is."""
        self.comments.choices = [
            SelectChoice(comment.id, gettext("No. %(number)s", number=comment.seq))
            for comment in found
        ]
        if len(found) == 1 and self.comments.data is None:
            self.comments.data = [found[0].id]


class ReportedForm(ConsultForm):
    """Anybody else says it: an official looks first."""

    number = _number()
    note = TextAreaField(
        lazy_gettext("How can an official see that it is not from you?"),
        filters=[_tidied],
        validators=[DataRequired(lazy_gettext("Please write it in a few words.")),
                    Length(max=MAX_TEXT)],
    )  # fmt: skip
    email = EmailField(
        lazy_gettext("E-mail address"),
        validators=[AddressOrNothing()],
        render_kw={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )


class AnswerForm(ConsultForm):
    """A party writes to the officials."""

    number = _number()
    text = TextAreaField(
        lazy_gettext("Your answer"),
        filters=[_tidied],
        validators=[
            DataRequired(lazy_gettext("Please write your answer.")),
            Length(max=MAX_TEXT),
        ],
    )


class AskForm(ConsultForm):
    """An official asks one of the parties."""

    number = _number()
    party = RadioField(
        lazy_gettext("Whom do you ask?"),
        choices=[
            SelectChoice(HOLDER, lazy_gettext("Whoever holds the receipt")),
            SelectChoice(CLAIMANT, lazy_gettext("Whoever reported it")),
        ],
        validators=[InputRequired(lazy_gettext("Please choose whom."))],
    )
    text = TextAreaField(
        lazy_gettext("Your question"),
        filters=[_tidied],
        validators=[
            DataRequired(lazy_gettext("Please write your question.")),
            Length(max=MAX_TEXT),
        ],
    )


class RestoreForm(ConsultForm):
    """Which words the official saw: their revision."""

    seen = KeyField()


class TakeDownForm(NotesMixin):
    """Why the comment is not of the person whose it seemed to be."""
