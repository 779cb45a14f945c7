"""One world a module, in a transaction that is rolled back; every test works in a savepoint of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.template.base import Template

from tests.matrix import sensitive
from tests.matrix.visitor import Visitor
from tests.matrix.world import World, build


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


@pytest.fixture(autouse=True)
def fresh_counters(world: World, db: None) -> None:
    """Forget counted look-ups; what a test writes is taken back by its own savepoint (`db`)."""
    cache.clear()


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
