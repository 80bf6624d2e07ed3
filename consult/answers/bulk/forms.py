"""The form in which many points are answered together."""

from typing import Any

from wtforms import HiddenField

from consult.answers.forms import DecideForm
from consult.kernel.i18n import gettext


class BulkForm(DecideForm):
    """What an answer is made of, and what the preview showed: how many points, and the last."""

    count = HiddenField()
    last_point = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Many points are not answered by half: what accepts names a change, or why there is none."""
        valid = bool(super().validate(extra_validators))
        if valid and not self.agrees:
            self.disposition.errors = [
                *self.disposition.errors,
                gettext(
                    "This answer accepts. Choose the change of the text below, or say why the text"
                    " stays as it is."
                ),
            ]
            return False
        return valid
