"""The forms of themes, campaigns and points."""

from collections.abc import Mapping, Sequence

from flask import request
from wtforms import (
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import (
    LANGUAGE_NAMES,
    LANGUAGES,
    choose,
    gettext,
    lazy_gettext,
    mark,
    number_text,
)
from consult.kernel.paging import number
from consult.themes.errors import ProposalsMovedError
from consult.themes.models import ACCEPTED, SET_ASIDE
from consult.themes.point_queries import Filter
from consult.themes.queries import ThemeRow

NONE = "none"


def chosen_points() -> list[int]:
    """The points whose boxes were ticked."""
    return [found for value in request.form.getlist("point") if (found := number(value))]


def asked_filter() -> Filter:
    """The filter in the address of a list of points."""
    language, by = request.values.get("language", ""), request.values.get("by", "")
    return Filter(
        language=language if language in LANGUAGES else None,
        by=by if by in {"machine", "person"} else None,
        words=request.values.get("words", "").strip()[:100],
    )


def theme_choices(rows: Sequence[ThemeRow], *, without: int | None = None) -> list[SelectChoice]:
    """Themes to choose from, with their sizes."""
    return [
        SelectChoice(str(row.theme.id), f"{choose(row.theme.title)[1]} ({number_text(row.points)})")
        for row in rows
        if row.theme.id != without
    ]


def _title(code: str) -> StringField:
    return StringField(
        lazy_gettext("Title in %(language)s", language=LANGUAGE_NAMES[code]),
        validators=[Optional(), Length(max=200)],
    )


def _description(code: str) -> TextAreaField:
    return TextAreaField(
        lazy_gettext("Description in %(language)s", language=LANGUAGE_NAMES[code]),
        validators=[Optional(), Length(max=1000)],
    )


class TitledForm(ConsultForm):
    """Something with a title in the four languages."""

    title_fr = _title("fr")
    title_de = _title("de")
    title_lb = _title("lb")
    title_en = _title("en")


class ThemeForm(TitledForm):
    """Name and place of a theme."""

    description_fr = _description("fr")
    description_de = _description("de")
    description_lb = _description("lb")
    description_en = _description("en")
    parent = SelectField(lazy_gettext("Stands below"), validate_choice=True)
    seen = HiddenField()

    def offer(self, rows: Sequence[ThemeRow], *, without: int | None = None) -> None:
        main = [row for row in rows if row.theme.parent_id is None]
        self.parent.choices = [
            SelectChoice("", gettext("It is a main theme")),
            *theme_choices(main, without=without),
        ]

    @property
    def parent_id(self) -> int | None:
        return int(self.parent.data) if self.parent.data else None


def _proposal(value: str) -> tuple[int, str]:
    """A ticked proposal: its number, and its fingerprint when it was seen."""
    found, _dot, seen = value.partition(".")
    known = number(found)
    if known is None:
        raise ValueError
    return known, seen


class TogetherForm(ConsultForm):
    """Proposals that were ticked, and the button that says what becomes of them."""

    chosen = SelectMultipleField(
        lazy_gettext("Which proposals?"),
        [
            InputRequired(
                lazy_gettext("Nothing is chosen: tick at least one proposal, then press again.")
            )
        ],
        coerce=_proposal,
        # What was decided on meanwhile is said by the verb.
        validate_choice=False,
    )
    to = HiddenField(validators=[AnyOf((ACCEPTED, SET_ASIDE))])

    @property
    def proposals(self) -> dict[int, str]:
        return dict(self.chosen.data or ())

    def tell(self, error: ProposalsMovedError, names: Mapping[int, str]) -> int:
        """Refuse, and say of the proposals what became of them meanwhile, as far as they have
        names."""
        status = self.refuse(error)
        for sentence, moved in (
            (mark("Accepted by now: %(names)s"), error.accepted),
            (mark("Changed by now: %(names)s"), error.changed),
            (mark("Set aside, merged or replaced by now: %(names)s"), error.gone),
        ):
            named = [f"“{names[one]}”" for one in moved if one in names]
            if named:
                self.form_errors.append(gettext(sentence, names=", ".join(named)))
        return status


class MoveForm(ConsultForm):
    """Where chosen points belong, or the title of a new theme for them."""

    into = SelectField(lazy_gettext("Theme"), validate_choice=True)
    title = StringField(
        lazy_gettext("Title of the new theme"), validators=[Optional(), Length(max=200)]
    )

    def offer(self, rows: Sequence[ThemeRow], *, without: int | None = None) -> None:
        self.into.choices = [
            SelectChoice("", gettext("Please choose")),
            *theme_choices(rows, without=without),
            SelectChoice(NONE, gettext("Belongs to no theme")),
        ]

    @property
    def theme_id(self) -> int | None:
        return int(self.into.data) if self.into.data not in {"", NONE, None} else None


class CheckForm(ConsultForm):
    """For each of some points the theme that it belongs to; a point left open is not decided."""

    def decisions(self) -> dict[int, int | None]:
        """Point → theme, None for none. What is no number is passed over."""
        found: dict[int, int | None] = {}
        for name, value in request.form.items():
            point = number(name.removeprefix("theme-")) if name.startswith("theme-") else None
            if point and value == NONE:
                found[point] = None
            elif point and (theme := number(value)):
                found[point] = theme
        return found


class StartForm(ConsultForm):
    """What an analysis is asked for."""

    topics = IntegerField(
        lazy_gettext("Number of themes"),
        validators=[
            Optional(),
            NumberRange(2, 60, lazy_gettext("Please write a number from 2 to 60.")),
        ],
    )


class CampaignForm(TitledForm):
    """Title and wording of a campaign."""

    seen = HiddenField()

    wording = TextAreaField(
        lazy_gettext("The letter's words"), validators=[Optional(), Length(max=20_000)]
    )


class SplitForm(ConsultForm):
    """The words of each point, pasted."""

    words = TextAreaField(lazy_gettext("Words of each point"), validators=[Optional()])
