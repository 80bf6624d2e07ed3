"""What every response and every request has: language, headers, CSRF, templates."""

import hashlib
import re
from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path
from typing import Any, AnyStr
from urllib.parse import urlencode, urlsplit

from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    stream_with_context,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.templating import Environment
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict, LanguageAccept, iter_multi_items
from werkzeug.http import parse_accept_header
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from consult.kernel import clock, error_pages, i18n
from consult.kernel.caching import Fragments, PageCache, attached
from consult.kernel.db import current_session
from consult.kernel.settings import ROOT, Settings

PACKAGE = Path(__file__).resolve().parents[1]
# A wheel carries the templates inside the package; a checkout has them at the top.
TEMPLATES = ROOT / "templates" if (ROOT / "templates").is_dir() else PACKAGE / "_data" / "templates"

LANGUAGE_COOKIE = "consult_language"
MAX_REQUEST_BYTES = 32 * 1024 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

csrf = CSRFProtect()


class Sent(ImmutableMultiDict[str, str]):
    """What a query or a form holds, without NUL: nobody types it, PostgreSQL cannot store it."""

    def __init__(self, sent: Any = None) -> None:
        pairs = iter_multi_items(sent) if sent is not None else ()
        super().__init__([(_without_nul(name), _without_nul(value)) for name, value in pairs])


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


class Asked(Request):
    """A request as the house reads it."""

    parameter_storage_class = Sent


class Templates(Environment):
    """Jinja for Flask, without its layers of globals.

    Every import in a template asks which globals are its own; of one dictionary that is answered
    thirty times as fast. All globals are set before the first template is loaded.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Sessions(SecureCookieSessionInterface):
    """Flask's session cookie. Most readers have none, and need no signature made ready."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.cookies.get(self.get_cookie_name(app)):
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask, settings: Settings) -> None:
    """Wire the web side of the kernel."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="consult_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        # A form stays good as long as its session: nobody loses an hour's writing to a clock.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
    )
    app.request_class = Asked
    app.session_interface = Sessions()
    app.jinja_environment = Templates
    app.extensions["consult_settings"] = settings
    app.extensions["consult_page_cache"] = PageCache()
    app.extensions["consult_build"] = _build()
    app.url_map.converters["int"] = _Number
    csrf.init_app(app)
    app.view_functions["static"] = _static
    _templates(app)
    app.before_request(_note_the_time)
    app.before_request(_choose_language)
    app.after_request(_add_headers)
    error_pages.init_app(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )


class _Number(IntegerConverter):
    """A number in an address that fits a column; a longer one is no address of ours."""

    regex = r"\d{1,18}"


def _build() -> str:
    """A name for this build: changes when any template, script, style or source changes."""
    digest = hashlib.sha256()
    for root in (PACKAGE, TEMPLATES):
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".html", ".css", ".js", ".po", ".svg", ".txt"}:
                stat = path.stat()
                digest.update(
                    f"{path.relative_to(root)}:{stat.st_size}:{stat.st_mtime_ns}".encode()
                )
    return digest.hexdigest()[:12]


def _templates(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=False
    )
    env.filters.update(
        day=i18n.day_text,
        time=i18n.time_text,
        short_time=i18n.short_time_text,
        deadline=i18n.deadline_text,
        last_day=i18n.last_day_text,
        leaf=i18n.leaf_text,
        days_left=lambda end: i18n.days_left_text(end, served_at()),
        days_late=lambda due: i18n.days_late_text(due, served_at()),
        number=i18n.number_text,
        percent=i18n.percent_text,
        bytes=i18n.size_text,
        said=_said,
        translated=lambda message: i18n.gettext(str(message)),
    )
    env.globals.update(
        languages=i18n.LANGUAGES,
        language_names=i18n.LANGUAGE_NAMES,
        current_language=i18n.language,
        own_first=i18n.own_first,
        fragment=Fragments(),
        today=lambda: clock.luxembourg_date(served_at()),
        url_for=address,
        asset=_asset,
        in_language=in_language,
        is_past=lambda instant: instant <= served_at(),
        site_name=app.extensions["consult_settings"].site_name,
        # What is printed on paper must not follow a Host header.
        site_address=app.extensions["consult_settings"].base_url.rstrip("/"),
        contact_email=app.extensions["consult_settings"].contact_email,
        _=i18n.gettext,
        ngettext=i18n.ngettext,
    )


def _said(texts: dict[str, str] | None) -> Markup:
    """A text of several languages, marked with `lang` where the page's own does not exist."""
    code, words = i18n.choose(texts)
    if code == i18n.language():
        return Markup("{}").format(words)
    return Markup('<span lang="{}">{}</span>').format(code, words)


