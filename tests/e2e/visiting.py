"""Visitors: browser windows whose console, requests and policy breaches are kept, and must stay empty."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import FLAGS
from tests.e2e.serving import Site
from zhibu.kernel.ui.context import TEXT_COOKIE

DESK, PHONE = 1360, 390
# whatever a page might ask of another host goes nowhere; that it asked is noted
CHROMIUM_FLAGS = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
#: patience on a busy machine, in milliseconds
PATIENCE = 60_000
#: the browser writes a line for every answer that is not 2xx; a refused form (422) or a conflict (409) is no fault
_ANSWERS = re.compile(r"Failed to load resource: the server responded with a status of (422|409|404)")
# besides what axe always looks at, what it leaves off by default and the design promises to hold
RULES = ("target-size",)


@dataclass
class Visitor:
    """One window of one person."""

    site: Site
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE)
        self.context.set_default_navigation_timeout(PATIENCE)
        self.context.on("console", lambda message: self._hear(message.type, message.text))
        self.context.on("weberror", lambda error: self.said.append(str(error.error)))
        self.context.on("request", lambda request: self._note(request.url))

    def _hear(self, kind: str, text: str) -> None:
        if not _ANSWERS.match(text):
            self.said.append(f"{kind}: {text}")

    def _note(self, url: str) -> None:
        if not url.startswith(f"{self.site.url}/") and urlsplit(url).scheme not in {"data", "blob", "about"}:
            self.asked.append(url)

    def faults(self) -> list[str]:
        """Return what must not happen on any page: words in the console, breaches of the policy, other hosts asked."""
        return [*self.said, *(f"asked another host: {url}" for url in self.asked)]

    @property
    def path(self) -> str:
        """The path of the present page."""
        return urlsplit(self.page.url).path


def open_window(
    browser: Browser, site: Site, *, width: int = DESK, size: str = "normal", height: int = 900, **options: Any
) -> Visitor:
    """Open a window of a width in pixels and a text size. `options` are those of a browser context."""
    options.setdefault("reduced_motion", "reduce")  # a colour half-way through its change is no fault
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=site.url, locale="zh-CN", **options
    )
    context.add_cookies([{"name": TEXT_COOKIE, "value": size, "url": site.url}])
    return Visitor(site, context, context.new_page())


Open = Callable[..., Visitor]


def axe_faults(page: Page, *more: str, colours: bool = True) -> list[str]:
    """Return what axe finds wrong on the page as it stands, one line a node, three nodes a rule.

    `more` are names of rules that are off by default. Without `colours` their contrast, half of the work, is left out.
    """
    # axe takes what lies beneath the phone's fixed bar for covered: the window is made as tall as the page
    width, tall = page.evaluate("[innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]")
    page.set_viewport_size({"width": width, "height": tall})
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)
    # without preload: every style sheet of a page lies here already
    rules = {rule: {"enabled": True} for rule in (*RULES, *more)} | {"color-contrast": {"enabled": colours}}
    options = {"rules": rules, "resultTypes": ["violations"], "preload": False}
    violations = page.evaluate("options => axe.run('html', options).then(found => found.violations)", options)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for violation in violations
        for node in violation["nodes"][:3]
    ]


def drop_alike(page: Page) -> None:
    """Take away, of neighbours that differ in nothing but their words, all but the first three.

    axe measures every element on its own: a list of fifty rows says fifty times what three rows say.
    """
    page.evaluate(ALIKE)


ALIKE = """() => {
  const named = ["class", "role", "type", "open", "disabled", "aria-current", "aria-pressed", "aria-sort", "aria-expanded"]
  const text = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
  const shape = e => e.tagName + [...e.attributes].map(a => named.includes(a.name) ? a.name + "=" + a.value : a.name).sort()
    + text(e) + "(" + [...e.children].map(shape) + ")"
  for (const parent of document.body.querySelectorAll("*")) {
    if (parent.children.length < 6 || parent.closest("svg")) continue
    const met = {}
    for (const child of [...parent.children]) {
      const known = shape(child)
      met[known] = (met[known] || 0) + 1
      if (met[known] > 3) child.remove()
    }
  }
}"""


def shapes(page: Page) -> set[str]:
    """Return how the elements of the page are made: tag, classes, attributes, what they stand in and what in them."""
    return set(page.evaluate(SHAPES))


SHAPES = """() => {
  const named = ["class", "role", "type", "scope", "aria-current", "aria-sort"]
  const own = e => e.tagName + [...e.attributes].map(a => named.includes(a.name) ? a.name + "=" + a.value : a.name).sort()
  const text = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
  const around = e => e.parentElement === document.body ? "" : e.parentElement.tagName + e.parentElement.className
  const within = e => [...new Set([...e.children].map(c => c.tagName))]
  return [...new Set([...document.body.querySelectorAll("*:not(svg *)")].map(
    e => [own(e), text(e), around(e), e.parentElement ? around(e.parentElement) : "", within(e)].join("|")
  ))]
}"""


def follow_menu(page: Page, label: str) -> None:
    """Follow an entry of the menu at the side, by hand: its section is opened first where it is folded."""
    menu = page.get_by_role("navigation", name="主菜单")
    section = menu.locator(".nav-group:not([open])").filter(
        has=page.get_by_role("link", name=label, exact=True, include_hidden=True)
    )
    if section.count():
        section.locator("summary").click()
    menu.get_by_role("link", name=label, exact=True).click()


def burst(page: Page, number: str) -> None:
    """Type as a reader does: a key every five milliseconds, Enter at the end.

    Each key carries the moment it was struck, so that a busy machine, which hands them on late, makes no reader slow.
    """
    keys = page.context.new_cdp_session(page)
    began = time.time()
    for place, sign in enumerate([*number, "\r"]):
        name = "Enter" if sign == "\r" else sign
        code = name if name == "Enter" else f"Key{sign.upper()}" if sign.isalpha() else f"Digit{sign}"
        struck = {"key": name, "code": code, "timestamp": began + place * 0.005}
        keys.send("Input.dispatchKeyEvent", {**struck, "type": "keyDown", "text": sign})
        keys.send("Input.dispatchKeyEvent", {**struck, "type": "keyUp"})
    keys.detach()


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def narrow_faults(page: Page, least: dict[str, float]) -> list[str]:
    """Return what is wrong with the page in a window of this width, in each text size, all asked at once.

    It scrolls sideways; two parts of the row at the top lie on one another; a button, a box or a link of a menu is lower
    than `least` pixels of that size.
    """
    return list(page.evaluate(NARROW_FAULTS, least))


NARROW_FAULTS = """least => {
  const html = document.documentElement
  const at = e => e.getBoundingClientRect()
  const top = ".top .brand > *, .top-end > *"
  const targets = "button, .btn, .chip, .input, .check, .tabbar > *, .tabs a, .nav-list a, .menu-body a, summary"
  return Object.entries(least).flatMap(([size, low]) => {
    html.dataset.text = size
    const sideways = html.scrollWidth > innerWidth ? ["scrolls sideways"] : []
    const seen = [...document.querySelectorAll(top)].map(e => [e, at(e)]).filter(([e, r]) => r.width > 1 && r.height > 1)
    const covered = seen.flatMap(([a, p], i) => seen.slice(i + 1)
      .filter(([b, q]) => p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1)
      .map(([b]) => `on one another at the top: ${a.className} / ${b.className}`))
    const small = [...document.querySelectorAll(targets)]
      .filter(e => e.checkVisibility() && !e.closest(".hidden") && at(e).height < low - 0.5)
      .map(e => `target too low, ${Math.round(at(e).height)} px: ${e.outerHTML.slice(0, 120)}`)
    return [...sideways, ...covered, ...small].map(fault => `${size} text, ${innerWidth} px: ${fault}`)
  })
}"""
