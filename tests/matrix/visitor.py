"""A browser that reads every answer: no mark of the other side, no secret of a hidden field group, nothing unsafe."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.test import Client

from tests.matrix.sensitive import ROLES
from tests.reading import pdf_text

TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^\s=>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*/?>")
ATTRIBUTE = re.compile(r"([^\s=>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
ADDRESS = re.compile(r"https?://[^\s\"'<>&]+")
ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data-picker-url", "poster", "data"}
#: a name, not an address to load
NAMESPACES = ("http://www.w3.org/",)
OWN = ("http://testserver",)
#: of a link that somebody opens by choice, without telling where they come from: the page itself asks nothing of that host
OUTSIDE = {"external", "noopener", "noreferrer"}
#: before the address to which the form of the text sizes, on every page, leads back
BACK = 'name="next" value="'
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}


@dataclass
class Page:
    """An answer as read: its text (of workbooks every cell, of archives every member) and the addresses in it."""

    response: Any
    text: str
    links: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def is_html(self) -> bool:
        return bool(str(self.response.get("Content-Type", "")).startswith("text/html"))


def content_of(response: Any) -> bytes:
    """Return the whole body."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def text_of(body: bytes) -> str:
    """Return everything that can be read in a body."""
    if body.startswith(b"%PDF"):
        return pdf_text(body)
    if not body.startswith(b"PK\x03\x04"):
        return body.decode("utf-8", "replace")
    parts = []
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            parts += [name, archive.read(name).decode("utf-8", "replace")]
    if "xl/workbook.xml" in parts:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
        for sheet in book:
            parts.append(sheet.title)
            parts += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    return "\n".join(parts)


class Visitor:
    """Somebody at a browser. `forbidden` are texts that may appear in no answer; `problems` is what was wrong with any."""

    def __init__(self, account: Any = None, forbidden: Iterable[str] = (), *, who: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        if account is not None:
            self.client.force_login(account)
        self.forbidden = tuple(forbidden)
        self.who = who
        self.problems: list[str] = []

    def get(self, url: str, **more: Any) -> Page:
        """Fetch a page and read it."""
        return self._read("GET", url, self.client.get(url, **more))

    def post(self, url: str, data: Any = None, **more: Any) -> Page:
        """Post a form and read the answer."""
        return self._read("POST", url, self.client.post(url, data or {}, **more))

    def ask(self, method: str, url: str, **more: Any) -> Page:
        """Use another method."""
        return self._read(method, url, self.client.generic(method, url, **more))

    def _read(self, method: str, url: str, response: Any) -> Page:
        where = f"{self.who} {method} {url} -> {response.status_code}"
        page = Page(response, text_of(content_of(response)))
        self.problems += [f"{where}: {problem}" for problem in self._problems(page)]
        return page

    def _problems(self, page: Page) -> Iterator[str]:
        response = page.response
        if page.status >= 500:
            yield f"{response.exc_info[1]!r}" if getattr(response, "exc_info", None) else "server error"
            return
        headers = unquote("\n".join(f"{name}: {value}" for name, value in response.items()))
        yield from _told(self.forbidden, "headers", headers)
        yield from _told(self.forbidden, "cookies", unquote(response.cookies.output()))
        if page.is_html:
            before, _, after = page.text.partition(BACK)  # a page of what is not found differs in its own address alone
            address, _, after = after.partition('"')
            yield from _told(self.forbidden, "address", address)
            links, problems = _seen(self.forbidden, before + BACK + after)
            page.links = list(links)
            yield from problems
        else:
            yield from _told(self.forbidden, "body", page.text)
        if page.status != 301:  # “with a slash”, said before any page is made: nothing to frame
            yield from _headers(response)


def _told(forbidden: tuple[str, ...], place: str, shown: str) -> Iterator[str]:
    for text in forbidden:
        if text not in shown:
            continue
        # a random identifier holds any six digits now and then
        read = UUID.sub("", shown) if text.isdigit() else shown
        if text in read:
            at = read.index(text)
            yield f"“{text}” in the {place}: …{read[max(0, at - 120) : at + 40]!r}"


@lru_cache(maxsize=512)
def _seen(forbidden: tuple[str, ...], html: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses in a page and what is wrong with it."""
    links, unsafe = inspect(html)
    problems = [*_told(forbidden, "body", html), *unsafe]
    if "<!doctype" in html[:40].lower() and 'class="help" href="/handbook/' not in html:
        problems.append("no way to the handbook")
    return tuple(links), tuple(problems)


def _headers(response: Any) -> Iterator[str]:
    for name, value in HEADERS.items():
        if response.get(name) != value:
            yield f"{name} is {response.get(name)!r}"
    policy = str(response.get("Content-Security-Policy", ""))
    if "default-src 'none'" not in policy or any(
        word in policy for word in ("unsafe", "http:", "https:", "data:", "*")
    ):
        yield f"Content-Security-Policy is {policy!r}"


@lru_cache(maxsize=50_000)
def _inspect_tag(name: str, attributes: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the same of one tag: page after page has the same menu."""
    given = {key.lower(): a or b or c for key, a, b, c in ATTRIBUTE.findall(attributes)}
    unsafe = []
    if name.lower() == "style" or "style" in given or (name.lower() == "script" and "src" not in given):
        unsafe.append(f"inline {name} {given}")
    unsafe += [f"{key} on {name}" for key in given if key.startswith("on")]
    found = tuple(given[key].replace("&amp;", "&").strip() for key in ADDRESSES & set(given))
    if (
        name.lower() == "a"
        and set(given.get("rel", "").split()) >= OUTSIDE
        and given.get("href", "").startswith("https://")
    ):
        return (), tuple(unsafe)
    for address in found:
        if re.match(r"(//|[a-z][a-z0-9+.-]*:)", address.lower()) and not address.startswith((*OWN, "tel:")):
            unsafe.append(f"address {address}")
    return found, tuple(unsafe)


def inspect(html: str) -> tuple[list[str], list[str]]:
    """Return the addresses in a page, and what is unsafe in it: inline styles and scripts, anything from another host."""
    found: list[str] = []
    unsafe: list[str] = []
    for name, attributes in TAG.findall(html):
        addresses, wrong = _inspect_tag(name, attributes)
        found += addresses
        unsafe += wrong
    if _outside(html):  # those in a tag are judged above: without the tags is looked only where there is one at all
        unsafe += _outside(TAG.sub(" ", html))
    return found, unsafe


def _outside(text: str) -> list[str]:
    return [address for address in ADDRESS.findall(text) if not address.startswith((*NAMESPACES, *OWN))]


#: how to open a browser as a role, or signed out ("")
Open = Callable[[str], Visitor]
each_role = pytest.mark.parametrize("role", [*ROLES, ""], ids=lambda role: role or "signed-out")
