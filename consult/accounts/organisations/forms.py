"""The forms of organisations."""

from typing import Any

from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from consult.accounts.forms import Address
from consult.accounts.identity import plain_name
from consult.accounts.organisations.errors import NameWithAddressError
from consult.accounts.organisations.founding import checked_name
from consult.kernel.forms import ConsultForm, language_choices
from consult.kernel.i18n import gettext, lazy_gettext
from consult.kernel.markup import tidy


def register_number_field() -> StringField:
    return StringField(
        lazy_gettext("Register number"),
        filters=[lambda text: plain_name(text or "")],
        validators=[Length(max=40)],
    )


class OrganisationForm(ConsultForm):
    """What an organisation says of itself."""

    name = StringField(
        lazy_gettext("Name of the organisation"),
        filters=[lambda text: plain_name(text or "")],
        validators=[DataRequired(lazy_gettext("Please write the name of the organisation."))],
        render_kw={"autocomplete": "organization"},
    )
    register_number = register_number_field()
    declared_interest = TextAreaField(
        lazy_gettext("Declared interest"),
        filters=[lambda text: tidy(text or "")],
        validators=[
            DataRequired(
                lazy_gettext("Please say what your organisation stands for, and who pays it.")
            ),
            Length(max=1_000),
        ],
    )

    def validate_name(self, field: Any) -> None:
        try:
            checked_name(field.data or "")
        except NameWithAddressError as error:
            raise ValidationError(gettext(error.message)) from error


class MemberForm(ConsultForm):
    """Who is to be invited."""

    email = EmailField(
        lazy_gettext("E-mail address of the person"),
        validators=[DataRequired(lazy_gettext("Please write their e-mail address.")), Address()],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )
    language = SelectField(lazy_gettext("Language of the letter"), choices=language_choices())
