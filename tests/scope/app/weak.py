"""Models as they must not be; each is made inside `isolate_apps` by a test of the system checks."""

from typing import Any

from django.db import models
from django.db.models import Q

from tests.scope.app.models import Branch, Person, Rank
from zhibu.kernel.scope import OpenModel, ScopedManager, ScopedModel, ScopedQuerySet
from zhibu.kernel.tree import under


def no_permission() -> Any:
    class Card(ScopedModel):
        organization = models.ForeignKey(Branch, models.PROTECT)

    return Card


def plain_manager() -> Any:
    class Card(ScopedModel):
        scope_permission = "cards.view"
        organization = models.ForeignKey(Branch, models.PROTECT)
        everything = models.Manager()

    return Card


def plain_manager_of_an_open_model() -> Any:
    class Colour(OpenModel):
        objects = models.Manager()

    return Colour


def cascade() -> Any:
    class Card(ScopedModel):
        scope_permission = "cards.view"
        organization = models.ForeignKey(Branch, models.PROTECT)
        rank = models.ForeignKey(Rank, models.CASCADE)

    return Card


def forgetting() -> Any:
    class Card(ScopedModel):
        scope_permission = "cards.view"
        organization = models.ForeignKey(Branch, models.SET_NULL, null=True)

    return Card


def repeating() -> Any:
    class Diploma(ScopedModel):
        scope_permission = "people.view"
        person = models.ForeignKey(Person, models.PROTECT)

        @classmethod
        def scope_q(cls, paths: tuple[str, ...]) -> Q:
            return under("person__affiliations__branch__path", paths)

    return Diploma


def guarded_base_manager() -> Any:
    class Card(ScopedModel):
        scope_permission = "cards.view"
        organization = models.ForeignKey(Branch, models.PROTECT)

        class Meta:
            base_manager_name = "objects"

    return Card


def own_queryset() -> Any:
    """A sound one, with a queryset of its app."""

    class CardQuerySet(ScopedQuerySet[Any]):
        def lost(self) -> Any:
            return self.filter(text="lost")

    class Card(ScopedModel):
        scope_permission = "cards.view"
        organization = models.ForeignKey(Branch, models.PROTECT)
        text = models.CharField(max_length=9)
        objects = ScopedManager.from_queryset(CardQuerySet)()

    return Card
