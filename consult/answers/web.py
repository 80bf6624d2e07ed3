"""The letters of a publication as their readers will see them, for the preview."""

from dataclasses import dataclass

from consult.answers.letters import TEMPLATE, News, payload
from consult.kernel.i18n import LANGUAGES, choose
from consult.notifications.models import Letter
from consult.notifications.outbox import Recipient
from consult.notifications.web import render_letter

# One code for all samples: it opens nothing.
SAMPLE_CODE = "0000-0000-0000-0000"


@dataclass(frozen=True)
class Sample:
    """One letter: in which case it is sent, in which language, and its words."""

    case: str
    language: str
    subject: str
    body: str


# Case → what such a letter tells. Every sentence of the template occurs in one of them.
_CASES: dict[str, list[News]] = {
    "changed": [News(12, "partly_accepted", changed=True, again=False)],
    "taken": [News(12, "accepted", changed=True, again=False, taken="whole")],
    "taken in part": [News(12, "partly_accepted", changed=True, again=False, taken="part")],
    "unchanged": [News(12, "not_accepted", changed=False, again=False)],
    "corrected": [News(12, "accepted", changed=True, again=True)],
    "reply": [News(31, "noted", changed=False, again=False, from_root=True)],
    "many": [News(40 + n, "already_covered", changed=False, again=False) for n in range(22)],
}


def samples(title: dict[str, str], slug: str) -> list[Sample]:
    """Every kind of letter in every language."""
    return [sample(case, _CASES[case], code, title, slug) for case in _CASES for code in LANGUAGES]


def sample(case: str, told: list[News], code: str, title: dict[str, str], slug: str) -> Sample:
    """The letter that tells this, in one language."""
    letter = Letter(
        recipient="submission:0", template=TEMPLATE, language=code, payload=payload(told)
    )
    facts = {"code": SAMPLE_CODE, "title": choose(title, code)[1], "slug": slug}
    rendered = render_letter(letter, Recipient("", code, facts))
    return Sample(case, code, rendered.subject, rendered.body)
