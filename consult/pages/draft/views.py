"""The text, clause by clause, with what is said on it and what changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from consult.consultations import queries as consultations
from consult.consultations.models import Consultation
from consult.consultations.phases import phase
from consult.drafts import exporting
from consult.drafts import queries as drafts
from consult.drafts.formats.writing import FORMATS, WORD
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.kernel import i18n
from consult.kernel.caching import attached, versioned_file, versioned_page
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset, number
from consult.kernel.web import address, served_at, settings
from consult.pages.draft import narrowing, queries
from consult.pages.draft.comparing import comparison
from consult.pages.draft.history import history
from consult.pages.draft.narrowing import Asked, Narrowing
from consult.pages.draft.queries import Edition, Quoted
from consult.pages.draft.tongues import Tongues
from consult.submissions import standing
from consult.submissions.queries import Place, place

blueprint = Blueprint("draft", __name__)


@blueprint.get("/consultations/<slug>/draft", defaults={"version": None})
@blueprint.get("/consultations/<slug>/draft/<int:version>")
def show(slug: str, version: int | None) -> Response:
    asked = _asked()
    because = request.args.get("because") == "comments"

    def render(found: Place) -> str:
        session = current_session()
        beside = i18n.asked_reading()[1]
        seen = queries.edition(
            session, found.consultation.id, version, i18n.text_language(), beside
        )
        if seen is None:
            return _page("pages/draft/waiting.html", found)
        text = queries.text(session, seen, found.consultation.id, asked.changes, because=because)

        def passage(row: ClauseRow, start: int, end: int) -> str:
            words: dict[str, Any] = {"in": row.language, "from": start, "to": end, **view.narrowed}
            number = seen.version.number
            return address("draft.conversation", slug=slug, key=row.key, version=number, **words)

        # Another version that is none changes nothing.
        wanted = asked if text.between else replace(asked, changes=None)
        view = narrowing.view(
            session,
            found.consultation,
            seen,
            text.talk,
            languages=sorted({change.row.language for change in text.clauses}),
            asked=wanted,
            address=passage,
        )
        return _page(
            "pages/draft/text.html", found, seen=seen, text=text, view=view, because=because
        )

    return _versioned(slug, render)


def _asked() -> Asked:
    """What the address of the text asks for; nonsense is ignored."""
    given = request.args.get
    return Asked(
        changes=number(given("changes")),
        marks=given("marks") == "1",
        theme_id=number(given("theme")),
        unanswered=given("unanswered") == "1",
        only=given("only") == "1",
    )


@blueprint.get("/consultations/<slug>/draft/compare")
def choose(slug: str) -> Response:
    """From the form in which two versions are chosen to their page; without a choice the newest."""
    standing.of_consultation(slug, served_at())  # nobody may know of one in preparation
    found = place(current_session(), slug)
    seen = queries.edition(current_session(), found.consultation.id, None, i18n.text_language())
    if seen is None:
        raise NotFoundError
    numbers = [version.number for version in seen.versions]
    chosen = [n for n in map(number, request.args.getlist("version")) if n in numbers]
    if len(chosen) != 2:
        chosen = numbers[-2:] if len(numbers) > 1 else [numbers[0], numbers[0]]
    return _compared(slug, *sorted(filter(None, chosen)))


def _compared(slug: str, a: int, b: int, code: int = 302) -> Response:
    """The way to the page of two versions, with what the reader asked of it."""
    asked: dict[str, Any] = {
        name: request.args.get(name) for name in ("view", "because", "lang", "text")
    }
    return redirect(address("draft.compare", slug=slug, a=a, b=b, **asked), code)  # type: ignore[return-value]


@blueprint.get("/consultations/<slug>/draft/compare/<int:a>/<int:b>")
def compare(slug: str, a: int, b: int) -> Response:
    if a > b:
        return _compared(slug, b, a, 301)
    side = request.args.get("view") == "side"
    because = request.args.get("because") == "comments"

    def render(found: Place) -> str:
        seen = _edition(found, b)
        first = queries.pick(seen.versions, a)
        language = queries.in_common(seen, first, i18n.text_language())
        compared = None
        if language and first is not seen.version:
            seen = replace(seen, language=language)
            words = Tongues(current_session(), (first, seen.version), seen.authentic, [language])
            compared = comparison(
                current_session(), first, seen.version, language, words, because=because
            )
        return _page(
            "pages/draft/compare.html",
            found,
            seen=seen,
            first=first,
            compared=compared,
            common=language,
            asked={"view": "side" if side else None, "because": "comments" if because else None},
        )

    return _versioned(slug, render)


@blueprint.get("/consultations/<slug>/draft/clauses/<key>")
def clause(slug: str, key: str) -> Response:
    """The history of a clause, also of one that fell away."""

    def render(found: Place) -> str:
        seen, thread = _edition(found, None), found.thread
        told = None
        if found.clause is not None:
            thread_id = thread.id if thread else None
            page = address("draft.clause", slug=slug, key="KEY")
            told = history(current_session(), found.clause, seen, thread_id, page=page)
        if told is None:
            raise NotFoundError
        return _page(
            "pages/draft/clause.html",
            found,
            seen=seen,
            clause=found.clause,
            history=told,
            comments=thread.comments if thread else 0,
            proposals=thread.proposals if thread else 0,
        )

    return _versioned(slug, render, clause_key=key)


@blueprint.get("/consultations/<slug>/draft/clauses/<key>/comments")
def conversation(slug: str, key: str) -> Response:
    """What others said on a clause or on words of it, in short: shown in place by JavaScript, else
    a page. With `all` it is a list of its own, where the address narrows it down."""
    given = request.args
    wanted = Narrowing(number(given.get("theme")), given.get("unanswered") == "1")
    keyset = Keyset.parse(given.get("after"), given.get("before")) if "all" in given else None

    def render(found: Place) -> str:
        session = current_session()
        if found.clause is None:
            raise NotFoundError  # "whole" is no clause
        words = _words(found)
        return _page(
            "pages/draft/conversation.html",
            found,
            talk=narrowing.conversation(
                session, found, wanted, words, keyset, language=i18n.language()
            ),
            proposals=found.thread.proposals if found.thread else 0,
            address=given,
        )

    # Comments on words may have come with them from another clause.
    of_all = "from" in given or "to" in given
    now = served_at()
    return versioned_page(
        *(standing.of_consultation(slug, now) if of_all else standing.of_thread(slug, key, now)),
        render=lambda: render(place(current_session(), slug, clause_key=key)),
    )


@blueprint.get(
    "/consultations/<slug>/draft/<int:version>/clauses/<key>/<any(fr, de, lb, en):language>"
)
def words(slug: str, version: int, key: str, language: str) -> Response:
    """The plain text of a clause in one version and language: what every offset counts in."""

    def render(found: Place) -> str:
        session = current_session()
        seen = queries.edition(session, found.consultation.id, version, language)
        if seen is None or found.clause is None:
            raise NotFoundError
        row = drafts.clause_text(session, seen.version.id, found.clause.id, language)
        if row is None:
            raise NotFoundError
        return row.text

    return versioned_page(
        *standing.of_consultation(slug, served_at()),
        render=lambda: render(place(current_session(), slug, clause_key=key)),
        content_type="text/plain; charset=utf-8",
    )


def _words(found: Place) -> Quoted | None:
    """The words that the address names, if it names any. Raises NotFoundError for none of ours."""
    edges = number(request.args.get("from")), number(request.args.get("to"))
    if edges == (None, None):
        return None
    version = number(request.args.get("version"))
    language = request.args.get("in", i18n.text_language())
    seen = queries.edition(current_session(), found.consultation.id, version, language)
    if seen is None or found.clause is None:
        raise NotFoundError
    return queries.quoted(current_session(), seen, found.clause.id, edges[0] or 0, edges[1] or 0)


_LANGUAGE = "<any(fr, de, lb, en):language>"
_FORM = "<any(docx, akn, html, md):form>"
_DESK = "/desk/consultations/<slug>/draft/download"


@blueprint.get(f"/consultations/<slug>/draft/<int:version>/download/{_LANGUAGE}.{_FORM}")
def download(slug: str, version: int, language: str, form: str) -> Response:
    """One published version in one of its languages, as a file."""

    def make() -> bytes:
        consultation, versions = _published(slug)
        wanted = queries.pick(versions, version)
        return exporting.text_file(
            current_session(), consultation, wanted, language, form, site=_site()
        )

    return versioned_file(
        *standing.of_text(slug, served_at()),
        make=make,
        content_type=FORMATS[form].content_type,
        filename=exporting.filename(slug, language, form, version),
    )


@blueprint.get(f"/consultations/<slug>/draft/compare/<int:a>/<int:b>/download/{_LANGUAGE}.docx")
def download_changes(slug: str, a: int, b: int, language: str) -> Response:
    """What changed between two published versions, as tracked changes."""
    if a >= b:
        raise NotFoundError

    def make() -> bytes:
        consultation, versions = _published(slug)
        first, last = (queries.pick(versions, number) for number in (a, b))
        return exporting.changes_file(
            current_session(), consultation, first, last, language, site=_site()
        )

    return versioned_file(
        *standing.of_text(slug, served_at()),
        make=make,
        content_type=WORD,
        filename=exporting.filename(slug, language, "docx", a, b),
    )


@blueprint.get(f"{_DESK}/{_LANGUAGE}.{_FORM}")
def download_next(slug: str, language: str, form: str) -> Response:
    """The version that is being written, for officials."""
    consultation, version = _in_work(slug)
    made = exporting.text_file(
        current_session(), consultation, version, language, form, site=_site()
    )
    name = exporting.filename(slug, language, form, version.number)
    return attached(Response(made, content_type=FORMATS[form].content_type), name)


@blueprint.get(f"{_DESK}/changes/{_LANGUAGE}.docx")
def download_next_changes(slug: str, language: str) -> Response:
    """What the version that is being written changes in the published one, for officials."""
    consultation, version = _in_work(slug)
    session = current_session()
    base = drafts.base_of(session, version)
    if base is None:
        raise NotFoundError
    made = exporting.changes_file(session, consultation, base, version, language, site=_site())
    name = exporting.filename(slug, language, "docx", base.number, version.number)
    return attached(Response(made, content_type=WORD), name)


def _published(slug: str) -> tuple[Consultation, list[Version]]:
    session = current_session()
    consultation = consultations.public_by_slug(session, slug, served_at())
    return consultation, drafts.published(session, consultation.id)[1]


def _in_work(slug: str) -> tuple[Consultation, Version]:
    session = current_session()
    consultation = consultations.by_slug(session, slug)
    version = drafts.next_version(session, consultation.id)
    if version is None:
        raise NotFoundError
    return consultation, version


def _site() -> str:
    # What stands in a file must not follow a Host header.
    return settings().base_url.rstrip("/")


def _edition(found: Place, number: int | None) -> Edition:
    seen = queries.edition(current_session(), found.consultation.id, number, i18n.text_language())
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
