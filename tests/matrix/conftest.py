"""One world a module, in a transaction that is rolled back; every test works in a savepoint of its own."""

import logging
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache as counters
from django.db import transaction
from django.http import HttpResponse
from django.template.base import Template
from django.urls import reverse
from django.utils.html import escape

from tests.matrix import sensitive
from tests.matrix.visitor import Visitor
from tests.matrix.world import World, build
from zhibu.kernel.inbox import counting
from zhibu.kernel.ui import errors, nav


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    kept = settings.FILES, settings.STAGING
    folder = tmp_path_factory.mktemp("matrix")
    settings.FILES, settings.STAGING = folder / "files", folder / "staging"
    settings.STAGING.mkdir()
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)
    settings.FILES, settings.STAGING = kept


@pytest.fixture(autouse=True, scope="module")
def no_notes_of_templates() -> Iterator[None]:
    """Render as a site does: tens of thousands of pages are read here, and nobody asks which templates made them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
        yield


@pytest.fixture(autouse=True, scope="module")
def no_lines_of_refusals() -> Iterator[None]:
    """Keep no line of the log for every 404: pytest formats each three times and holds its request until the test ends."""
    log = logging.getLogger("django.request")
    before = log.level
    log.setLevel(logging.ERROR)
    yield
    log.setLevel(before)


@pytest.fixture(autouse=True)
def waiting_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count for the menu what waits once a test and actor: the number is the same on every page, and a tenth of the time."""
    monkeypatch.setattr(counting, "count", cache(counting.count))


@pytest.fixture(autouse=True, scope="module")
def not_found_once(world: World) -> Iterator[Callable[..., HttpResponse]]:
    """Draw the page of what is not found once for each actor and place in the menu: most answers here are that page.

    Returns how it is drawn anew, by which test_other_side proves that it says the same whatever was asked for.
    """
    drawn: dict[Any, list[str]] = {}
    draw = errors._page

    def page(request: Any, trouble: errors.Trouble, **more: Any) -> HttpResponse:
        if trouble is not errors.NOT_FOUND or more.get("text"):
            return draw(request, trouble, **more)
        key = errors.actor_of(request), entry_of(request.path), errors.text_size(request), settings.DEMO
        back = f'name="next" value="{escape(request.get_full_path())}"'
        if key not in drawn:
            drawn[key] = draw(request, trouble).content.decode().split(back)
        return HttpResponse(back.join(drawn[key]), status=404)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "_page", page)
        yield draw


def entry_of(path: str) -> str:
    """Return the address in the menu that a page lies under."""
    return max((url for url in _entries() if path.startswith(url)), key=len, default="")


@cache
def _entries() -> set[str]:
    return {reverse(item.url_name) for item in nav.registered()} - {"/"}


@pytest.fixture(autouse=True)
def fresh_counters(world: World, db: None) -> None:
    """Forget counted look-ups; what a test writes is taken back by its own savepoint (`db`)."""
    counters.clear()


@pytest.fixture
def visitor(world: World) -> Iterator[Callable[[str], Visitor]]:
    """Return how to open a browser as a role, or signed out (“”); at the end nothing may have been wrong with any answer."""
    opened: list[Visitor] = []

    def open_as(role: str) -> Visitor:
        account = world.accounts[role] if role else None
        opened.append(Visitor(account, (*sensitive.MARKS, *sensitive.hidden_from(role)), who=role or "signed out"))
        return opened[-1]

    yield open_as
    problems = [problem for one in opened for problem in one.problems]
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems[:40])
