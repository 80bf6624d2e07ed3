"""The forms of the consultations' desk."""

from datetime import date
from typing import Any

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice, SelectField
from wtforms.validators import Length

from consult.accounts.models import Body
from consult.consultations.creation import MAX_NOTICE, MAX_REASON, MAX_SLUG, MAX_SUMMARY, MAX_TITLE
from consult.kernel.forms import (
    CheckboxesField,
    ConsultForm,
    DayField,
    MayBeEmpty,
    language_choices,
)
from consult.kernel.i18n import LANGUAGE_NAMES, LANGUAGES, choose, lazy_gettext

# The fields of one language stand together under its name, so their labels need not repeat it.
TITLE = lazy_gettext("Title")
SUMMARY = lazy_gettext("Summary: what is proposed, whom it touches, what can still change")


TOO_LONG = lazy_gettext("This text is too long.")


def _line(label: Any, limit: int) -> StringField:
    return StringField(label, validators=[Length(max=limit, message=TOO_LONG)])


def _text(label: Any, limit: int) -> TextAreaField:
    return TextAreaField(label, validators=[Length(max=limit, message=TOO_LONG)])


def _day(label: Any) -> DayField:
    return DayField(label, [MayBeEmpty()], earliest=2000)


class DescriptionForm(ConsultForm):
    """What a consultation is about, in the house's languages."""

    title_fr = _line(TITLE, MAX_TITLE)
    title_de = _line(TITLE, MAX_TITLE)
    title_lb = _line(TITLE, MAX_TITLE)
    title_en = _line(TITLE, MAX_TITLE)
    summary_fr = _text(SUMMARY, MAX_SUMMARY)
    summary_de = _text(SUMMARY, MAX_SUMMARY)
    summary_lb = _text(SUMMARY, MAX_SUMMARY)
    summary_en = _text(SUMMARY, MAX_SUMMARY)
    notice_fr = _line(LANGUAGE_NAMES["fr"], MAX_NOTICE)
    notice_de = _line(LANGUAGE_NAMES["de"], MAX_NOTICE)
    notice_lb = _line(LANGUAGE_NAMES["lb"], MAX_NOTICE)
    notice_en = _line(LANGUAGE_NAMES["en"], MAX_NOTICE)
    languages = CheckboxesField(lazy_gettext("Languages of the text consulted on"))
    competent = CheckboxesField(lazy_gettext("Other bodies that answer a part"), coerce=int)

    def __init__(self, bodies: list[Body], **facts: Any) -> None:
        super().__init__(**facts)
        self.languages.choices = language_choices()
        self.competent.choices = _body_choices(bodies)


class CreationForm(DescriptionForm):
    lead = SelectField(lazy_gettext("Body that leads and answers"), coerce=int)
    slug = StringField(lazy_gettext("Address"), validators=[Length(max=MAX_SLUG)])

    def __init__(self, mine: list[Body], bodies: list[Body], **facts: Any) -> None:
        super().__init__(bodies, **facts)
        self.lead.choices = _body_choices(mine)


class EditForm(DescriptionForm):
    # The fingerprint of what the official had before them.
    seen = HiddenField()


class DatesForm(ConsultForm):
    """Three days. The last day of a period counts whole: until 24:00."""

    opens = _day(lazy_gettext("Opens on"))
    closes = _day(lazy_gettext("Last day for comments"))
    answers = _day(lazy_gettext("Last day of the promised answer"))
    seen = HiddenField()
    ground_fr = _text(LANGUAGE_NAMES["fr"], MAX_REASON)
    ground_de = _text(LANGUAGE_NAMES["de"], MAX_REASON)
    ground_lb = _text(LANGUAGE_NAMES["lb"], MAX_REASON)
    ground_en = _text(LANGUAGE_NAMES["en"], MAX_REASON)

    def days(self) -> dict[str, date | None]:
        return {"opens": self.opens.data, "closes": self.closes.data, "answers": self.answers.data}


class MissingForm(ConsultForm):
    """A document was missing: since when, until when, which and why."""

    since = _day(lazy_gettext("Missing since"))
    until = _day(lazy_gettext("There again on"))
    ground_fr = _text(LANGUAGE_NAMES["fr"], MAX_REASON)
    ground_de = _text(LANGUAGE_NAMES["de"], MAX_REASON)
    ground_lb = _text(LANGUAGE_NAMES["lb"], MAX_REASON)
    ground_en = _text(LANGUAGE_NAMES["en"], MAX_REASON)


class CancelForm(ConsultForm):
    reason_fr = _text(LANGUAGE_NAMES["fr"], MAX_REASON)
    reason_de = _text(LANGUAGE_NAMES["de"], MAX_REASON)
    reason_lb = _text(LANGUAGE_NAMES["lb"], MAX_REASON)
    reason_en = _text(LANGUAGE_NAMES["en"], MAX_REASON)


def _body_choices(bodies: list[Body]) -> list[SelectChoice]:
    return [SelectChoice(str(body.id), choose(body.name)[1]) for body in bodies]


assert all(hasattr(DescriptionForm, f"title_{code}") for code in LANGUAGES)
