"""Keyed hashes and signatures under the secret key of this installation."""

from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from consult.kernel import ids
from consult.kernel.settings import Settings


def keyed(purpose: str, message: bytes) -> bytes:
    """HMAC-SHA-256 of `message` under the installation's key for one purpose."""
    return ids.keyed(_secret_key(), purpose, message)


def sign(purpose: str, facts: dict[str, Any], now: datetime) -> str:
    """Facts and the present time as a text that only this installation can make."""
    return str(_signer(purpose).dumps({**facts, "at": int(now.timestamp())}))


def read_signed(purpose: str, text: str | None) -> dict[str, Any] | None:
    """The facts of `sign`, with "at" in seconds since 1970; None if it was not made here."""
    try:
        facts = _signer(purpose).loads(text or "")
    except BadSignature:
        return None
    return facts if isinstance(facts, dict) else None


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(_secret_key(), salt=f"consult:{purpose}")


def _secret_key() -> str:
    settings: Settings = current_app.extensions["consult_settings"]
    return settings.secret_key
