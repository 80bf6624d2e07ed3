"""The `consult` command: the faces that rooms show on the command line, in one group."""

import click
from flask.cli import FlaskGroup

from consult import create_app


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False)
def main() -> None:
    """Run and look after a Consult installation."""
