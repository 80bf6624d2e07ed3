"""What happened, in words. An act without words here is shown as it is written in the log."""

import re
from collections.abc import Mapping
from datetime import datetime

from consult.accounts.words import ROLE_NAMES
from consult.kernel.i18n import LANGUAGE_NAMES, deadline_text, gettext, mark
from consult.moderation.words import REASON_NAMES

# The subjects that a reader may filter by, in the order of a consultation's life.
SUBJECTS = {
    "consultation": mark("Consultation"),
    "promise": mark("Dates"),
    "draft": mark("Import of texts"),
    "version": mark("Versions"),
    "clause": mark("Clauses"),
    "edit": mark("Changes"),
    "submission": mark("Submissions"),
    "comment": mark("Comments"),
    "point": mark("Points"),
    "receipt": mark("Receipts"),
    "import": mark("Import of comments"),
    "reports": mark("Reports"),
    "run": mark("Analysis"),
    "theme": mark("Themes"),
    "campaign": mark("Campaigns"),
    "answer": mark("Answers"),
    "publication": mark("Publication"),
    "job": mark("Background work"),
    "letter": mark("Letters"),
    "account": mark("Accounts"),
    "session": mark("Signing in"),
    "body": mark("Bodies"),
    "role": mark("Roles"),
    "invitation": mark("Invitations"),
}

ACTS = {
    "account:changed": mark("Name or language changed"),
    "account:confirmation-asked": mark("Letter to confirm the address asked for"),
    "account:confirmed": mark("Address confirmed"),
    "account:lapsed": mark("Account deleted: its address was never confirmed"),
    "account:made": mark("Account made from the command line"),
    "account:password-changed": mark("Password changed"),
    "account:password-reset": mark("Password replaced by letter"),
    "account:registered": mark("Account asked for"),
    "account:reset-asked": mark("New password asked for"),
    "answer:corrected": mark("Answer corrected"),
    "answer:decided": mark("Answer decided"),
    "body:created": mark("Body created"),
    "body:described": mark("Body described anew"),
    "campaign:accepted": mark("Campaign accepted"),
    "campaign:members_added": mark("Points added to a campaign"),
    "campaign:members_proposed": mark("Points proposed to a campaign"),
    "campaign:members_removed": mark("Points taken out of a campaign"),
    "campaign:reworded": mark("Campaign reworded"),
    "campaign:set_aside": mark("Campaign set aside"),
    "clause:amended": mark("Clause amended"),
    "clause:deleted": mark("Clause deleted"),
    "clause:erratum": mark("Erratum to a clause"),
    "clause:inserted": mark("Clause inserted"),
    "clause:moved": mark("Clause moved"),
    "clause:restored": mark("Clause restored"),
    "comment:addressed": mark("Reply addressed to the public body by an official"),
    "comment:admitted": mark("Late comment admitted"),
    "comment:corrected": mark("Comment corrected by its author"),
    "comment:emptied": mark("Words of a comment erased"),
    "comment:erased": mark("Comment erased"),
    "comment:held": mark("Comment held back until it is judged"),
    "comment:joined": mark("Points joined again"),
    "comment:published": mark("Held comment published"),
    "comment:received": mark("Comment received"),
    "comment:removed": mark("Comment removed"),
    "comment:reported": mark("Comment reported"),
    "comment:split": mark("Comment split into points"),
    "comment:unaddressed": mark("Reply no longer addressed to the public body"),
    "comment:withdrawn": mark("Comment withdrawn by its author"),
    "consultation:announced": mark("Consultation announced"),
    "consultation:cancelled": mark("Consultation cancelled"),
    "consultation:created": mark("Consultation created"),
    "consultation:described": mark("Title or summary changed"),
    "draft:imported": mark("Text imported"),
    "edit:ground": mark("Reason for a change written"),
    "import:cancelled": mark("Import of comments stopped"),
    "import:done": mark("Import of comments finished"),
    "import:failed": mark("Import of comments failed"),
    "import:file-deleted": mark("File of an import deleted"),
    "import:resumed": mark("Import of comments taken up again"),
    "import:uploaded": mark("File with comments uploaded"),
    "import:started": mark("Import of comments started"),
    "invitation:accepted": mark("Invitation accepted"),
    "invitation:revoked": mark("Invitation made void"),
    "invitation:sent": mark("Invitation sent"),
    "job:again": mark("Background work started again"),
    "job:stopped": mark("Background work stopped"),
    "letter:given-up": mark("Failed letter given up"),
    "letter:sent-again": mark("Letter sent again"),
    "letter:taken-as-sent": mark("Uncertain letter counted as sent"),
    "promise:set": mark("Date set"),
    "publication:cancelled": mark("Publication called off"),
    "publication:failed": mark("Publication failed"),
    "publication:published": mark("Answers published"),
    "publication:requested": mark("Publication asked for"),
    "publication:resumed": mark("Publication taken up again"),
    "publication:stopped": mark("Publication stopped: something was decided meanwhile"),
    "receipt:issued": mark("Receipt issued"),
    "receipt:printed": mark("Receipts printed"),
    "receipt:reissued": mark("Receipt issued anew"),
    "receipt:voided": mark("Receipt made void"),
    "reports:kept": mark("Reports judged: comment kept"),
    "role:granted": mark("Role given"),
    "role:withdrawn": mark("Role withdrawn"),
    "run:cancelled": mark("Analysis stopped"),
    "run:failed": mark("Analysis failed"),
    "run:recorded": mark("Result of an analysis recorded"),
    "run:requested": mark("Analysis asked for"),
    "session:opened": mark("Signed in"),
    "session:revoked": mark("Signed out"),
    "submission:email_changed": mark("E-mail address of a submission changed"),
    "submission:email_removed": mark("E-mail address of a submission removed"),
    "theme:accepted": mark("Theme accepted"),
    "theme:created": mark("Theme created"),
    "theme:merged": mark("Theme merged into another"),
    "theme:nested": mark("Theme put under another"),
    "theme:points_checked": mark("Labels of points checked"),
    "theme:points_moved": mark("Points moved to another theme"),
    "theme:quoted": mark("Quotes of a theme chosen"),
    "theme:renamed": mark("Theme renamed"),
    "theme:set_aside": mark("Theme set aside"),
    "theme:split": mark("Theme split"),
    "version:begun": mark("Next version begun"),
    "version:published": mark("Version published"),
    "version:replaced": mark("Text of the next version replaced"),
}


