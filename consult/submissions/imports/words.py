"""What the reasons and channels of an import are called, as marked sentences."""

from consult.kernel.i18n import mark
from consult.submissions import importing

REASONS = {
    importing.EMPTY: mark("no words in it"),
    importing.TOO_LONG: mark("longer than one comment may be"),
    importing.BROKEN: mark("the line is broken (quotation marks or number of cells)"),
    importing.UNREADABLE: mark(
        "letters that cannot be read (is the encoding right?), or a formula without a result"
    ),
    importing.BAD_DATE: mark("the date cannot be read, or lies before 1900 or in the future"),
    importing.NO_DATE: mark("no date of receipt"),
    importing.SAME_ID: mark("the same id as a line above"),
    importing.TRIAL: mark("a trial of the survey by those who built it"),
    importing.CLAUSE_UNKNOWN: mark("taken in; the clause is unknown, so it is on the whole text"),
    importing.BAD_EMAIL: mark("taken in; what stands as its e-mail address is none"),
    importing.KNOWN: mark("taken in by an earlier import, so left out"),
    importing.LATE: mark("taken in; received after the close, so marked as late"),
}

ROLE_NAMES = {
    "": mark("not used"),
    "text": mark("words of a comment"),
    "id": mark("id of the row"),
    "received": mark("date of receipt"),
    "language": mark("language"),
    "clause": mark("clause"),
    "respondent": mark("kind of respondent"),
    "organisation": mark("organisation"),
    "name": mark("name to be shown"),
    "email": mark("e-mail address, never shown"),
}

CHANNEL_NAMES = {
    "paper": mark("Letter on paper"),
    "email": mark("E-mail"),
    "phone": mark("Telephone"),
    "event": mark("Event"),
    "import": mark("Another platform"),
}

DELIMITER_NAMES = {
    ",": mark("comma"),
    ";": mark("semicolon"),
    "\t": mark("tab"),
    "|": mark("vertical line"),
}
