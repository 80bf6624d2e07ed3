"""What a browser brings when a lead confirms a drafting, and taking it in."""

from flask import request

from consult.accounts.login import SignedIn
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError
from consult.kernel.transaction import act
from consult.kernel.web import served_at
from consult.submissions import web
from consult.submissions.draftings import previewing, sending
from consult.submissions.draftings.errors import StaleDraftingError
from consult.submissions.draftings.forms import SendForm
from consult.submissions.draftings.previewing import Preview
from consult.submissions.draftings.queries import Opened
from consult.submissions.draftings.sending import Letterhead, Ready
from consult.submissions.models import SUSPICIOUS


def shown(opened: Opened, form: SendForm) -> Preview:
    """What would be sent, beside what the form confirms."""
    chosen = {
        name.removeprefix("language-"): code
        for name, code in request.form.items()
        if name.startswith("language-")
    }
    return previewing.preview(
        current_session(),
        opened,
        seen=(form.seen.data or "") if request.method == "POST" else None,
        chosen=chosen,
        text_language=i18n.text_language(),
        language=i18n.language(),
    )


def confirm_with(form: SendForm, opened: Opened, preview: Preview) -> None:
    """Let the form confirm this preview. One that was shown before keeps the time of its showing, by
    which it is judged whether it is sent in time."""
    if web.read_stamp(form.stamp.data, opened.consultation.id) is None:
        form.stamp.data = web.new_stamp(opened.consultation.id, None, served_at())
        form.stamp.raw_data = None
    form.seen.data, form.seen.raw_data = preview.seen, None


def take_in(
    opened: Opened, preview: Preview, form: SendForm, known: SignedIn
) -> ConsultError | None:
    """Send what was confirmed; the reason if that is refused."""
    stamp = web.read_stamp(form.stamp.data, opened.consultation.id)
    if stamp is None or preview.stale:
        return StaleDraftingError()
    ready = {
        item.entry.text.text_id: Ready(
            item.entry.text.number,
            item.prepared,
            version_id=item.entry.version_id,
            words=item.entry.words,
            held_for=SUSPICIOUS if web.suspicious(item.prepared, None) else None,
        )
        for item in preview.items
    }
    drafting = opened.drafting.id
    letterhead = Letterhead(
        respondent=form.respondent.data,
        language=known.language,
        email=known.email if form.letters.data else None,
    )
    try:
        with act() as session:
            sending.send(
                session,
                drafting,
                ready,
                letterhead,
                served_at=stamp.served_at,
                actor=known.actor,
                now=served_at(),
            )
    except ConsultError as error:
        return error
    return None
