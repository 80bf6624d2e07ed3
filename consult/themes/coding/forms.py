"""The forms of the coding screen: which points, and to whom they are handed over."""

from collections.abc import Sequence

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from consult.kernel.forms import ConsultForm, language_choices
from consult.kernel.i18n import choose, gettext, lazy_gettext, mark
from consult.submissions.imports.words import CHANNEL_NAMES
from consult.submissions.models import RESPONDENTS
from consult.submissions.words import RESPONDENT_NAMES
from consult.themes.campaign_queries import CampaignRow
from consult.themes.coding.wanted import CONFIDENCE, NOBODY, NONE, Wanted
from consult.themes.forms import theme_choices
from consult.themes.queries import ThemeRow

CONFIDENCE_NAMES = {
    "doubtful": lazy_gettext("doubtful (below 60%)"),
    "fair": lazy_gettext("fairly clear (60 to 80%)"),
    "clear": lazy_gettext("clear (from 80%)"),
}
# Where a comment came from, that of the website included.
CHANNELS = {"web": mark("Website"), **CHANNEL_NAMES}


class TakeForm(ConsultForm):
    """Which points a coder wants to have before them."""

    theme = SelectField(lazy_gettext("Theme"), validate_choice=True)
    coder = SelectField(lazy_gettext("Decided by"), validate_choice=True)
    confidence = SelectField(lazy_gettext("How sure the program is"), validate_choice=True)
    answer = SelectField(lazy_gettext("Answer"), validate_choice=True)
    language = SelectField(lazy_gettext("Language"), validate_choice=True)
    channel = SelectField(lazy_gettext("Channel"), validate_choice=True)
    respondent = SelectField(lazy_gettext("Who speaks"), validate_choice=True)
    clause = SelectField(lazy_gettext("Clause"), validate_choice=True)
    campaign = SelectField(lazy_gettext("Campaign"), validate_choice=True)
    words = StringField(
        lazy_gettext("Contains the words"), validators=[Optional(), Length(max=100)]
    )
    # The last point of the portion before: the next one goes on from there.
    after = HiddenField()

    def offer(
        self,
        themes: Sequence[ThemeRow],
        coders: Sequence[tuple[int, str]],
        clauses: Sequence[tuple[int, str]],
        campaigns: Sequence[CampaignRow],
    ) -> None:
        any_ = SelectChoice("", gettext("any"))
        self.theme.choices = [
            any_,
            SelectChoice(str(NONE), gettext("without a theme")),
            *theme_choices(themes),
        ]
        self.coder.choices = [
            SelectChoice(str(NOBODY), gettext("nobody yet")),
            SelectChoice("", gettext("anybody or nobody")),
            *(SelectChoice(str(person), name) for person, name in coders),
        ]
        self.confidence.choices = [
            any_,
            *(SelectChoice(code, str(CONFIDENCE_NAMES[code])) for code in CONFIDENCE),
        ]
        self.answer.choices = [
            SelectChoice("open", gettext("owed and open")),
            SelectChoice("", gettext("any")),
        ]
        self.language.choices = [any_, *language_choices()]
        channels = (SelectChoice(code, gettext(name)) for code, name in CHANNELS.items())
        self.channel.choices = [any_, *channels]
        self.respondent.choices = [
            any_,
            *(SelectChoice(code, str(RESPONDENT_NAMES[code])) for code in RESPONDENTS),
        ]
        self.clause.choices = [any_, *(SelectChoice(str(n), label) for n, label in clauses)]
        self.campaign.choices = [
            any_,
            SelectChoice(str(NONE), gettext("in no campaign")),
            *(SelectChoice(str(row.campaign.id), _campaign_name(row)) for row in campaigns),
        ]

    def ask(self, wanted: Wanted) -> None:
        """Show a choice that was made before, where it still can be made."""
        said = {
            "theme": wanted.theme,
            "coder": wanted.coder,
            "confidence": wanted.confidence,
            "answer": "open" if wanted.unanswered else None,
            "language": wanted.language,
            "channel": wanted.channel,
            "respondent": wanted.respondent,
            "clause": wanted.clause,
            "campaign": wanted.campaign,
        }
        for name, value in said.items():
            text = "" if value is None else str(value)
            if any(choice.value == text for choice in self[name].choices or ()):
                self[name].data = text

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            theme=_number(self.theme.data),
            language=self.language.data or None,
            channel=self.channel.data or None,
            respondent=self.respondent.data or None,
            clause=_number(self.clause.data),
            campaign=_number(self.campaign.data),
            confidence=self.confidence.data or None,
            coder=_number(self.coder.data),
            unanswered=self.answer.data == "open",
            words=(self.words.data or "").strip(),
        )


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _campaign_name(row: CampaignRow) -> str:
    title = choose(row.campaign.title)[1] if row.campaign.title else row.text[:60]
    return f"{title} ({row.campaign.points})"


class HandOverForm(ConsultForm):
    """To whom the open points go, and what they should know."""

    colleague = SelectField(lazy_gettext("Colleague"), validate_choice=True)
    note = StringField(lazy_gettext("Note"), validators=[Optional(), Length(max=500)])

    def offer(self, others: Sequence[tuple[int, str]]) -> None:
        self.colleague.choices = [
            SelectChoice("", gettext("Please choose")),
            *(SelectChoice(str(person), name) for person, name in others),
        ]

    @property
    def colleague_id(self) -> int:
        return _number(self.colleague.data) or 0
