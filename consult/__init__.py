"""Consult: from a citizen's comment to the changed clause, readable both ways."""

from flask import Flask

from consult import rooms
from consult.kernel import limits, web
from consult.kernel.db import configure_engine, db
from consult.kernel.settings import Settings, from_environment


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Without settings it reads them from the environment."""
    settings = settings or from_environment()
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, template_folder=str(web.TEMPLATES), static_folder="static")
    app.testing = settings.environment == "testing"
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_pre_ping": False,
        "pool_size": 5,
        # An error goes into the log; what people wrote, and their addresses, must not go with it.
        "hide_parameters": True,
    }
    app.extensions["consult_create_app"] = create_app
    web.init_app(app, settings)
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    limits.init_app(app, settings)
    rooms.init_app(app, settings)
    return app
