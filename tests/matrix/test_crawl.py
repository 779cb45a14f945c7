"""The sentinel crawl: every page, list, drop-down, export, file and job result as every role; the mark never appears.

It reads what the answers hold (see `visitor`), and follows every link and form address it finds.
"""

import uuid
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse

from tests.matrix.addresses import addresses
from tests.matrix.sensitive import NUMBER, ROLES, permissions
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


def crawl(visitor: Visitor, start: list[str]) -> Counter[int]:
    """Fetch the addresses and everything they lead to; return how often each status came."""
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    waiting = list(start)
    given = set(start)
    posted: set[str] = set()
    while waiting:
        url = waiting.pop()
        if url in seen or kind_of(url) in posted:
            continue
        seen.add(url)
        page = visitor.get(url)
        statuses[page.status] += 1
        if page.status == 405:  # an address that is only posted to says so whatever the record: once is enough
            posted.add(kind_of(url))
        links = [*page.links, page.response.get("Location", "")]
        for link in links:
            target = urljoin(url, link.removeprefix("http://testserver")).partition("#")[0] if link else ""
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
    return statuses


@each_role
def test_no_page_of_ones_own_side_shows_the_other_side(world: World, visitor: Open, role: str) -> None:
    start = [
        address for address in addresses(world.seen) if not address.name.startswith("action")
    ]  # acts are linked where allowed
    statuses = crawl(visitor(role), [address.url for address in start])
    assert statuses[200] > (10 if role else 5)


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


def test_a_page_within_reach_answers_whoever_holds_its_permission(world: World, visitor: Open) -> None:
    for role in ROLES:
        browser = visitor(role)
        for screen in all_screens():
            record = world.seen.objects.get(screen.model, [None])[0]
            urls = [reverse(screen.slug)]
            if record is not None:
                urls += [
                    reverse(f"{screen.slug}-record", args=[record.uid]),
                    reverse(f"{screen.slug}-history", args=[record.uid]),
                ]
            for url in urls:
                assert browser.get(url).status == (200 if screen.permission in permissions(role) else 404), (role, url)
