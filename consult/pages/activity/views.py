"""The activity log: of accounts and bodies, and of one consultation; as a page and as a file."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from consult.accounts.login import person
from consult.accounts.permissions import AUDITORS
from consult.activity import queries as log
from consult.activity.queries import Scope
from consult.consultations import queries as consultations
from consult.consultations.phases import phase
from consult.kernel.db import current_session
from consult.kernel.i18n import language, speaking
from consult.kernel.paging import Keyset
from consult.kernel.sheets import csv_lines
from consult.kernel.web import served_at, streamed
from consult.pages.activity import queries
from consult.pages.activity.words import SUBJECTS, act_words, actor_words, fact_words

blueprint = Blueprint("activity", __name__)
# The pages of lower rooms that list acts say them in the same words.
blueprint.add_app_template_filter(act_words)
blueprint.add_app_template_filter(actor_words)

# What happens outside of consultations.
GENERAL = ("account", "session", "body", "role", "invitation")


@blueprint.get("/desk/activity")
def index() -> str:
    session = current_session()
    own = consultations.of_bodies(session, _audited(), served_at(), Keyset())
    return _page(
        "pages/activity/index.html",
        queries.colleagues(session, _audited()),
        GENERAL,
        consultations=own.rows,
    )


@blueprint.get("/desk/activity.csv")
def download() -> Response:
    return _file(queries.colleagues(current_session(), _audited()), "activity")


@blueprint.get("/desk/consultations/<slug>/activity")
def of_consultation(slug: str) -> str:
    found = consultations.by_slug(current_session(), slug)
    return _page(
        "pages/activity/consultation.html",
        Scope(consultation=found.id),
        tuple(subject for subject in SUBJECTS if subject not in GENERAL),
        consultation=found,
        phase=phase(found, served_at()),
        tab="activity",
    )


@blueprint.get("/desk/consultations/<slug>/activity.csv")
def download_of_consultation(slug: str) -> Response:
    found = consultations.by_slug(current_session(), slug)
    return _file(Scope(consultation=found.id), f"activity-{slug}")


def _page(template: str, scope: Scope, subjects: tuple[str, ...], **facts: object) -> str:
    session, subject = current_session(), _subject()
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    page = log.lines(session, scope, subject=subject, keyset=keyset)
    return render_template(
        template,
        page=page,
        names=queries.official_names(session, page.rows),
        subject=subject,
        subjects={key: SUBJECTS[key] for key in subjects},
        act_words=act_words,
        actor_words=actor_words,
        fact_words=fact_words,
        **facts,
    )


def _file(scope: Scope, name: str) -> Response:
    subject, code = _subject(), language()

    return streamed(
        lambda session: _lines(queries.rows_for_file(session, scope, subject), code),
        content_type="text/csv; charset=utf-8",
        filename=f"{name}.csv",
    )


def _lines(rows: Iterator[list[object]], code: str) -> Iterator[str]:
    with speaking(code):
        yield from csv_lines(rows)


def _subject() -> str:
    asked = request.args.get("subject", "")
    return asked if asked in SUBJECTS else ""


def _audited() -> frozenset[int]:
    """The bodies in which the reader may read the log."""
    known = person()
    assert known is not None, "the permission table asks for a session here"
    return frozenset(
        body for body in known.body_ids if known.roles_in(frozenset({body})) & AUDITORS.roles
    )
