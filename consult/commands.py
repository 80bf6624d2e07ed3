"""The `consult` command: the faces that rooms show on the command line, in one group."""

import click
from flask.cli import FlaskGroup

from consult import create_app
from consult.accounts import commands as accounts
from consult.drafts import commands as texts
from consult.exports import commands as exports
from consult.kernel.settings import SettingsError
from consult.operations import commands as operations
from consult.operations.demonstration.commands import demo
from consult.pages.officials import commands as desk
from consult.submissions.imports import commands as imports
from consult.submissions.mail import commands as mails
from consult.themes import commands as themes


def _create_app() -> object:
    try:
        return create_app()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@click.group(cls=FlaskGroup, create_app=_create_app, add_default_commands=False)
def main() -> None:
    """Run and look after a Consult installation."""


@main.group(name="import")
def import_group() -> None:
    """Bring in what comes as a file."""


import_group.add_command(imports.comments)
import_group.add_command(mails.mail)
import_group.add_command(texts.draft)
main.add_command(accounts.create_official)
main.add_command(demo)
main.add_command(desk.consultations)
main.add_command(operations.serve)
main.add_command(operations.worker)
main.add_command(operations.database)
main.add_command(operations.seed_load)
main.add_command(operations.repair)
main.add_command(themes.analyse)
main.add_command(exports.export_command)
