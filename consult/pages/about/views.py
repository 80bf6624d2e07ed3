"""The pages that every form links to, written in four languages, and what machines ask for."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, render_template, send_from_directory, url_for

from consult.kernel.caching import versioned_page
from consult.kernel.i18n import mark
from consult.kernel.settings import Settings
from consult.kernel.web import served_at

blueprint = Blueprint("about", __name__)


def _page(name: str, title_id: str) -> Response:
    """One of the texts in `templates/pages/about/`, by name and the reader's language."""
    return versioned_page(
        name, render=lambda: render_template("pages/about.html", name=name, title_id=title_id)
    )


@blueprint.get("/rules")
def rules() -> Response:
    return _page("rules", mark("Rules and how we count"))


@blueprint.get("/privacy")
def privacy() -> Response:
    return _page("privacy", mark("Privacy"))


@blueprint.get("/accessibility")
def accessibility() -> Response:
    return _page("accessibility", mark("Accessibility"))


@blueprint.get("/contact")
def contact() -> Response:
    return _page("contact", mark("Contact"))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything that is public may be found; desks, forms and receipts are of no use to it."""
    closed = ("/desk/", "/receipt", "/account", "/search", "/metrics")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """RFC 9116; it has to name a day after which it must be asked for again."""
    settings: Settings = current_app.extensions["consult_settings"]
    expires = (served_at() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    here = settings.base_url.rstrip("/") + url_for("about.security")
    lines = [
        f"Contact: mailto:{settings.contact_email}",
        f"Expires: {expires}",
        "Preferred-Languages: fr, de, lb, en",
        f"Canonical: {here}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """For programs that ask without reading the page; the page itself names the SVG."""
    return send_from_directory(str(current_app.static_folder), "icons/icon.png")
