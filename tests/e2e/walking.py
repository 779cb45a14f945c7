"""Walking the platform as a role does: by the links its pages show, one page of each kind."""

from collections import deque
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.e2e.visiting import Visitor
from tests.matrix import apps

#: addresses that answer with a file, not a page
FILES = {
    "file",
    "export",
    "import-template",
    "import-errors",
    "import-original",
    "national-export",
    "people-photo",
    "print",
    "print-made",
    "rule-json",
    *apps.named("FILES"),
}


def kind_of(url: str) -> str | None:
    """Return the kind of page behind an address (its url name, for an act with its code), None when it is no page."""
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return None
    if match.url_name is None or match.url_name in FILES:
        return None
    detail = match.kwargs.get("code") or match.kwargs.get("spec") or ""
    return f"{match.url_name} {detail}".strip()


def walk(visitor: Visitor, seen: set[str], again: Collection[str], start: str = "/") -> Iterator[str]:
    """Go to one page of each kind not yet in `seen` or to be seen `again`; yields its kind, the window standing on it.

    Adds to `seen`. Fails at a link that leads to no page.
    """
    waiting = deque([start])
    met: set[str] = set()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if kind is None or kind in met or (kind in seen and kind not in again):
            continue
        met.add(kind)
        answer = visitor.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address} answers {answer.status}"
        waiting.extend(links(visitor))
        seen.add(kind)
        landed = kind_of(visitor.path) or kind
        if landed == kind or landed not in met | seen:
            met.add(landed)
            seen.add(landed)
            yield landed


def links(visitor: Visitor) -> list[str]:
    """Return the addresses on this site that the page links to, also from closed menus."""
    found: list[str] = visitor.page.evaluate(
        "[...document.querySelectorAll('a[href]')].map(a => a.href)"
        ".filter(h => h.startsWith(location.origin + '/')).map(h => h.slice(location.origin.length).split('#')[0])"
    )
    return list(dict.fromkeys(found))
