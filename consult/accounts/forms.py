"""The forms of accounts and bodies."""

from typing import Any

from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from consult.accounts import passwords
from consult.accounts.identity import MAX_NAME, EmailError, normal_email, plain_name
from consult.accounts.words import ROLE_NAMES, ROLE_TASKS
from consult.kernel.forms import ConsultForm, language_choices
from consult.kernel.i18n import LANGUAGE_NAMES, gettext, lazy_gettext

MAX_BODY_NAME = 200


class Address:
    """A validator: an e-mail address, in its one spelling afterwards."""

    def __call__(self, _form: Any, field: Any) -> None:
        try:
            field.data = normal_email(field.data or "")
        except EmailError as error:
            raise ValidationError(gettext(error.message)) from error


def _email(label: Any = None) -> EmailField:
    return EmailField(
        label or lazy_gettext("E-mail address"),
        validators=[DataRequired(lazy_gettext("Please write your e-mail address.")), Address()],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )


def _name() -> StringField:
    return StringField(
        lazy_gettext("Name"),
        validators=[Length(max=MAX_NAME, message=lazy_gettext("This name is too long."))],
        filters=[lambda text: plain_name(text or "")],
        render_kw={"autocomplete": "name"},
    )


def _password() -> PasswordField:
    return PasswordField(
        lazy_gettext("Password"),
        validators=[DataRequired(lazy_gettext("Please write your password."))],
        render_kw={"autocomplete": "current-password"},
    )


def _new_password(label: Any = None) -> PasswordField:
    return PasswordField(
        label or lazy_gettext("Password"),
        validators=[DataRequired(lazy_gettext("Please choose a password."))],
        render_kw={"autocomplete": "new-password"},
    )


class LoginForm(ConsultForm):
    email = _email()
    password = _password()


class RegisterForm(ConsultForm):
    name = _name()
    email = _email()
    password = _new_password()

    def validate_password(self, field: Any) -> None:
        _check(field, self.email.data or "")


class AddressForm(ConsultForm):
    """Only an address: for a lost password or a lost letter."""

    email = _email()


class ConfirmForm(ConsultForm):
    password = _password()


class ResetForm(ConsultForm):
    password = _new_password(lazy_gettext("New password"))
    # The account's address, which a password must not repeat; set by the view.
    email = ""

    def validate_password(self, field: Any) -> None:
        _check(field, self.email)


class ProfileForm(ConsultForm):
    name = _name()
    language = RadioField(lazy_gettext("Language"), choices=language_choices())


class PasswordForm(ConsultForm):
    current = PasswordField(
        lazy_gettext("Present password"),
        validators=[DataRequired(lazy_gettext("Please write your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = _new_password(lazy_gettext("New password"))
    email = ""

    def validate_new(self, field: Any) -> None:
        _check(field, self.email)


class InvitedForm(ConsultForm):
    """Name and password of an official who has no account yet."""

    name = StringField(
        lazy_gettext("Name"),
        validators=[
            DataRequired(lazy_gettext("Please write your name: colleagues see it.")),
            Length(max=MAX_NAME, message=lazy_gettext("This name is too long.")),
        ],
        filters=[lambda text: plain_name(text or "")],
        render_kw={"autocomplete": "name"},
    )
    password = _new_password()
    email = ""

    def validate_password(self, field: Any) -> None:
        _check(field, self.email)


class BodyForm(ConsultForm):
    """A body's name in the house's languages."""

    name_fr = StringField(LANGUAGE_NAMES["fr"], validators=[Length(max=MAX_BODY_NAME)])
    name_de = StringField(LANGUAGE_NAMES["de"], validators=[Length(max=MAX_BODY_NAME)])
    name_lb = StringField(LANGUAGE_NAMES["lb"], validators=[Length(max=MAX_BODY_NAME)])
    name_en = StringField(LANGUAGE_NAMES["en"], validators=[Length(max=MAX_BODY_NAME)])
    contact_email = _email(lazy_gettext("Contact address shown to citizens"))


class InviteForm(ConsultForm):
    email = _email(lazy_gettext("E-mail address of the person"))
    role = SelectField(lazy_gettext("Role"), validate_choice=True)
    language = SelectField(
        lazy_gettext("Language of the letter"),
        choices=language_choices(),
    )

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self.role.choices = [
            SelectChoice(role, f"{gettext(ROLE_NAMES[role])} – {gettext(ROLE_TASKS[role])}")
            for role in ROLE_NAMES
        ]


def _check(field: Any, email: str) -> None:
    try:
        field.data = passwords.checked(field.data or "", email.strip().lower())
    except passwords.WeakPasswordError as error:
        raise ValidationError(gettext(error.message, **error.facts)) from error
