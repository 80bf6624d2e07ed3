"""Stances in words."""

from consult.kernel.i18n import mark
from consult.opinions.models import AGREE, DISAGREE, PASS

STANCE_NAMES = {
    AGREE: mark("I agree"),
    DISAGREE: mark("I disagree"),
    PASS: mark("I pass"),
}
# Told after it was noted.
NOTED = {
    AGREE: mark("Noted: you agree with No. %(number)s."),
    DISAGREE: mark("Noted: you disagree with No. %(number)s."),
    PASS: mark("Noted: you pass on No. %(number)s."),
}
