"""Demo accounts have passwords that everybody knows: production refuses a database with any."""

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from consult.accounts.models import User
from consult.kernel.settings import SettingsError

# Reserved by RFC 2606: no real person can ever have an address there.
DOMAIN = "@example.org"


def refuse_demo_accounts(session: Session) -> None:
    """Raise SettingsError if an account has an address that only the demo has."""
    try:
        found = session.scalar(select(User.id).where(User.email.endswith(DOMAIN)).limit(1))
    except (OperationalError, ProgrammingError):
        found = None  # no schema yet: `consult db upgrade` comes first
    finally:
        session.rollback()
    if found is not None:
        raise SettingsError(
            "This database holds demo accounts, whose password everybody knows."
            " Production needs a database of its own: set CONSULT_DATABASE_URL."
        )
