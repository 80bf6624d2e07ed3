"""The index of the house: every blueprint, job handler and recipient resolver, by room."""

from flask import Blueprint, Flask

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
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
