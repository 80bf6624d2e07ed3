"""What happened, in words. An act without words here is shown as it is written in the log."""

import re
from collections.abc import Mapping
from datetime import datetime

from consult.accounts.words import ROLE_NAMES
from consult.kernel.i18n import LANGUAGE_NAMES, deadline_text, gettext, mark
from consult.moderation.words import GROUND_NAMES, KIND_NAMES, LOOK_NAMES, REASON_NAMES

# The subjects that a reader may filter by, in the order of a consultation's life.
SUBJECTS = {
    "consultation": mark("Consultation"),
    "promise": mark("Dates"),
    "interruption": mark("Outages and missing documents"),
    "milestone": mark("Promises after the outcome"),
    "draft": mark("Import of texts"),
    "version": mark("Versions"),
    "clause": mark("Clauses"),
    "edit": mark("Changes"),
    "anchor": mark("Words of comments"),
    "submission": mark("Submissions"),
    "comment": mark("Comments"),
    "point": mark("Points"),
    "coding": mark("Coding"),
    "reading": mark("Second reading"),
    "receipt": mark("Receipts"),
    "file": mark("Files"),
    "import": mark("Import of comments"),
    "reports": mark("Reports"),
    "case": mark("“This was not me”"),
    "objection": mark("Objections"),
    "run": mark("Analysis"),
    "theme": mark("Themes"),
    "campaign": mark("Campaigns"),
    "answer": mark("Answers"),
    "handover": mark("Hand-overs"),
    "note": mark("Notes between colleagues"),
    "publication": mark("Publication"),
    "report-file": mark("Reports on consultations"),
    "job": mark("Background work"),
    "letter": mark("Letters"),
    "account": mark("Accounts"),
    "session": mark("Signing in"),
    "organisation": mark("Organisations"),
    "drafting": mark("Drafts of organisations"),
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
    "anchor:placed": mark("Place of the words of a comment decided"),
    "answer:approved": mark("Answer approved"),
    "answer:check_asked": mark("Answer sent to the legal check"),
    "answer:corrected": mark("Answer corrected"),
    "answer:decided": mark("Answer decided"),
    "answer:selection_asked": mark("Many points to be answered together"),
    "answer:selection_stopped": mark("Answering many points together stopped"),
    "answer:sent_back": mark("Answer sent back to be drafted anew"),
    "body:created": mark("Body created"),
    "body:module_deleted": mark("Text module deleted"),
    "body:module_saved": mark("Text module saved"),
    "body:described": mark("Body described anew"),
    "campaign:accepted": mark("Campaign accepted"),
    "campaign:additions_divided": mark("What people added to a letter became points"),
    "campaign:additions_joined": mark("What people added to a letter is part of it again"),
    "campaign:members_added": mark("Points added to a campaign"),
    "campaign:members_proposed": mark("Points proposed to a campaign"),
    "campaign:members_removed": mark("Points taken out of a campaign"),
    "campaign:reworded": mark("Campaign reworded"),
    "campaign:set_aside": mark("Campaign set aside"),
    "case:answered": mark("A party wrote in a case"),
    "case:asked": mark("A party was asked in a case"),
    "case:opened": mark("“This was not me”: comment held back"),
    "case:removed": mark("Case decided: not of the person whose it seemed to be, removed"),
    "case:reopened": mark("Case opened again, because the removal does not stand"),
    "case:restored": mark("Case decided: the comment stays"),
    "clause:adopted": mark("Proposed words taken into a clause"),
    "clause:amended": mark("Clause amended"),
    "clause:deleted": mark("Clause deleted"),
    "clause:erratum": mark("Erratum to a clause"),
    "clause:inserted": mark("Clause inserted"),
    "clause:moved": mark("Clause moved"),
    "clause:restored": mark("Clause restored"),
    "clause:translated": mark("Clause translated"),
    "clause:translation_kept": mark("Translation of a clause left as it is"),
    "objection:made": mark("Author objected to a removal or a holding back"),
    "objection:overturned": mark("Objection followed: the comment can be read again"),
    "objection:upheld": mark("Objection decided: the decision stands"),
    "comment:addressed": mark("Reply addressed to the public body by an official"),
    "comment:admitted": mark("Late comment admitted"),
    "comment:left_late": mark("Late comment left with the rule"),
    "comment:corrected": mark("Comment corrected by its author"),
    "comment:emptied": mark("Words of a comment erased"),
    "comment:erased": mark("Comment erased"),
    "comment:held": mark("Comment held back until it is judged"),
    "comment:joined": mark("Points joined again"),
    "comment:published": mark("Held comment published"),
    "comment:original_read": mark("Sealed original of a comment read"),
    "comment:personal_data_left": mark("What looked like personal data left in a comment"),
    "comment:received": mark("Comment received"),
    "comment:redacted": mark("Words removed from a comment"),
    "comment:removed": mark("Comment removed"),
    "comment:reported": mark("Comment reported"),
    "consultation:premoderated": mark("Comments are read before they appear"),
    "consultation:postmoderated": mark("Comments appear at once"),
    "comment:second_asked": mark("Second opinion asked for"),
    "comment:second_stays": mark("Second opinion: the comment stays"),
    "comment:undone": mark("Last act of moderation undone"),
    "comment:split": mark("Comment split into points"),
    "comment:unaddressed": mark("Reply no longer addressed to the public body"),
    "comment:withdrawn": mark("Comment withdrawn by its author"),
    "comment:words_put_back": mark("Removed words put back into a comment"),
    "consultation:announced": mark("Consultation announced"),
    "consultation:cancelled": mark("Consultation cancelled"),
    "consultation:created": mark("Consultation created"),
    "consultation:described": mark("Title or summary changed"),
    "consultation:four_eyes_off": mark("Publishing without approval by somebody else allowed"),
    "consultation:four_eyes_on": mark("Approval by somebody else asked for before publishing"),
    "draft:changed": mark("Text that is being brought in reshaped"),
    "draft:discarded": mark("Text that was being brought in thrown away"),
    "draft:imported": mark("Text imported"),
    "draft:read": mark("File of a text read"),
    "draft:refused": mark("File of a text could not be read"),
    "draft:stored": mark("Text brought in, not saved yet"),
    "draft:undone": mark("Step of bringing a text in undone"),
    "drafting:begun": mark("Draft of an organisation begun"),
    "drafting:deleted": mark("Draft of an organisation deleted"),
    "drafting:lapsed": mark("Draft of an organisation deleted: it was not sent"),
    "drafting:noted": mark("Note left on the draft of an organisation"),
    "drafting:saved": mark("Text of an organisation’s draft saved"),
    "drafting:sent": mark("Draft of an organisation sent"),
    "edit:ground": mark("Reason for a change written"),
    "file:erased": mark("Files of a submission erased"),
    "file:kept": mark("Files of a submission kept"),
    "file:sealed_opened": mark("Sealed file of a submission opened"),
    "handover:accepted": mark("Hand-over accepted by the other body"),
    "handover:asked": mark("Another body asked to answer"),
    "handover:handed_back": mark("Handed back by the other body"),
    "import:cancelled": mark("Import of comments stopped"),
    "import:done": mark("Import of comments finished"),
    "import:failed": mark("Import of comments failed"),
    "import:file-deleted": mark("File of an import deleted"),
    "coding:given_back": mark("Points to be coded given back"),
    "coding:handed_over": mark("Points to be coded handed over to a colleague"),
    "coding:taken": mark("Points taken to be coded"),
    "import:resumed": mark("Import of comments taken up again"),
    "import:uploaded": mark("File with comments uploaded"),
    "import:started": mark("Import of comments started"),
    "interruption:document": mark("Missing document recorded"),
    "interruption:outage": mark("Outage of the platform recorded"),
    "invitation:accepted": mark("Invitation accepted"),
    "invitation:revoked": mark("Invitation made void"),
    "invitation:sent": mark("Invitation sent"),
    "organisation:described": mark("Description of an organisation changed"),
    "organisation:dissolved": mark("Organisation deleted"),
    "organisation:founded": mark("Organisation founded"),
    "organisation:joined": mark("Member of an organisation joined"),
    "organisation:lead_given": mark("Member of an organisation made a lead"),
    "organisation:lead_withdrawn": mark("Lead of an organisation made an ordinary member"),
    "organisation:left": mark("Member left an organisation"),
    "organisation:letters": mark("Member of an organisation chose about letters"),
    "organisation:removed": mark("Member removed from an organisation"),
    "report-file:deleted": mark("Report on the consultation deleted"),
    "report-file:failed": mark("Report on the consultation could not be made"),
    "report-file:made": mark("Report on the consultation made"),
    "report-file:requested": mark("Report on the consultation asked for"),
    "job:again": mark("Background work started again"),
    "job:stopped": mark("Background work stopped"),
    "letter:given-up": mark("Failed letter given up"),
    "letter:sent-again": mark("Letter sent again"),
    "letter:taken-as-sent": mark("Uncertain letter counted as sent"),
    "note:deleted": mark("Note to colleagues deleted"),
    "note:written": mark("Note to colleagues written"),
    "milestone:done": mark("Promise kept"),
    "milestone:dropped": mark("Promise dropped"),
    "milestone:planned": mark("Promise made"),
    "milestone:under_way": mark("Promise under way"),
    "promise:set": mark("Date set"),
    "publication:cancelled": mark("Publication called off"),
    "publication:failed": mark("Publication failed"),
    "publication:published": mark("Answers published"),
    "publication:requested": mark("Publication asked for"),
    "publication:resumed": mark("Publication taken up again"),
    "publication:stopped": mark("Publication stopped: something was decided meanwhile"),
    "reading:drawn": mark("Points drawn by lot for a second reading"),
    "reading:ended": mark("Second reading ended"),
    "reading:read": mark("Point read a second time"),
    "reading:taken": mark("Points taken to be read a second time"),
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
    "submission:erased": mark("A submission erased"),
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
    "version:language_dropped": mark("Language left out of the next version"),
    "version:replaced": mark("Text of the next version replaced"),
    "version:translated": mark("Translation of the text brought in"),
}


