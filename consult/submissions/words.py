"""What the codes of this room are called."""

from consult.kernel.i18n import lazy_gettext

RESPONDENT_NAMES = {
    "citizen": lazy_gettext("A citizen"),
    "association": lazy_gettext("An association"),
    "company": lazy_gettext("A company"),
    "public_body": lazy_gettext("A public body"),
    "expert": lazy_gettext("An expert"),
    "unknown": lazy_gettext("Not said"),
}

# Those that speak for more than one person.
ORGANISED = ("association", "company", "public_body")
