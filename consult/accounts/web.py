"""The guard at the door: the permission table applied to every request."""

from collections.abc import Callable

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user

from consult.accounts import queries, sessions
from consult.accounts.login import SignedIn, manager, person
from consult.accounts.permissions import TABLE, Rule, allowed
from consult.kernel import i18n
from consult.kernel.db import current_session
from consult.kernel.errors import ForbiddenError, NotFoundError
from consult.kernel.i18n import mark
from consult.kernel.limits import limits
from consult.kernel.transaction import act
from consult.kernel.web import LANGUAGE_COOKIE, client_address, served_at, settings

# Which bodies a consultation belongs to; given by rooms.py, since consultations stand above.
BodiesOf = Callable[[str], frozenset[int]]


class SignedOutError(ForbiddenError):
    """A form came from somebody whose session has ended."""

    message = mark(
        "You are not signed in any more. Sign in again in another window, then go back, "
        "copy what you wrote, and send it again."
    )


def init_app(app: Flask, bodies_of: BodiesOf) -> None:
    """Install sessions and the guard. Deny by default: what is not in the table is refused."""
    # Templates ask who is signed in when they print it, not before: an error page must not need
    # the database.
    manager.init_app(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    app.jinja_env.globals["may_open"] = lambda endpoint: (
        endpoint in app.view_functions and may_open(endpoint)
    )

    def guard() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None:
            return None  # no such address: Flask answers 404 or 405
        rule = TABLE.get(endpoint)
        if rule is None:
            abort(403)
        # Somebody without a session costs no query, and their pages set no cookie.
        known = person() if "_user_id" in session and endpoint != "static" else None
        if known:
            _speak(known)
            _touch(known)
        return _judge(rule, known, bodies_of)

    app.before_request(guard)


def _judge(rule: Rule, known: SignedIn | None, bodies_of: BodiesOf) -> Response | None:
    if rule.public:
        return None
    if known is None:
        if request.method in {"GET", "HEAD"}:
            back = request.full_path.rstrip("?")
            return redirect(url_for("accounts.login", next=back))  # type: ignore[return-value]
        raise SignedOutError
    within = _bodies_concerned(bodies_of) if rule.roles else None
    roles = known.roles_in(within)
    if within is not None and not roles:
        # Officials of another body do not learn what is being prepared here.
        raise NotFoundError
    if not allowed(rule, roles, signed_in=True):
        raise ForbiddenError
    if within is not None:
        g.roles_here = roles
    return None


def may_open(endpoint: str) -> bool:
    """Whether the reader may go there: a page offers no link or button that would refuse them.

    Of pages of a consultation or a body it answers for the one that the present page shows.
    """
    rule, known = TABLE.get(endpoint), person()
    if rule is None:
        return False
    anywhere = known.roles_in() if known else frozenset()
    roles: frozenset[str] = g.get("roles_here", anywhere) if _is_scoped(endpoint) else anywhere
    return allowed(rule, roles, signed_in=known is not None)


def _is_scoped(endpoint: str) -> bool:
    rules = current_app.url_map.iter_rules(endpoint)
    return any({"slug", "body"} & rule.arguments for rule in rules)


def count_attempt(what: str, email: str) -> None:
    """Count by the browser's address and by the account's, whether or not there is such an account.

    Raises TooManyError.
    """
    limit = settings().logins_per_hour
    limits().hit(f"{what} from", client_address(), limit, served_at())
    limits().hit(f"{what} for", email, limit, served_at())


def _bodies_concerned(bodies_of: BodiesOf) -> frozenset[int] | None:
    """The bodies in which a role must be held for this address; None: in any."""
    named = request.view_args or {}
    if "slug" in named and request.path.startswith("/desk/consultations/"):
        return bodies_of(named["slug"])
    if "body" in named and request.path.startswith("/desk/bodies/"):
        return queries.body_ids(current_session(), named["body"])
    return None


def _speak(known: SignedIn) -> None:
    """The account's language, where neither the address nor the cookie says otherwise."""
    if request.args.get("lang") in i18n.LANGUAGES or LANGUAGE_COOKIE in request.cookies:
        return
    i18n.set_language(known.language)


def _touch(known: SignedIn) -> None:
    """Note at most hourly that a session is in use, before the view reads or writes anything."""
    if request.method == "GET" and sessions.stale(known.last_seen_at, served_at()):
        with act() as writing:
            sessions.touch(writing, known.session_id, now=served_at())
