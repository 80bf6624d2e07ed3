"""What codes are called in a report, as marked sentences."""

from consult.kernel.i18n import mark

DISPOSITION_NAMES = {
    "accepted": mark("Accepted"),
    "partly_accepted": mark("Partly accepted"),
    "not_accepted": mark("Not accepted"),
    "already_covered": mark("Already covered"),
    "out_of_scope": mark("Out of scope"),
    "noted": mark("Noted"),
}
SUM_NAMES = {
    "answered": mark("With an answer"),
    "withdrawn": mark("Withdrawn"),
    "removed": mark("Removed"),
    "open": mark("Still open"),
}
STATE_NAMES = {
    "published": mark("can be read"),
    "held": mark("held back"),
    "removed": mark("removed"),
    "withdrawn": mark("withdrawn"),
    "erased": mark("erased"),
}
FORMAT_NAMES = {
    "pdf": mark("PDF, to read, print and keep"),
    "docx": mark("Word, to go on writing"),
    "html": mark("Web page in one file"),
    "xlsx": mark("Excel, all tables and every point"),
    "csv": mark("CSV, every point"),
    "json": mark("JSON, the report as data"),
}
