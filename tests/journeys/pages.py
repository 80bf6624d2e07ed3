"""Every GET page of Consult and how to reach it: add yours here.

`path` is the address, or builds it from the filled database; `role` is who opens it: "visitor"
(without an account), "citizen" (signed in), or "official" (with every role).
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.journeys.world import World


@dataclass(frozen=True)
class Listed:
    """One page."""

    name: str
    path: str | Callable[[World], str]
    role: str = "visitor"

    def address(self, world: World) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)


PAGES = [
    # pages
    Listed("home", "/"),
    Listed("style", "/style"),
    Listed("rules", "/rules"),
    Listed("privacy", "/privacy"),
    Listed("accessibility", "/accessibility"),
    Listed("contact", "/contact"),
    Listed("overview, announced", lambda w: f"/consultations/{w.announced.slug}"),
    Listed("overview, open", lambda w: f"/consultations/{w.open.slug}"),
    Listed("overview, considered", lambda w: f"/consultations/{w.considered.slug}"),
    Listed("overview, overdue", lambda w: f"/consultations/{w.overdue.slug}"),
    Listed("overview, answered", lambda w: f"/consultations/{w.answered.slug}"),
    # accounts
    Listed("sign in", "/login"),
    Listed("register", "/account/new"),
    Listed("letter sent", "/account/sent"),
    Listed("forgotten password", "/account/password/forgotten"),
    Listed("confirm again", "/account/confirm/again"),
    Listed("account", "/account", "citizen"),
    Listed("password", "/account/password", "citizen"),
    Listed("desk: bodies", "/desk/bodies", "official"),
    Listed("desk: new body", "/desk/bodies/new", "official"),
    Listed("desk: body", lambda w: f"/desk/bodies/{w.body.slug}", "official"),
    Listed("desk: describe body", lambda w: f"/desk/bodies/{w.body.slug}/description", "official"),
]
