"""The redline: every published change of the text, with its reason and the comments behind it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.answers.behind import (
    AnswerBehind,
    CampaignBehind,
    answers_behind,
    campaigns_behind,
    comments_behind_edit,
)
from consult.drafts import queries as drafts
from consult.drafts.models import Draft, Edit, Version
from consult.drafts.queries import EditRow, in_document_order
from consult.exports.reports import redline
from consult.exports.reports.blocks import (
    STRONG,
    Block,
    Cell,
    Change,
    Heading,
    Paragraph,
    Quote,
    Run,
    Table,
    paragraph,
)
from consult.exports.reports.words import DISPOSITION_NAMES
from consult.kernel.i18n import choose, ngettext
from consult.kernel.i18n import gettext as _
from consult.kernel.paging import Keyset

AT_ONCE = 200
# Comments that are quoted under one change; their number is always told.
QUOTED = 3
LONGEST_QUOTE = 300


def told(session: Session, consultation_id: int, address: str, site: str) -> Iterator[Block]:
    """Every change of every published version, in the order of the text."""
    yield Heading(2, _("What changed in the text"))
    ids = _ids(session, consultation_id)
    if not ids:
        yield paragraph(_("The text has not changed so far."))
        return
    version, rows = 0, []
    for start in range(0, len(ids), AT_ONCE):
        portion = ids[start : start + AT_ONCE]
        answers = answers_behind(session, portion)
        campaigns = campaigns_behind(session, portion)
        for row in drafts.edits(session, portion):
            if row.version != version:
                version = row.version
                yield Heading(3, _("Version %(number)s", number=version))
            behind = answers.get(row.edit.id, [])
            yield from _change(
                session, row, behind, campaigns.get(row.edit.id, {}), address=address, site=site
            )
            rows.append(_row(row, behind))
    yield Table(
        _("Changes of the text"),
        (_("Version"), _("Clause"), _("Struck"), _("Inserted"), _("Reason"), _("Points behind it")),
        tuple(rows),
        sheet=_("Changes"),
        only_data=True,
    )


def _ids(session: Session, consultation_id: int) -> list[int]:
    """The changes of the published versions in the authentic language, in the order of the text."""
    return list(
        session.scalars(
            in_document_order(select(Edit.id).select_from(Edit))
            .join(Draft, Draft.id == Version.draft_id)
            .where(
                Draft.consultation_id == consultation_id,
                Version.published_at.is_not(None),
                Edit.gone_at.is_(None),
                Edit.language == Draft.language,
            )
        )
    )


def _change(
    session: Session,
    row: EditRow,
    behind: list[AnswerBehind],
    campaigns: dict[int, list[CampaignBehind]],
    *,
    address: str,
    site: str,
) -> Iterator[Block]:
    words = {"inserted": _("new"), "deleted": _("deleted"), "moved": _("moved")}
    kind = f" ({words[row.edit.kind]})" if row.edit.kind in words else ""
    yield Heading(4, row.clause.label + kind, row.edit.language)
    if runs := redline.runs(row):
        yield Change(runs, row.edit.language)
    for answer in behind:
        yield from _reason(answer, campaigns.get(answer.answer.id, []))
    code, ground = choose(row.edit.ground) if row.edit.ground else ("", "")
    if ground:
        yield Paragraph(
            (Run(_("The body’s own reason:") + " ", STRONG), Run(ground, language=code))
        )
    if behind:
        yield from _comments(session, row, site)
        link = f"{address}/changes/{row.edit.id}"
        yield Paragraph(
            (Run(_("All comments behind this change:") + " "), Run(link, link=link)), True
        )


def _reason(behind: AnswerBehind, campaigns: list[CampaignBehind]) -> Iterator[Block]:
    code, reason = choose(behind.answer.reason)
    yield Paragraph(
        (
            Run(_(DISPOSITION_NAMES[behind.answer.disposition]) + ": ", STRONG),
            Run(redline.cut(reason), language=code),
        )
    )
    counted = ngettext("to %(num)s point", "to %(num)s points", behind.points)
    names = [
        "{} ({})".format(choose(one.title)[1] or _("campaign"), one.points) for one in campaigns
    ]  # fmt: skip
    yield paragraph(", ".join([counted, *names]), quiet=True)


def _comments(session: Session, row: EditRow, site: str) -> Iterator[Block]:
    page = comments_behind_edit(session, row.edit.id, Keyset())
    for point in page.rows[:QUOTED]:
        yield Quote(
            redline.cut(point.text, LONGEST_QUOTE),
            point.language,
            _("Comment no. %(seq)s", seq=point.seq),
            f"{site}/comments/{point.comment_id}",
        )


def _row(row: EditRow, behind: list[AnswerBehind]) -> tuple[Cell, ...]:
    runs = redline.runs(row)
    reasons = [choose(one.answer.reason)[1] for one in behind]
    if row.edit.ground:
        reasons.append(choose(row.edit.ground)[1])
    return (
        row.version,
        row.clause.label,
        "".join(run.words for run in runs if run.look == "struck"),
        "".join(run.words for run in runs if run.look == "inserted"),
        "\n".join(reasons),
        sum(one.points for one in behind),
    )
