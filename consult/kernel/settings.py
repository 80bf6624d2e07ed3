"""Settings, read once from the environment into one frozen value.

Every variable is documented in `docs/settings.md`; a test compares the two.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

DEVELOPMENT_KEY = "for development only: production refuses to start with it"


class SettingsError(Exception):
    """A setting is missing, malformed or unsafe; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """All that differs between one installation and another."""

    environment: str = "development"
    database_url: str = f"sqlite:///{ROOT / 'var' / 'consult.sqlite'}"
    state_dir: Path = ROOT / "var"
    secret_key: str = DEVELOPMENT_KEY
    base_url: str = "http://127.0.0.1:8000"
    site_name: str = "Consult"
    contact_email: str = "consult@example.org"
    smtp_url: str = ""
    mail_from: str = "Consult <consult@example.org>"
    mail_dir: Path = ROOT / "var" / "mail"
    imap_url: str = ""
    imap_done: str = ""
    proxies: int = 0
    web_workers: int = 2
    posts_per_hour: int = 120
    logins_per_hour: int = 20
    receipts_per_hour: int = 60
    reports_per_hour: int = 30
    stances_per_hour: int = 300
    visits_per_hour: int = 40
    metrics_token: str = ""

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `CONSULT_…` variables.

    Raises SettingsError where a value cannot be used, or where production would run with the
    development key or without https.
    """
    source = os.environ if environ is None else environ
    folder = Path(source.get("CONSULT_STATE_DIR", Settings.state_dir)).absolute()
    values: dict[str, object] = {
        "database_url": f"sqlite:///{folder / 'consult.sqlite'}",
        "mail_dir": folder / "mail",
    }
    for name, field in Settings.__dataclass_fields__.items():
        raw = source.get(f"CONSULT_{name.upper()}")
        if raw is None:
            continue
        values[name] = _parse(name, raw, type(field.default))
    settings = Settings(**values)  # type: ignore[arg-type]
    _refuse_the_unsafe(settings)
    return settings


def _parse(name: str, raw: str, kind: type) -> object:
    if kind is int:
        if not raw.isdigit():
            raise SettingsError(f"CONSULT_{name.upper()} must be a whole number, not {raw!r}.")
        return int(raw)
    if issubclass(kind, Path):
        return Path(raw)
    return raw


def _refuse_the_unsafe(settings: Settings) -> None:
    if settings.environment not in {"development", "testing", "production"}:
        raise SettingsError("CONSULT_ENVIRONMENT is development, testing or production.")
    if not settings.production:
        return
    if settings.secret_key == DEVELOPMENT_KEY or len(settings.secret_key) < 32:
        raise SettingsError("Production needs CONSULT_SECRET_KEY: at least 32 random characters.")
    if not settings.secure_cookies:
        raise SettingsError("Production needs CONSULT_BASE_URL to begin with https://.")
