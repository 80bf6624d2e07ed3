"""What the kinds of a ground are called."""

from consult.kernel.i18n import mark

GROUND_NAMES = {
    "legal_quality": mark("Legal quality"),
    "council_of_state": mark("Opinion of the Council of State"),
    "error": mark("Correction of an error"),
    "consequence": mark("Follows from another change"),
    "other": mark("Another ground"),
}
