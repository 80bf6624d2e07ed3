"""The forms by which people speak and reach what they said."""

from typing import Any, ClassVar

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from consult.accounts.forms import Address
from consult.accounts.identity import MAX_NAME, plain_name
from consult.accounts.organisations.forms import register_number_field
from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, gettext, lazy_gettext
from consult.kernel.markup import tidy
from consult.submissions.intake import MAX_LENGTH
from consult.submissions.proposing import DELETION, WORDS, UnreasonedError
from consult.submissions.target import MAX_WORDS
from consult.submissions.words import ORGANISED, RESPONDENT_NAMES


class AddressOrNothing(Address):
    """An e-mail address, or an empty field."""

    field_flags: ClassVar[dict[str, bool]] = {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and field.data.strip():
            super().__call__(form, field)


def _email(*validators: Any) -> EmailField:
    return EmailField(
        lazy_gettext("E-mail address"),
        validators=validators,
        render_kw={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"},
    )


class CommentForm(ConsultForm):
    """One comment. Who speaks is asked only when no visit is being continued."""

    stamp = HiddenField()
    source = TextAreaField(
        lazy_gettext("Your comment"),
        filters=[lambda text: tidy(text or "")],
        validators=[
            DataRequired(lazy_gettext("Please write your comment.")),
            Length(
                max=MAX_LENGTH,
                message=lazy_gettext(
                    "This is longer than one comment may be. Please divide it:"
                    " you can send several comments under one receipt."
                ),
            ),
        ],
    )
    language = SelectField(
        lazy_gettext("Language of your comment"),
        choices=[
            SelectChoice("", ""),
            *(SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES),
        ],
        validators=[Optional()],
    )
    # A trap for machines: people neither see nor reach it.
    website = StringField(lazy_gettext("Leave this field empty"), render_kw={"tabindex": "-1"})


class ProposalMixin:
    """Other words for a clause: only who asks for it sees these two."""

    proposes = RadioField(
        lazy_gettext("What do you propose?"),
        choices=[
            SelectChoice(WORDS, lazy_gettext("Other words")),
            SelectChoice(DELETION, lazy_gettext("Leave the clause out")),
        ],
        validate_choice=False,
    )
    proposed = TextAreaField(
        lazy_gettext("The clause as you would have it"),
        filters=[lambda text: tidy(text or "")],
    )


class WordsMixin:
    """Which words of the clause are meant."""

    # Which part of the clause: all of it, a sentence ("12-80"), or other words (target.py).
    part = RadioField(
        lazy_gettext("Which part of the clause do you mean?"),
        choices=[],
        default="",
        validators=[Optional()],
        validate_choice=False,
    )
    words = TextAreaField(
        lazy_gettext("Exact words"),
        filters=[lambda text: tidy(text or "")],
        validators=[
            Optional(),
            Length(
                max=MAX_WORDS,
                message=lazy_gettext("So many words are the clause itself: leave this empty."),
            ),
        ],
    )
    # Where JavaScript found the words: how many code points stand before them.
    at = HiddenField()
    # Which of several equal places is meant, counted from 1.
    place = RadioField(
        lazy_gettext("Which place do you mean?"),
        choices=[],
        validators=[Optional()],
        validate_choice=False,
        coerce=lambda value: int(value) if value and str(value).isdigit() else None,
    )
    # The clause and words among whose places that one is; of other words it says nothing.
    asked = HiddenField()


class TopCommentForm(WordsMixin, ProposalMixin, CommentForm):
    """A comment on the whole text, a clause, or words of a clause."""

    clause = SelectField(
        lazy_gettext("What is it about?"), validators=[Optional()], validate_choice=False
    )


def ask_for_reason(form: Any) -> None:
    """The comment that goes with proposed words is the reason for them."""
    form.source.label.text = gettext("Your reason")
    if form.source.errors and not form.source.data:
        form.source.errors = [gettext(UnreasonedError.message)]


class ReplyForm(CommentForm):
    addressed = BooleanField(lazy_gettext("I expect an answer from the public body as well"))


class SenderMixin:
    """Who speaks."""

    name = StringField(
        lazy_gettext("Your name"),
        filters=[lambda text: plain_name(text or "")],
        validators=[Length(max=MAX_NAME)],
        render_kw={"autocomplete": "name"},
    )
    respondent = RadioField(
        lazy_gettext("You speak as"),
        choices=[SelectChoice(c, RESPONDENT_NAMES[c]) for c in RESPONDENT_NAMES if c != "unknown"],
        default="citizen",
    )
    organisation = StringField(
        lazy_gettext("Name of the organisation"),
        filters=[lambda text: plain_name(text or "")],
        validators=[Length(max=200)],
        render_kw={"autocomplete": "organization"},
    )
    register_number = register_number_field()
    declared_interest = TextAreaField(
        lazy_gettext("Declared interest"),
        filters=[lambda text: tidy(text or "")],
        validators=[Length(max=1_000)],
    )
    email = _email(AddressOrNothing())

    def validate_organisation(self, field: Any) -> None:
        if self.respondent.data in ORGANISED and not field.data:
            raise ValidationError(gettext("Please write for which organisation you speak."))


class FirstCommentForm(SenderMixin, TopCommentForm):
    """The first comment of a visit."""


class FirstReplyForm(SenderMixin, ReplyForm):
    """The first words of a visit, if they are a reply."""


class ReceiptForm(ConsultForm):
    code = StringField(
        lazy_gettext("Receipt code"),
        validators=[DataRequired(lazy_gettext("Please write your receipt code.")), Length(max=80)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


class LostForm(ConsultForm):
    email = _email(DataRequired(lazy_gettext("Please write your e-mail address.")), Address())


class ContactForm(ConsultForm):
    email = _email(AddressOrNothing())
