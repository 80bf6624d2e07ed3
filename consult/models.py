"""Every table of the house, imported so that the metadata is complete."""

from consult.accounts import models as accounts
from consult.activity import models as activity
from consult.answers import models as answers
from consult.consultations import models as consultations
from consult.drafts import models as drafts
from consult.exports.reports import models as reports
from consult.files import models as files
from consult.jobs import models as jobs
from consult.kernel import release, search
from consult.ledger import models as ledger
from consult.moderation import models as moderation
from consult.moderation.erasure import models as erasure
from consult.moderation.redacting import models as redacting
from consult.notifications import models as notifications
from consult.operations import models as operations
from consult.opinions import models as opinions
from consult.submissions import models as submissions
from consult.submissions.draftings import models as draftings
from consult.themes import models as themes

__all__ = [
    "accounts",
    "activity",
    "answers",
    "consultations",
    "draftings",
    "drafts",
    "erasure",
    "files",
    "jobs",
    "ledger",
    "moderation",
    "notifications",
    "operations",
    "opinions",
    "redacting",
    "release",
    "reports",
    "search",
    "submissions",
    "themes",
]
