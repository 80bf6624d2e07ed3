"""Pages for readers without a session: a 304, a page from the worker's memory, or a fresh one.

The key is made of version counters, phase, Luxembourg date, language and build, so a page is
never stale and nothing has to be thrown away by hand.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from flask import Response, current_app, make_response, request

from consult.kernel import i18n

MAX_PAGES = 400
MAX_BYTES = 24_000_000


class PageCache:
    """The most recently used rendered pages of one worker, bounded in number and size."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def get(self, key: str) -> bytes | None:
        body = self._pages.get(key)
        if body is not None:
            self._pages.move_to_end(key)
        return body

    def put(self, key: str, body: bytes) -> None:
        if key in self._pages or len(body) > MAX_BYTES // 20:
            return
        self._pages[key] = body
        self._size += len(body)
        while len(self._pages) > MAX_PAGES or self._size > MAX_BYTES:
            _, dropped = self._pages.popitem(last=False)
            self._size -= len(dropped)


def has_session() -> bool:
    """Whether this reader may be known to us; such a reader never shares a cache."""
    name = current_app.config["SESSION_COOKIE_NAME"]
    return any(request.cookies.get(cookie) for cookie in (name, "remember_token", "consult_visit"))


def versioned_page(*parts: object, render: Callable[[], str]) -> Response:
    """Answer a GET whose content is fixed by `parts` (versions, phase, date), URL and language."""
    if has_session():
        response = make_response(render())
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    build: str = current_app.extensions["consult_build"]
    seed = repr((request.full_path, i18n.language(), build, parts))
    key = hashlib.sha256(seed.encode()).hexdigest()[:32]
    if key in request.if_none_match:
        return _labelled(Response(status=304), key)
    cache: PageCache = current_app.extensions["consult_page_cache"]
    body = cache.get(key)
    if body is None:
        body = render().encode()
        cache.put(key, body)
    return _labelled(Response(body, mimetype="text/html"), key)


def _labelled(response: Response, key: str) -> Response:
    response.set_etag(key)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response
