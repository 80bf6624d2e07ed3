"""A drafting as it would be sent: each text as everybody will see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from consult.kernel.i18n import LANGUAGES
from consult.kernel.paging import number
from consult.submissions import intake, target
from consult.submissions.draftings import places, queries
from consult.submissions.draftings.places import Entry
from consult.submissions.draftings.queries import Opened
from consult.submissions.recording import Prepared


@dataclass(frozen=True)
class Item:
    """One text, ready to be sent."""

    entry: Entry
    prepared: Prepared
    # Saved by somebody since the page was shown that the lead confirms.
    changed: bool
    # The version in which its clause was looked up, if it speaks of what that says to the letter.
    read_in: int | None

    @property
    def seen(self) -> str:
        """What of it the form confirms."""
        text = self.entry.text
        return f"{text.text_id}:{text.number}:{self.read_in or ''}"


@dataclass(frozen=True)
class Preview:
    """All texts that have words, in the order of the document."""

    items: list[Item]
    # Something was saved or taken away since, or the text has a newer version.
    stale: bool

    @property
    def seen(self) -> str:
        """Which revision of each text this is, for the form that confirms it."""
        return ",".join(item.seen for item in self.items)


def preview(
    session: Session,
    opened: Opened,
    *,
    seen: str | None,
    chosen: Mapping[str, str],
    text_language: str,
    language: str,
) -> Preview:
    """What would be sent now. `seen` is what a form confirms; `chosen` are the languages of texts by
    their number, where their words left them open."""
    shown = target.edition(session, opened.consultation.id, text_language)
    written = [text for text in queries.texts(session, opened.drafting.id) if text.text.strip()]
    before = _read(seen)
    items = [
        Item(
            entry,
            replace(
                intake.prepare(
                    entry.text.source,
                    language=_known(chosen.get(str(entry.text.text_id))),
                    hint=language,
                ),
                proposal=entry.text.proposal,
            ),
            changed=seen is not None and before.get(entry.text.text_id) != entry.text.number,
            read_in=shown.version_id if shown and entry.text.bound else None,
        )
        for entry in places.listed(session, opened, written, shown)
    ]
    made = Preview(items, stale=False)
    return Preview(items, stale=seen is not None and seen != made.seen)


def _known(code: str | None) -> str | None:
    return code if code in LANGUAGES else None


def _read(seen: str | None) -> dict[int, int]:
    """The revision of each text, in what a form confirms."""
    found = [
        (number(text), number(revision))
        for text, revision, *_ in (
            each.split(":") for each in (seen or "").split(",") if ":" in each
        )
    ]
    return {text: revision for text, revision in found if text is not None and revision is not None}
