"""The guard at the door: the permission table applied to every request."""

from collections.abc import Callable

from flask import Flask, Response, abort, redirect, request, url_for
from flask_login import current_user

from consult.accounts.permissions import TABLE, allowed
from consult.kernel.errors import ForbiddenError

# Which bodies a consultation belongs to; given by rooms.py, since consultations stand above.
BodiesOf = Callable[[str], frozenset[int]]


def init_app(app: Flask, bodies_of: BodiesOf) -> None:
    def guard() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None:
            return None  # no such address: Flask answers 404 or 405
        rule = TABLE.get(endpoint)
        if rule is None:
            abort(403)
        if rule.public:
            return None
        signed_in = bool(current_user.is_authenticated)
        roles: frozenset[str] = frozenset()
        if signed_in and rule.roles:
            slug = (request.view_args or {}).get("slug")
            within = bodies_of(slug) if slug and request.path.startswith("/desk/") else None
            roles = current_user.roles_in(within)
        if allowed(rule, roles, signed_in=signed_in):
            return None
        if not signed_in and request.method == "GET":
            return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
        raise ForbiddenError

    app.before_request(guard)
