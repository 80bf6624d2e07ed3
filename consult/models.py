"""Every table of the house, imported so that the metadata is complete."""

from consult.accounts import models as accounts
from consult.activity import models as activity
from consult.answers import models as answers
from consult.consultations import models as consultations
from consult.drafts import models as drafts
from consult.jobs import models as jobs
from consult.kernel import release, search
from consult.ledger import models as ledger
from consult.moderation import models as moderation
from consult.notifications import models as notifications
from consult.opinions import models as opinions
from consult.submissions import models as submissions
from consult.themes import models as themes

__all__ = [
    "accounts",
    "activity",
    "answers",
    "consultations",
    "drafts",
    "jobs",
    "ledger",
    "moderation",
    "notifications",
    "opinions",
    "release",
    "search",
    "submissions",
    "themes",
]
