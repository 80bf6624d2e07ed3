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
REMOVAL_NAMES = {**RULE_NAMES, "not_theirs": mark("Not of the person whose it seemed to be")}
REASON_NAMES = {
    **RULE_NAMES,
    "not_me": mark("This was published in my name, but not by me"),
    "other": mark("Something else"),
}

# What a second opinion was, by the act that was it.
OPINION_NAMES = {
    "comment:second_stays": mark("The comment stays"),
    "reports:kept": mark("The comment stays"),
    "case:restored": mark("The comment stays"),
    "comment:published": mark("The comment can be read"),
    "objection:overturned": mark("The comment is shown again"),
    "objection:upheld": mark("The decision stands"),
    "comment:removed": mark("The comment is removed"),
    "case:removed": mark("The comment is removed"),
    "comment:withdrawn": mark("Its author has withdrawn the comment"),
    "comment:erased": mark("The comment was erased"),
}

# What removed words were, and why they were removed, as everybody reads it.
KIND_NAMES = {
    "email": mark("E-mail address"),
    "phone": mark("Telephone number"),
    "iban": mark("Bank account"),
    "national_number": mark("National identification number"),
    "address": mark("Postal address"),
    "name": mark("Name"),
    "other": mark("Something else"),
}
GROUND_NAMES = {
    "third_person": mark("Personal data of somebody else"),
    "author": mark("Personal data of the author, not needed to understand the comment"),
    "request": mark("At the author’s request"),
    "secret": mark("The law keeps it secret"),
}
LOOK_NAMES = {
    "objection": mark("An objection or a complaint"),
    "authority": mark("A request of an authority or a court"),
    "check": mark("Checking whether the removal was right"),
}

# On which ground an official erased what somebody sent, as everybody reads it.
ERASURE_NAMES = {
    "request": mark("The person concerned asked the body for it"),
    "supervisor": mark("A decision of the data protection authority"),
    "court": mark("A decision of a court"),
    "law": mark("The law asks for it"),
}