# Pages that show a text or speak of its words, and the one that shows it in two languages.
ABOUT_A_TEXT = frozenset(
    {
        "draft.show",
        "draft.compare",
        "draft.clause",
        "draft.conversation",
        "submissions.write",
        "comments.index",
    }
)
SIDE_BY_SIDE = "draft.show"


def address(endpoint: str, **values: Any) -> str:
    """`url_for` for templates, which ask for the same addresses on every page.

    Links about a text keep the language in which it is read.
    """
    if not has_request_context():
        return url_for(endpoint, **values)
    text, beside = i18n.asked_reading()
    if text and endpoint in ABOUT_A_TEXT:
        values.setdefault("text", text)
    if beside and endpoint == request.endpoint == SIDE_BY_SIDE:
        values.setdefault("beside", beside)
    return _address(request.script_root, endpoint, tuple(values.items()))


@lru_cache(maxsize=8192)
def _address(_below: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def _asset(name: str) -> str:
    """The address of a static file, with the build in it, so that it can be kept for ever.

    The build stands in the path: a script that imports its neighbour stays within one build.
    """
    return url_for("static", filename=f"{_current_build()}/{name}")


def _static(filename: str) -> Response:
    """A file of `static/`; the first part of the path may be a build, past or present."""
    first, _, rest = filename.partition("/")
    if not re.fullmatch("[0-9a-f]{12}", first):
        return current_app.send_static_file(filename)
    response = current_app.send_static_file(rest)
    if first == _current_build():
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _current_build() -> str:
    return str(current_app.extensions["consult_build"])


def in_language(code: str) -> str:
    """The address of this page in another language."""
    if "address_in" not in g:
        # Built once for all languages: an address costs as much as a row of a page.
        endpoint, arguments = request.endpoint, request.view_args or {}
        asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
        readable = request.url_rule and "GET" in (request.url_rule.methods or ())
        if endpoint is None or not readable:
            endpoint, arguments, asked = "home.index", {}, []
        # What stands after the "?" is anybody's: it never becomes an argument of url_for, which
        # would obey "_external" or fall over "endpoint".
        query = urlencode([*asked, ("lang", "")])
        g.address_in = f"{url_for(endpoint, **arguments)}?{query}"
    return f"{g.address_in}{code}"


def _note_the_time() -> None:
    g.now = clock.now()
    if "\0" in request.path:
        abort(404)


def _choose_language() -> None:
    asked = request.args.get("lang")
    if asked in i18n.LANGUAGES:
        g.remember_language = asked
    chosen = (
        asked
        if asked in i18n.LANGUAGES
        else request.cookies.get(LANGUAGE_COOKIE)
        or _preferred(request.headers.get("Accept-Language", ""))
    )
    i18n.set_language(chosen if chosen in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE)
    i18n.read_texts_in(request.args.get("text"), request.args.get("beside"))


@lru_cache(maxsize=1024)
def _preferred(accepted: str) -> str | None:
    """Which of our languages a browser likes best. There are few browsers and many requests."""
    return parse_accept_header(accepted, LanguageAccept).best_match(i18n.LANGUAGES)


def _add_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = i18n.language()
    code = g.pop("remember_language", None)
    if code and code != request.cookies.get(LANGUAGE_COOKIE):
        if response.headers["Cache-Control"].startswith("public"):
            response.headers["Cache-Control"] = "private, no-cache"  # the cookie is one reader's
        response.set_cookie(
            LANGUAGE_COOKIE,
            code,
            max_age=31_536_000,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
    return response


def safe_next(target: str | None, default: str) -> str:
    """A redirect target that stays on this site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def seen_other(endpoint: str, **values: Any) -> Response:
    """After a POST: 303 to a page that can be reloaded without sending again."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def streamed(
    make: Callable[[Session], Iterator[AnyStr]], *, content_type: str, filename: str
) -> Response:
    """A file sent while it is read.

    `make` is called once the response is on its way, with a session of that time: the one of the
    view is over by then, and reading with it again would keep its connection for good.
    """

    def pieces() -> Iterator[AnyStr]:
        yield from make(current_session())

    response = Response(stream_with_context(pieces()), content_type=content_type)
    return attached(response, filename)


def settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.extensions["consult_settings"]
    return found


def client_address() -> str:
    """The address a rate limit counts; an IPv6 network of one household counts as one."""
    address = request.remote_addr or ""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    # A household has a network of 64 bits and may take any address in it.
    return str(known.ipv4_mapped or ip_network((int(known) >> 64 << 64, 64)))


def served_at() -> datetime:
    """When this request began, once: the `now` that a view passes to queries and verbs."""
    if "now" not in g:
        g.now = clock.now()
    now: datetime = g.now
    return now
