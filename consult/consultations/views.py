"""The public register of answers due and overdue."""

from flask import Blueprint, Response, render_template, request

from consult.consultations import queries, register_queries
from consult.consultations.register_queries import Sort, State
from consult.kernel.caching import versioned_page
from consult.kernel.clock import luxembourg_date
from consult.kernel.db import current_session
from consult.kernel.paging import Keyset
from consult.kernel.web import served_at

blueprint = Blueprint("register", __name__)


@blueprint.get("/register")
def index() -> Response:
    now = served_at()
    state = State(_known(request.args.get("state"), State, State.WAITING))
    sort = Sort(_known(request.args.get("sort"), Sort, Sort.DUE))
    keyset = Keyset.parse(request.args.get("after"), request.args.get("before"))

    def render() -> str:
        session = current_session()
        page = register_queries.entries(session, now, state=state, sort=sort, keyset=keyset)
        ids = [entry.consultation.id for entry in page.rows]
        return render_template(
            "consultations/register.html",
            cacheable=True,
            page=page,
            records=register_queries.records(session, now),
            promises=queries.public_promises(session, ids),
            state=state,
            sort=sort,
        )

    return versioned_page(register_queries.state(now), luxembourg_date(now), render=render)


def _known(text: str | None, words: type[State] | type[Sort], default: str) -> str:
    return text if text in {word.value for word in words} else default
