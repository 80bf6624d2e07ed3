"""Production refuses to start on a database with accounts whose password everybody knows."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from consult import create_app
from consult.kernel.db import db
from consult.kernel.settings import SettingsError
from consult.kernel.transaction import act
from tests.people import make_user


@pytest.mark.parametrize(
    ("email", "refused"), [("claire@example.org", True), ("claire@example.lu", False)]
)
def test_production_and_demo_accounts(app: Flask, email: str, refused: bool) -> None:
    user = make_user()
    with act() as session:
        session.merge(user).email = email
    settings = replace(
        app.extensions["consult_settings"],
        environment="production",
        base_url="https://consult.example.lu",
    )
    if refused:
        with pytest.raises(SettingsError, match="demo accounts"):
            create_app(settings)
    else:
        made = create_app(settings)
        with made.app_context():
            db.engine.dispose()


def test_production_starts_before_there_is_a_schema(app: Flask, tmp_path: Path) -> None:
    settings = replace(
        app.extensions["consult_settings"],
        environment="production",
        base_url="https://consult.example.lu",
        database_url=f"sqlite:///{tmp_path / 'empty.sqlite'}",
    )
    made = create_app(settings)
    with made.app_context():
        db.engine.dispose()
