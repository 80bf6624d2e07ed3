"""The public register of answers due and overdue, as a page and as a feed."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from consult.consultations import queries as consultations
from consult.kernel import i18n
from consult.kernel.caching import versioned_page
from consult.kernel.clock import luxembourg_date, start_of_day
from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.paging import Keyset
from consult.kernel.web import served_at, settings
from consult.pages.register import events, queries
from consult.pages.register.queries import Order, Sort, State

blueprint = Blueprint("register", __name__)

ATOM = "application/atom+xml; charset=utf-8"


@blueprint.get("/register")
def index() -> Response:
    now = served_at()
    asked = request.args.get("state")
    state = State(asked) if asked in {word.value for word in State} else State.WAITING
    order = Order.parse(request.args.get("sort"), request.args.get("direction"), state)
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))
    body = request.args.get("body") or None

    def render() -> str:
        session = current_session()
        records = queries.records(session, now)
        if body is not None and body not in {record.body_slug for record in records}:
            raise NotFoundError
        page = queries.entries(session, now, state=state, order=order, keyset=keyset, body=body)
        promises = consultations.public_promises(
            session, [row.consultation.id for row in page.rows]
        )
        return render_template(
            "pages/register/index.html",
            cacheable=True,
            page=page,
            records=records,
            promises=promises,
            reasons=queries.reasons(promises),
            state=state,
            order=order,
            usual={sort.value: Order.usual(sort, state) for sort in Sort},
            chosen=next((record for record in records if record.body_slug == body), None),
        )

    return versioned_page(queries.state(now), luxembourg_date(now), render=render)


@blueprint.get("/register/<language>.atom")
def feed(language: str) -> Response:
    """What happened to promised answers, in one of the languages: a reader of feeds has no cookie
    and many have no language."""
    return _feed(language, None)


@blueprint.get("/register/<body>/<language>.atom")
def feed_of_body(body: str, language: str) -> Response:
    return _feed(language, body)


def _feed(language: str, body: str | None) -> Response:
    if language not in i18n.LANGUAGES:
        raise NotFoundError
    i18n.set_language(language)
    now = served_at()

    def render() -> str:
        session = current_session()
        name = None if body is None else events.body_name(session, body)
        return render_template(
            "pages/register/feed.xml",
            body=body,
            body_name=name,
            events=events.events(session, now, body),
            empty_since=start_of_day(luxembourg_date(now)),
            host=urlsplit(settings().base_url).hostname,
        )

    return versioned_page(
        queries.state(now), luxembourg_date(now), render=render, content_type=ATOM
    )
