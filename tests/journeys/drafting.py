"""An organisation whose members draft, and one text that they have sent, for the pages and journeys."""

from consult.accounts.models import User
from consult.accounts.organisations import founding, joining, membership
from consult.consultations.models import Consultation
from consult.kernel import clock
from consult.kernel.actor import SYSTEM, Actor
from consult.kernel.db import db
from consult.kernel.markup import render_comment
from consult.kernel.transaction import act, end_reading
from consult.submissions import intake, target
from consult.submissions.draftings import queries, sending, writing
from consult.submissions.draftings.queries import Spot
from consult.submissions.draftings.sending import Letterhead, Ready
from consult.submissions.proposing import Proposal, propose
from consult.submissions.target import Target
from tests.people import make_user

NAME = "Verein für Grundwasserschutz und Landschaftspflege"


def founded(lead: User, *members: User) -> int:
    """An organisation with this lead and these members."""
    with act() as session:
        made = founding.found(
            session,
            name=NAME,
            register_number="F1234",
            declared_interest="Sauberes Wasser. Bezahlt von den Mitgliedern.",
            anyway=True,
            actor=Actor.user(lead.id),
            now=clock.now(),
        )
        for member in members:
            membership.join(session, made, member.id, actor=SYSTEM, now=clock.now())
    return made


def begun(organisation: int, consultation: Consultation, lead: User) -> int:
    """Its open drafting for a consultation."""
    consultation_id = consultation.id
    with act() as session:
        return writing.begin(
            session, organisation, consultation_id, actor=Actor.user(lead.id), now=clock.now()
        )


def together(lead: User, still_open: Consultation, closed: Consultation) -> None:
    """A draft of three texts, one saved twice, the second time with other words for its clause, one on a
    sentence, with a note; and one that was sent late."""
    other = make_user(name="Nina Weber")
    organisation = founded(lead, other)
    with act() as session:
        joining.invite(
            session,
            organisation,
            email="invited@example.org",
            language="de",
            actor=Actor.user(lead.id),
            now=clock.now(),
        )
    shown = target.edition(db.session(), still_open.id, "de")
    assert shown is not None
    clause = target.clause(shown, "art_1").clause
    assert clause is not None
    first_word = clause.source.split()[0]
    proposal = propose(clause, clause.source.replace(first_word, f"Ausdrücklich: {first_word}", 1))
    end_reading()
    drafting = begun(organisation, still_open, lead)
    _save(drafting, Spot(clause.id), "Die Frist ist zu kurz.", 0, lead)
    reason = "Die Frist ist viel zu kurz.\n\nSechs Monate wären besser."
    _save(
        drafting, Spot(clause.id), reason, 1, other, proposal=proposal, version_id=shown.version_id
    )
    first = target.parts(Target(clause))[0]
    words = Spot(clause.id, clause.text_id, first.start, first.end)
    _save(drafting, words, "Dieser Satz ist zu lang.", 0, other, version_id=shown.version_id)
    _save(drafting, Spot(), "Wir begrüßen das Vorhaben.", 0, lead)
    with act() as session:
        writing.leave_note(
            session, drafting, "Bitte bis Freitag.", actor=Actor.user(other.id), now=clock.now()
        )
    late = begun(organisation, closed, lead)
    _save(late, Spot(), "Die Schutzgebiete sind zu klein bemessen.", 0, lead)
    _send(late, lead)
    end_reading()


def _save(
    drafting: int,
    spot: Spot,
    words: str,
    saved: int,
    author: User,
    *,
    proposal: Proposal | None = None,
    version_id: int | None = None,
) -> None:
    with act() as session:
        writing.save(
            session,
            drafting,
            spot,
            words=render_comment(words),
            proposal=proposal,
            saved=saved,
            version_id=version_id,
            actor=Actor.user(author.id),
            now=clock.now(),
        )


def _send(drafting: int, lead: User) -> None:
    texts = queries.texts(db.session(), drafting)
    ready = {
        text.text_id: Ready(text.number, intake.prepare(text.source, language="de"))
        for text in texts
    }
    with act() as session:
        sending.send(
            session,
            drafting,
            ready,
            Letterhead("association", "de", None),
            served_at=clock.now(),
            actor=Actor.user(lead.id),
            now=clock.now(),
        )
