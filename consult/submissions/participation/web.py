"""What both pages of who took part are made of."""

from datetime import datetime
from typing import Any

from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.submissions.participation import queries
from consult.submissions.participation.words import name_of


def page_facts(consultation: Consultation, now: datetime) -> dict[str, Any]:
    session = current_session()
    return {
        "consultation": consultation,
        "phase": phase(consultation, now),
        "tab": "overview",
        "took_part": queries.took_part(session, consultation, now),
        "on_clauses": queries.on_clauses(session, consultation.id, i18n.language()),
        "name_of": name_of,
    }
