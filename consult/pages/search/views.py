"""The search page."""

from flask import Blueprint, render_template, request

from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.markup import tidy
from consult.kernel.web import served_at
from consult.pages.search.queries import find

blueprint = Blueprint("search", __name__)

MAX_QUERY = 200


@blueprint.get("/search")
def index() -> str:
    query = tidy(request.args.get("q", ""))[:MAX_QUERY]
    found = find(current_session(), query, language=i18n.language(), now=served_at())
    return render_template("pages/search/index.html", query=query, found=found)
