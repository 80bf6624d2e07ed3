"""Bringing a database to the newest schema, from whatever revision it has."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from consult.kernel.db import WRITING, db
from consult.kernel.settings import ROOT
from consult.kernel.web import PACKAGE

FOLDER = ROOT / "migrations" if (ROOT / "migrations").is_dir() else PACKAGE / "_data" / "migrations"


def config() -> Config:
    """Alembic's configuration; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return made


def upgrade() -> None:
    """Apply all missing migrations in one transaction."""
    with db.engine.connect().execution_options(**{WRITING: True}) as opened, opened.begin():
        settings = config()
        settings.attributes["connection"] = opened
        command.upgrade(settings, "head")


def is_current() -> bool:
    """Whether the database has the newest schema."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
