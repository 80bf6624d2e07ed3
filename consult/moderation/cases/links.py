"""What the link of a letter to a claimant proves: that they got it."""

from datetime import datetime

from consult.kernel.keys import read_signed, sign


def case_token(report_id: int, now: datetime) -> str:
    """The signed reference in a claimant's letters."""
    return sign("case", {"report": report_id}, now)


def report_of(token: str) -> int | None:
    """The report of a case that such a reference names; None if it is not ours."""
    facts = read_signed("case", token)
    return None if facts is None else int(facts["report"])
