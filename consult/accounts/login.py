"""Who is signed in, for Flask-Login: a browser holds a random token, the database its hash."""

import hashlib

from flask_login import LoginManager, UserMixin, current_user

from consult.accounts import queries, sessions
from consult.accounts.queries import Known
from consult.kernel import clock
from consult.kernel.actor import VISITOR, Actor
from consult.kernel.db import current_session

manager = LoginManager()
# The browser's name and address are no secret, and a phone changes its address all day.
manager.session_protection = None


class SignedIn(UserMixin):
    """A person with a valid session."""

    is_active = True

    def __init__(self, token: str, known: Known) -> None:
        self._token = token
        self._memberships = known.memberships
        self.id = known.user_id
        self.email = known.email
        self.name = known.name
        self.language = known.language
        self.session_id = known.session_id
        self.last_seen_at = known.last_seen_at

    def get_id(self) -> str:
        """What the cookie holds: the token of this session, never the account's number."""
        return self._token

    @property
    def actor(self) -> Actor:
        return Actor.user(self.id)

    @property
    def body_ids(self) -> frozenset[int]:
        """The bodies in which the person holds any role."""
        return frozenset(body for body, _ in self._memberships)

    @property
    def is_official(self) -> bool:
        return bool(self._memberships)

    def roles_in(self, body_ids: frozenset[int] | None = None) -> frozenset[str]:
        """The person's roles in some bodies, or (None) in any."""
        return frozenset(
            role for body, role in self._memberships if body_ids is None or body in body_ids
        )


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


@manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> SignedIn | None:
    """The person behind the token of a cookie."""
    known = queries.signed_in(current_session(), token_hash(token))
    if known is None or not sessions.fresh(
        known.session_created_at, known.last_seen_at, clock.now()
    ):
        return None
    return SignedIn(token, known)


def person() -> SignedIn | None:
    """Who is signed in, if anybody."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001


def acting() -> Actor:
    """Who acts in this request."""
    found = person()
    return found.actor if found else VISITOR
