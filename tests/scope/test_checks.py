"""`manage.py check` names the models that would weaken the scope."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test.utils import isolate_apps

from tests.scope.app import weak
from tests.scope.app.models import Person, Rank
from zhibu.kernel.scope.checks import every_model_chose


def ids(model: Any) -> list[str]:
    return [message.id for message in model.check() if message.id.startswith("scope.")]


def test_the_models_of_these_tests_are_sound() -> None:
    assert {model.__name__: ids(model) for model in apps.get_app_config("scope_test").get_models() if ids(model)} == {}


WEAK: dict[str, tuple[Callable[[], Any], str]] = {
    "no permission": (weak.no_permission, "scope.E001"),
    "plain manager": (weak.plain_manager, "scope.E002"),
    "plain manager of an open model": (weak.plain_manager_of_an_open_model, "scope.E002"),
    "cascade": (weak.cascade, "scope.E003"),
    "forgetting key": (weak.forgetting, "scope.E003"),
    "joining scope": (weak.repeating, "scope.E004"),
    "guarded base manager": (weak.guarded_base_manager, "scope.E005"),
}


@pytest.mark.parametrize(("make", "code"), WEAK.values(), ids=WEAK)
def test_a_weak_model_is_named(make: Callable[[], Any], code: str) -> None:
    with isolate_apps("tests.scope.app"):
        assert ids(make()) == [code]


@isolate_apps("tests.scope.app")
def test_an_apps_own_queryset_is_guarded_too() -> None:
    card = weak.own_queryset()
    assert ids(card) == []
    assert not card.objects.lost().opened
    assert card.objects.system("control").lost().opened


def test_a_model_of_the_platform_that_chose_no_base_is_named() -> None:
    class Config:
        name = "zhibu.apps.cards"

        def get_models(self) -> list[Any]:
            return [Person, Rank, Rank.holders.through, apps.get_model("contenttypes", "ContentType")]

    named = every_model_chose([Config()])  # type: ignore[list-item]
    assert [message.obj.__name__ for message in named if message.id == "scope.W001"] == [
        "Rank_holders",
        "ContentType",
    ]