# The particulars of acts.
FACTS = {
    "clauses": mark("clauses"),
    "digest": mark("checksum"),
    "doubtful": mark("uncertain matches"),
    "issue": mark("issue of the receipt"),
    "known": mark("already known"),
    "language": mark("language"),
    "late": mark("late"),
    "new": mark("new"),
    "number": mark("number"),
    "reason": mark("reason"),
    "reports": mark("reports"),
    "revision": mark("revision"),
    "taken": mark("taken in"),
    "topics": mark("number of themes"),
    "at": mark("for"),
    "body": mark("body"),
    "into": mark("into"),
    "kind": mark("which"),
    "languages": mark("languages"),
    "parent": mark("under"),
    "points": mark("points"),
    "role": mark("role"),
    "comments": mark("comments"),
    "answer": mark("answer"),
    "disposition": mark("decision"),
    "edits": mark("changes"),
    "version": mark("version"),
    "letters": mark("letters"),
    "fates": mark("points with a new answer"),
    "settled": mark("first answers"),
    "changed": mark("points that changed the text"),
}
VALUES = {
    "opens": mark("opening"),
    "closes": mark("close"),
    "answers": mark("promised answer"),
    "accepted": mark("Accepted"),
    "partly_accepted": mark("Partly accepted"),
    "not_accepted": mark("Not accepted"),
    "already_covered": mark("Already covered"),
    "out_of_scope": mark("Out of scope"),
    "noted": mark("Noted"),
    **ROLE_NAMES,
    **REASON_NAMES,
}
MOST_LISTED = 8


def fact_words(facts: Mapping[str, object]) -> str:
    """The particulars as "name: value"; times on the clock in Luxembourg.

    What is not so (late: False) or was left open (None) says nothing to a reader; nought does.
    """
    said = (
        (key, _value_words(value))
        for key, value in facts.items()
        if value is not None and value is not False
    )
    return " · ".join(
        gettext("%(name)s:", name=gettext(FACTS[key]) if key in FACTS else key.replace("_", " "))
        + f" {words}"
        for key, words in said
    )


def _value_words(value: object) -> str:
    if value is True:
        return gettext("yes")
    if isinstance(value, list):
        few = len(value) <= MOST_LISTED
        return ", ".join(_value_words(part) for part in value) if few else str(len(value))
    if not isinstance(value, str):
        return str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT.+", value):
        return deadline_text(datetime.fromisoformat(value))
    return gettext(VALUES[value]) if value in VALUES else LANGUAGE_NAMES.get(value, value)


def act_words(act: str) -> str:
    """The act in the reader's language; "subject: act" for one that has no words yet."""
    if act in ACTS:
        return gettext(ACTS[act])
    subject, _, done = act.partition(":")
    known = gettext(SUBJECTS[subject]) if subject in SUBJECTS else subject
    return f"{known}: {done}".replace("_", " ").replace("-", " ")


def actor_words(reference: str, names: dict[int, str]) -> str:
    """Who acted. Only officials have names here; a citizen's account stays a number."""
    kind, _, number = reference.partition(":")
    if kind == "user" and number.isdigit():
        return names.get(int(number)) or gettext("account no. %(number)s", number=number)
    if kind == "receipt":
        return gettext("by the receipt of submission %(number)s", number=number)
    others = {
        "visitor": mark("a visitor"),
        "system": mark("the system"),
        "command": mark("the command line"),
    }
    return gettext(others[kind]) if kind in others else reference
