"""Every kind of field that Consult uses, to be looked at and tested."""

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import lazy_gettext


class StyleForm(ConsultForm):
    name = StringField(lazy_gettext("Name"), [Optional(), Length(max=120)])
    email = EmailField(
        lazy_gettext("E-mail address"),
        [DataRequired(lazy_gettext("Enter an e-mail address."))],
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [DataRequired(lazy_gettext("Enter a password."))],
        render_kw={"autocomplete": "off"},
    )
    words = TextAreaField(
        lazy_gettext("Your comment"),
        [DataRequired(lazy_gettext("Write your comment.")), Length(max=2000)],
    )
    language = SelectField(
        lazy_gettext("Language"),
        choices=[
            SelectChoice("", "–"),
            SelectChoice("fr", "Français"),
            SelectChoice("de", "Deutsch"),
            SelectChoice("lb", "Lëtzebuergesch"),
        ],
        validators=[DataRequired(lazy_gettext("Choose a language."))],
    )
    speaks_as = RadioField(
        lazy_gettext("You speak"),
        choices=[
            SelectChoice("citizen", lazy_gettext("for yourself")),
            SelectChoice("association", lazy_gettext("for an association")),
        ],
        validators=[InputRequired(lazy_gettext("Say for whom you speak."))],
    )
    topics = SelectMultipleField(
        lazy_gettext("Show only"),
        choices=[
            SelectChoice("answered", lazy_gettext("answered comments")),
            SelectChoice("open", lazy_gettext("comments that wait for an answer")),
        ],
        validators=[InputRequired(lazy_gettext("Choose at least one."))],
    )
    closes = DateField(
        lazy_gettext("Last day for comments"),
        [DataRequired(lazy_gettext("Enter a date, such as 24/11/2026."))],
    )
    letter = FileField(
        lazy_gettext("Scanned letter"), [FileRequired(lazy_gettext("Choose a file."))]
    )
    agreed = BooleanField(
        lazy_gettext("I have read the rules"),
        [DataRequired(lazy_gettext("Please read the rules first."))],
    )
