"""The roles in words: what officials call them, and what each may do."""

from consult.kernel.i18n import mark

ROLE_NAMES = {
    "administrator": mark("Administrator"),
    "publisher": mark("Publisher"),
    "editor": mark("Editor"),
    "analyst": mark("Analyst"),
    "moderator": mark("Moderator"),
    "auditor": mark("Auditor"),
    "oversight": mark("Oversight"),
}

ROLE_TASKS = {
    "administrator": mark("Creates bodies, invites people, gives and withdraws roles."),
    "publisher": mark("Sets dates, announces, answers and publishes; may do what editors do."),
    "editor": mark("Edits the text, the themes and the answers; publishes nothing."),
    "analyst": mark("Starts analyses, sorts points into themes, signs themes off."),
    "moderator": mark("Judges reports, removes comments with a public reason, enters paper."),
    "auditor": mark("Reads everything on the desk, including the activity log."),
    "oversight": mark("Reads everything from outside the body, including the activity log."),
}
