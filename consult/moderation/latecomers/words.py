"""What the grounds are called, as the rules say them (rules#late)."""

from consult.kernel.i18n import mark

GROUND_NAMES = {
    "prevented": mark("its author was prevented: illness, the post, a closed counter"),
    "service": mark("this service failed, or a document was missing"),
    "new": mark("it says what nobody said in time, and that matters for the decision"),
    "no_ground": mark("it came late without a ground of the rule"),
    "said": mark("others said the same in time, and get an answer"),
}
