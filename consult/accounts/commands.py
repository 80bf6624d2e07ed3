"""Accounts from the command line."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from consult.accounts import identity, officials, passwords, tokens
from consult.accounts.models import ROLES
from consult.kernel import clock
from consult.kernel.actor import COMMAND
from consult.kernel.errors import ConsultError
from consult.kernel.i18n import LANGUAGES, speaking
from consult.kernel.ids import random_token
from consult.kernel.settings import Settings
from consult.kernel.transaction import act


@click.command("create-official")
@click.option("--email", required=True, help="The address with which the person signs in.")
@click.option("--name", required=True, help="The name that colleagues see.")
@click.option("--body", required=True, help="Name of the body; made if there is none.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(ROLES),
    help="A role, several times if wanted; default: administrator and publisher.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default="fr", show_default=True)
@click.option("--link", is_flag=True, help="Print a link to set the password; ask for none.")
@with_appcontext
def create_official(
    *, email: str, name: str, body: str, roles: tuple[str, ...], language: str, link: bool
) -> None:
    """Make the first official of a body, or give an account more roles.

    Asks for a password. Without a terminal, or with --link, prints a link that works once within
    two hours instead.
    """
    by_link = link or not sys.stdin.isatty()
    try:
        with speaking("en"):
            email = identity.normal_email(email)
            password = random_token() if by_link else _asked(email)
    except ConsultError as error:
        raise click.ClickException(str(error)) from error
    hashed = passwords.hashed(password)
    with act() as session:
        user = officials.make_official(
            session,
            email=email,
            name=identity.plain_name(name),
            password_hash=hashed,
            body_name=" ".join(body.split()),
            roles=roles or ("administrator", "publisher"),
            language=language,
            confirmed=not by_link,
            actor=COMMAND,
            now=clock.now(),
        )
    if user.password_hash != hashed:
        click.echo(f"{email} had an account: it has the roles, its password stays.")
        return
    click.echo(f"{email} is an official of {body}.")
    if by_link:
        settings: Settings = current_app.extensions["consult_settings"]
        token = tokens.for_user(tokens.RESET, user, clock.now())
        click.echo("Set the password here, once, within two hours:")
        click.echo(f"{settings.base_url.rstrip('/')}/account/password/new?token={token}")


def _asked(email: str) -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return passwords.checked(password, email)
