"""The sentinel crawl: every page, list, drop-down, export, file and job result as every role; the mark never appears.

It reads what the answers hold (see `visitor`), and follows every link and form address it finds; what a page leads to is there.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse

from tests.matrix.addresses import addresses
from tests.matrix.sensitive import NUMBER, ROLES, covering, permissions
from tests.matrix.visitor import Open, Visitor, each_role
from tests.matrix.world import World
from zhibu.kernel.console import all_screens

pytestmark = pytest.mark.django_db

#: pages of one kind (address name, act, names of the query) that are followed as links; every record is visited anyhow
ENOUGH = 1


def kind_of(url: str) -> str:
    """Return what makes two addresses the same kind of page."""
    parts = urlsplit(url)
    match = resolve(parts.path)
    names = sorted({item.partition("=")[0] for item in parts.query.split("&")})
    return f"{match.url_name} {match.kwargs.get('code', '')} {names}"


@lru_cache(maxsize=20_000)
def name_of(url: str) -> str:
    """Return the name of an address."""
    return str(resolve(urlsplit(url).path).url_name)


def crawl(visitor: Visitor, start: list[str]) -> dict[str, int]:
    """Fetch the addresses and everything they lead to; return each address's status."""
    kinds: Counter[str] = Counter()
    statuses: dict[str, int] = {}
    waiting = list(start)
    given = set(start)
    shown: dict[str, str] = {}
    posted: set[str] = set()
    while waiting:
        url = waiting.pop()
        if url in statuses or name_of(url) in posted:
            continue
        page = visitor.get(url)
        statuses[url] = page.status
        if page.status == 404 and url in shown:
            visitor.problems.append(f"{shown[url]} leads to {url}, which is not found")
        if page.status == 405:  # an address that is only posted to says so whatever the record: once is enough
            posted.add(name_of(url))
        for link in {*page.links, page.response.get("Location", "")}:
            target = link.removeprefix("http://testserver").partition("#")[0]
            if not target.startswith("/"):
                target = urljoin(url, target)
            if not target.startswith("/") or target.startswith("/static/") or target in given:
                continue
            given.add(target)
            try:
                kind = kind_of(target)
            except Resolver404:
                visitor.problems.append(f"{url} leads to {target}, which is no page")
                continue
            kinds[kind] += 1
            if kinds[kind] <= ENOUGH:
                waiting.append(target)
                shown[target] = url
    return statuses


def within_reach(world: World) -> Iterator[tuple[str, str]]:
    """Yield the list of every screen with its permission, and the pages of its first record."""
    for screen in all_screens():
        yield reverse(screen.slug), screen.permission
        for record in world.seen.objects.get(screen.model, [])[:1]:
            yield reverse(f"{screen.slug}-record", args=[record.uid]), screen.permission
            yield reverse(f"{screen.slug}-history", args=[record.uid]), screen.permission


@each_role
def test_no_page_of_ones_own_side_shows_the_other_side(world: World, visitor: Open, role: str) -> None:
    # acts are linked where allowed
    start = [address for address in addresses(world.seen) if not address.name.startswith("action")]
    if role and role not in covering():
        # another role may see all that this one may: here the first record of each kind, and whose secrets may not show
        first = {address.name: address for address in reversed(start)}.values()
        start = [one for one in start if one in first or str(world.subject.uid) in one.url]
    statuses = crawl(visitor(role), [address.url for address in start])
    assert Counter(statuses.values())[200] > (10 if role else 5)
    for url, permission in within_reach(world) if role else []:  # who holds the permission is answered
        assert statuses[url] == (200 if permission in permissions(role) else 404), (role, url)


@pytest.mark.parametrize("role", ROLES)
def test_a_full_number_is_revealed_to_those_alone_who_may_see_the_masked_one(
    world: World, visitor: Open, role: str
) -> None:
    held = {"people.reveal", "people.see.identity"} <= permissions(role)
    url = reverse("people-reveal", args=[world.subject.uid])
    act = reverse("action-on", args=["people.person.reveal", world.subject.uid])
    page = visitor(role).post(url, {"reason": "核对", "field": "identity_number", "key": str(uuid.uuid4())})
    assert (NUMBER in page.text) == held
    assert page.status == (200 if held else 404)
    other = visitor(role).post(act, {"reason": "核对", "field": "identity_number", "key": str(uuid.uuid4())})
    assert other.status == (302 if held else 404)
