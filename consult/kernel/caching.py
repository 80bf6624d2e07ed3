"""Pages for readers without a session: a 304, a page from the worker's memory, or a fresh one.

The key is made of version counters, phase, Luxembourg date, language and build, so a page is
never stale and nothing has to be thrown away by hand.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from flask import Response, current_app, request
from markupsafe import Markup

from consult.kernel import i18n

MAX_PAGES = 400
MAX_BYTES = 24_000_000
MAX_FRAGMENTS = 4_000
MAX_FRAGMENTS_SIZE = 8_000_000


Content = TypeVar("Content", str, bytes)


class RecentlyUsed(Generic[Content]):
    """The most recently used pieces of one worker, bounded in number and size."""

    def __init__(self, most: int, largest: int) -> None:
        self._kept: OrderedDict[Hashable, Content] = OrderedDict()
        self._size = 0
        self._most = most
        self._largest = largest

    def get(self, key: Hashable) -> Content | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, content: Content) -> None:
        if key in self._kept or len(content) > self._largest // 20:
            return
        self._kept[key] = content
        self._size += len(content)
        while len(self._kept) > self._most or self._size > self._largest:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped)

    def clear(self) -> None:
        self._kept.clear()
        self._size = 0


class PageCache(RecentlyUsed[bytes]):
    """Rendered pages."""

    def __init__(self) -> None:
        super().__init__(MAX_PAGES, MAX_BYTES)


class Fragments:
    """Rendered parts of pages, in templates: {% call fragment(everything it shows) %}…{% endcall %}

    The key holds everything that the part shows, so that an equal key means equal markup; on a
    page of which one comment is new, the other forty-nine are not rendered again.

    For many things of one kind: {% call(thing) fragment.each(things, what else it shows) %}. The
    loop runs here, because a call in a template costs as much as finding a part that is kept.
    """

    def __init__(self) -> None:
        self._kept = RecentlyUsed[str](MAX_FRAGMENTS, MAX_FRAGMENTS_SIZE)

    def __call__(self, *key: Hashable, caller: Callable[[], Markup]) -> Markup:
        return self._all([key], _speech(), lambda _: caller())

    def each(
        self, things: Iterable[Hashable], *key: Hashable, caller: Callable[[Any], Markup]
    ) -> Markup:
        return self._all(things, (*_speech(), *key), caller)

    def _all(
        self, things: Iterable[Hashable], kind: Hashable, render: Callable[[Any], Markup]
    ) -> Markup:
        pieces = []
        for thing in things:
            key = (kind, thing)
            found = self._kept.get(key)
            if found is None:
                found = render(thing)
                self._kept.put(key, found)
            pieces.append(found)
        return Markup("".join(pieces))  # noqa: S704 - made by the templates themselves


def _speech() -> tuple[str | None, ...]:
    """What every part depends on: the language, and that of texts, which links keep."""
    return i18n.language(), *i18n.asked_reading()


def has_session() -> bool:
    """Whether this reader may be known to us; such a reader never shares a cache."""
    name = current_app.config["SESSION_COOKIE_NAME"]
    return any(request.cookies.get(cookie) for cookie in (name, "remember_token", "consult_visit"))


HTML = "text/html; charset=utf-8"


def versioned_page(
    *parts: object, render: Callable[[], str], content_type: str = HTML, vary: str = ""
) -> Response:
    """Answer a GET whose content is fixed by `parts` (versions, phase, date), URL, language and
    type. `vary` names the header that decided on the type, if one did."""
    return _versioned(parts, lambda: render().encode(), content_type, vary)


def versioned_file(
    *parts: object, make: Callable[[], bytes], content_type: str, filename: str
) -> Response:
    """The same for a file that the browser saves under a name."""
    response = attached(_versioned(parts, make, content_type), filename)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def attached(response: Response, filename: str) -> Response:
    """A response that the browser saves under this name."""
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _versioned(
    parts: tuple[object, ...], make: Callable[[], bytes], content_type: str, vary: str = ""
) -> Response:
    if has_session():
        response = Response(make(), content_type=content_type)
        response.headers["Cache-Control"] = "private, no-cache"
        if vary:
            response.vary.add(vary)
        return response
    build: str = current_app.extensions["consult_build"]
    seed = repr((request.full_path, i18n.language(), build, content_type, parts))
    key = hashlib.sha256(seed.encode()).hexdigest()[:32]
    if key in request.if_none_match:
        return _labelled(Response(status=304), key, vary)
    cache: PageCache = current_app.extensions["consult_page_cache"]
    body = cache.get(key)
    if body is None:
        body = make()
        cache.put(key, body)
    return _labelled(Response(body, content_type=content_type), key, vary)


def _labelled(response: Response, key: str, vary: str) -> Response:
    response.set_etag(key)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Vary"] = ", ".join(filter(None, ("Cookie", "Accept-Language", vary)))
    return response
