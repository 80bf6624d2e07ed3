"""Deciding about late comments: which ones, and on what ground."""

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired, Length

from consult.kernel.forms import ConsultForm
from consult.kernel.i18n import gettext, lazy_gettext
from consult.kernel.paging import number
from consult.moderation.latecomers.words import GROUND_NAMES
from consult.moderation.models import ADMITTING

AT_ONCE = 200


class DecideForm(ConsultForm):
    """`chosen` are checkboxes beside the comments, drawn by hand; `ids` is what was previewed."""

    ground = RadioField(
        lazy_gettext("Decision and its ground"),
        validators=[InputRequired(lazy_gettext("Please choose a decision and its ground."))],
    )
    every = BooleanField(lazy_gettext("All that wait, on the next pages too"))
    ids = HiddenField(validators=[Length(max=20 * AT_ONCE)])

    def offer(self) -> None:
        """The decisions in the reader's language."""
        self.ground.choices = [
            SelectChoice(
                code,
                gettext("Admit: %(ground)s", ground=gettext(name))
                if code in ADMITTING
                else gettext("Leave it with the rule: %(ground)s", ground=gettext(name)),
            )
            for code, name in GROUND_NAMES.items()
        ]

    def previewed(self) -> list[int]:
        """The comments that the preview showed."""
        found = [number(part) for part in (self.ids.data or "").split(",")]
        return [id_ for id_ in found if id_ is not None][:AT_ONCE]
