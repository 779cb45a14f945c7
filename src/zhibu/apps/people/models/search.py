"""Search keys: one prefix range on one index answers every kind of query."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhibu.kernel.bytewise import BytewiseField
from zhibu.kernel.scope import OpenModel, ScopedModel


class KeyField(BytewiseField):
    """A search key; the first migration names it."""


class SearchKey(ScopedModel):
    """(key, person) without a row id; written in the transaction that writes the person. See `search.py`."""

    scope_permission = "people.view"

    pk = models.CompositePrimaryKey("key", "person_id")
    key = KeyField(max_length=120)
    # unchecked by the database: keys are derived, eight a person, and people are never deleted
    person = models.ForeignKey("people.Person", models.PROTECT, db_constraint=False, related_name="search_keys")

    class Meta:
        verbose_name = "检索键"

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        from zhibu.apps.people.models.affiliation import reach

        return Q(Exists(reach(paths).filter(person_id=OuterRef("person_id"))))


class LookupCount(OpenModel):
    """How many look-ups by number an account has made since `since`; says nothing of whom they were about."""

    account_id = models.BigIntegerField(unique=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "号码查找计数"
