"""The index of the house: every blueprint, job handler and recipient resolver, by room."""

from flask import Blueprint, Flask

from consult.accounts import web as guard
from consult.consultations import queries as consultations
from consult.kernel.db import current_session
from consult.kernel.settings import Settings
from consult.pages.home import views as home

BLUEPRINTS: list[Blueprint] = [
    # pages
    home.blueprint,
    # moderation
    # answers
    # themes
    # submissions
    # drafts
    # consultations
    # accounts
]


def init_app(app: Flask, _settings: Settings) -> None:
    """Open every room's doors."""
    guard.init_app(app, lambda slug: consultations.bodies_of(current_session(), slug))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
