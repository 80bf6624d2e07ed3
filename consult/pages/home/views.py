"""The first page: what is open, what is being considered, what was answered."""

from flask import Blueprint, Response, render_template

from consult.consultations.phases import Phase
from consult.kernel.caching import versioned_page
from consult.kernel.clock import luxembourg_date
from consult.kernel.db import current_session
from consult.kernel.web import served_at
from consult.pages.home import queries

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> Response:
    now = served_at()

    def render() -> str:
        lists = queries.by_phase(current_session(), now)
        return render_template(
            "pages/home.html",
            announced=lists[Phase.ANNOUNCED],
            open=lists[Phase.OPEN],
            considered=lists[Phase.CLOSED],
            answered=lists[Phase.ANSWERED],
        )

    return versioned_page("home", queries.state(now), luxembourg_date(now), render=render)
