"""The text, clause by clause, with what is said on it and what changed."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for

from consult.answers.behind import answers_behind
from consult.consultations.phases import phase
from consult.drafts import queries as drafts
from consult.drafts.comparison import summary
from consult.kernel import i18n
from consult.kernel.caching import versioned_page
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import number
from consult.kernel.web import served_at
from consult.pages.draft import queries
from consult.pages.draft.queries import Edition
from consult.submissions import queries as submissions
from consult.submissions import standing
from consult.submissions.queries import Place, place

blueprint = Blueprint("draft", __name__)


@blueprint.get("/consultations/<slug>/draft", defaults={"version": None})
@blueprint.get("/consultations/<slug>/draft/<int:version>")
def show(slug: str, version: int | None) -> Response:
    changes = number(request.args.get("changes"))

    def render(found: Place) -> str:
        session = current_session()
        seen = queries.edition(session, found.consultation.id, version, i18n.language())
        if seen is None:
            return _page("pages/draft/waiting.html", found)
        text = queries.text(session, seen, found.consultation.id, changes)
        return _page("pages/draft/text.html", found, seen=seen, text=text)

    return _versioned(slug, render)


@blueprint.get("/consultations/<slug>/draft/compare/<int:a>/<int:b>")
def compare(slug: str, a: int, b: int) -> Response:
    if a > b:
        return redirect(url_for("draft.compare", slug=slug, a=b, b=a), 301)  # type: ignore[return-value]

    def render(found: Place) -> str:
        seen = _edition(found, b)
        first = queries.pick(seen.versions, a)
        why = url_for("draft.clause", slug=slug, key="KEY")
        clauses = queries.changed(current_session(), first, seen.version, seen.language, why)
        changed = [change for change in clauses if change.changed or change.renumbered]
        return _page(
            "pages/draft/compare.html",
            found,
            seen=seen,
            first=first,
            changes=[change for change in changed if change.changed],
            renumbered=[change for change in changed if not change.changed],
            summary=summary(clauses),
        )

    return _versioned(slug, render)


@blueprint.get("/consultations/<slug>/draft/clauses/<key>")
def clause(slug: str, key: str) -> Response:
    def render(found: Place) -> str:
        session, row = current_session(), found.clause
        seen = _edition(found, None)
        wordings = queries.wordings(session, row, seen.versions, seen.language) if row else []
        if not wordings:
            raise NotFoundError
        return _page(
            "pages/draft/clause.html",
            found,
            seen=seen,
            clause=row,
            wordings=wordings,
            newest=wordings[0].change.row,
            comments=found.thread.comments if found.thread else 0,
            behind=answers_behind(session, queries.edit_ids(wordings)),
        )

    return _versioned(slug, render, clause_key=key)


@blueprint.get("/consultations/<slug>/draft/clauses/<key>/comments")
def conversation(slug: str, key: str) -> Response:
    """What others said on a clause, in short: shown in place by JavaScript, else a page."""

    def render(found: Place) -> str:
        session, language = current_session(), i18n.language()
        clause, thread = found.clause, found.thread
        if clause is None:
            raise NotFoundError  # "whole" is no clause
        labels = drafts.clause_labels(session, [clause.id], language)
        if clause.id not in labels:
            raise NotFoundError  # of a version that is not public yet
        return _page(
            "pages/draft/conversation.html",
            found,
            clause=labels[clause.id],
            count=thread.comments if thread else 0,
            newest=submissions.newest(session, thread.id, language=language) if thread else [],
        )

    return versioned_page(
        *standing.of_thread(slug, key, served_at()),
        render=lambda: render(place(current_session(), slug, clause_key=key)),
    )


def _edition(found: Place, number: int | None) -> Edition:
    seen = queries.edition(current_session(), found.consultation.id, number, i18n.language())
    if seen is None:
        raise NotFoundError
    return seen


def _versioned(slug: str, render: Callable[[Place], str], *, clause_key: str = "") -> Response:
    """A page about the text, which shows how much is said on all of it."""
    return versioned_page(
        *standing.of_consultation(slug, served_at()),
        render=lambda: render(place(current_session(), slug, clause_key=clause_key)),
    )


def _page(template: str, found: Place, **facts: object) -> str:
    return render_template(
        template,
        consultation=found.consultation,
        phase=phase(found.consultation, served_at()),
        tab="draft",
        **facts,
    )
