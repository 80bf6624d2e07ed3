"""What the rules and the reasons of reports are called."""

from consult.kernel.i18n import mark

RULE_NAMES = {
    "hate": mark("Hate"),
    "threat": mark("Threat"),
    "insult": mark("Insult"),
    "personal_data": mark("Personal data"),
    "unlawful": mark("Unlawful content"),
    "advertising": mark("Advertising"),
    "off_topic_flood": mark("Flooding"),
}
REASON_NAMES = {
    **RULE_NAMES,
    "not_me": mark("This was published in my name, but not by me"),
    "other": mark("Something else"),
}