# The particulars of acts.
FACTS = {
    "clauses": mark("clauses"),
    "digest": mark("checksum"),
    "doubtful": mark("uncertain matches"),
    "files": mark("files"),
    "issue": mark("issue of the receipt"),
    "known": mark("already known"),
    "language": mark("language"),
    "late": mark("late"),
    "new": mark("new"),
    "findings": mark("places"),
    "ground": mark("reason"),
    "number": mark("number"),
    "reason": mark("reason"),
    "removed": mark("what"),
    "why": mark("why"),
    "state": mark("state"),
    "reports": mark("reports"),
    "revision": mark("revision"),
    "taken": mark("taken in"),
    "topics": mark("number of themes"),
    "at": mark("for"),
    "body": mark("body"),
    "into": mark("into"),
    "kind": mark("which"),
    "languages": mark("languages"),
    "member": mark("account no."),
    "organisation": mark("organisation no."),
    "parent": mark("under"),
    "points": mark("points"),
    "seed": mark("seed of the lot"),
    "role": mark("role"),
    "comments": mark("comments"),
    "answer": mark("answer"),
    "disposition": mark("decision"),
    "edits": mark("changes"),
    "version": mark("version"),
    "letters": mark("letters"),
    "fates": mark("points with a new answer"),
    "settled": mark("first answers"),
    "stands": mark("taken"),
    "changed": mark("points that changed the text"),
    "party": mark("party"),
    "way": mark("way"),
    "against": mark("against"),
    "undone": mark("undone"),
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
    "holder": mark("whoever holds the receipt"),
    "removal": mark("removal"),
    "holding": mark("holding back"),
    "kept": mark("reports decided, comment kept"),
    "held": mark("held back"),
    "published": mark("let be read"),
    "removed": mark("removed"),
    "claimant": mark("whoever reported it"),
    "letter": mark("by a letter"),
    "receipt": mark("by the receipt"),
    "report": mark("by a report"),
    "unchanged": mark("unchanged"),
    "edited": mark("edited"),
    "moved": mark("moved"),
    "deleted": mark("deleted"),
    "whole": mark("all of it"),
    "part": mark("in part"),
    **ROLE_NAMES,
    **REASON_NAMES,
    **KIND_NAMES,
    **GROUND_NAMES,
    **LOOK_NAMES,
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
