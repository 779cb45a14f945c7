"""The navigation: every app registers its entries in AppConfig.ready; the shell draws what the actor may open."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from django.conf import settings
from django.urls import reverse

from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Link

ACCOUNT = "账号"  # entries of this section stand in the menu under one's own name
SEARCH = "找人"  # the page behind the search box: the box is drawn for whoever may open it
APART = (ACCOUNT, SEARCH)
#: a menu of more entries shows its sections closed, but for the one of the page
MOST_UNFOLDED = 24

Count = Callable[[Actor], int]


@dataclass(frozen=True)
class NavItem:
    """An entry: open to whoever holds one of `permissions` anywhere, or to everyone signed in when there are none.

    `tab` is a label of at most three characters that puts the entry into the phone's tab bar as well.
    """

    section: str
    label: str
    url_name: str
    icon: str
    permissions: tuple[str, ...] = ()
    order: int = 100
    count: Count | None = None
    tab: str = ""


@dataclass(frozen=True)
class Section:
    """A titled group of links; the first one usually has no title. `folds`: its title opens and closes it."""

    label: str
    items: tuple[Link, ...]
    folds: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the page is in it."""
        return any(link.here for link in self.items)

    @property
    def count(self) -> int:
        """What waits in it, shown while it is closed."""
        return sum(link.count for link in self.items)


Links = list[tuple[NavItem, Link]]
_items: dict[tuple[str, str], NavItem] = {}


def register(item: NavItem) -> NavItem:
    """Add an entry. Raises ValueError when the section already has one for the same page."""
    key = (item.section, item.url_name)
    if _items.get(key, item) != item:
        raise ValueError(f"navigation entry {key} is registered twice")
    _items[key] = item
    return item


def registered() -> list[NavItem]:
    """Return every entry in the order of registration, for checks over all of them."""
    return list(_items.values())


def sections(actor: Actor, path: str, known: Links | None = None) -> tuple[Section, ...]:
    """Return the side navigation of the actor, sections in the order of their first entry; `known`: see `links`.

    In a long menu the sections fold; one of a single entry does not, there would be nothing gained.
    """
    grouped: dict[str, list[Link]] = {}
    for item, link in links(actor, path) if known is None else known:
        if item.section not in APART:
            grouped.setdefault(item.section, []).append(link)
    long = sum(map(len, grouped.values())) > MOST_UNFOLDED
    return tuple(
        Section(label, tuple(links), folds=long and bool(label) and len(links) > 1) for label, links in grouped.items()
    )


def account_links(actor: Actor, path: str, known: Links | None = None) -> tuple[Link, ...]:
    """Return the entries of the menu under the actor's name."""
    found = links(actor, path) if known is None else known
    return tuple(link for item, link in found if item.section == ACCOUNT)


def search_url(actor: Actor) -> str:
    """Return where the search box sends its query; empty when the actor may not look for people."""
    items = [i for i in _items.values() if i.section == SEARCH]
    return next((reverse(i.url_name) for i in items if actor.account_id is not None and _open(i, actor)), "")


def tabs(actor: Actor, path: str, known: Links | None = None) -> tuple[Link, ...]:
    """Return the phone's tab bar, four entries at most (the menu is the fifth)."""
    found = links(actor, path) if known is None else known
    return tuple(replace(link, label=item.tab) for item, link in found if item.tab)[:4]


def _open(item: NavItem, actor: Actor) -> bool:
    return not item.permissions or actor.may_any(item.permissions)


@cache
def _address(url_name: str, within: str) -> str:
    """Return `reverse` of a name: the same two dozen for every page, which took a twentieth of a list."""
    return reverse(url_name, urlconf=within)


def links(actor: Actor, path: str) -> Links:
    """Return every entry open to the actor with its link; a page draws them three times and looks them up once."""
    if actor.account_id is None:
        return []
    items = [i for i in _items.values() if _open(i, actor)]
    items.sort(key=lambda i: i.order)
    urls = {item: _address(item.url_name, settings.ROOT_URLCONF) for item in items}
    inside = [url for url in urls.values() if path == url or (url != "/" and path.startswith(url))]
    here = max(inside, key=len, default=None)  # the entry nearest to the page: /people/import/ before /people/
    return [
        (i, Link(i.label, url, here=url == here, count=i.count(actor) if i.count else 0, icon=i.icon))
        for i, url in urls.items()
    ]
