"""Who belongs where, as what, from–until: the one table that scoping and the person's page read."""

import uuid
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate

from zhibu.kernel.periods import holding
from zhibu.kernel.prepared import HOLES, Prepared, prepare
from zhibu.kernel.scope import ScopedModel
from zhibu.kernel.tree import under


class Kind(models.TextChoices):
    """Relations of a person to the tree; each is separate. HOME keeps the person's record and always exists, once."""

    HOME = "home", "归属单位"
    ADMINISTRATIVE = "administrative", "行政关系"
    PARTY = "party", "组织关系"
    SERVICE = "service", "服务关系"


class PostKind(models.TextChoices):
    """Posts of a leading group (领导班子)."""

    SECRETARY = "secretary", "书记"
    DEPUTY_SECRETARY = "deputy_secretary", "副书记"
    ORGANIZATION = "organization", "组织委员"
    PUBLICITY = "publicity", "宣传委员"
    DISCIPLINE = "discipline", "纪检委员"
    UNITED_FRONT = "united_front", "统战委员"
    YOUTH = "youth", "青年委员"
    GROUP_LEADER = "group_leader", "党小组长"
    MEMBER = "member", "委员"
    HEAD = "head", "负责人"
    DEPUTY_HEAD = "deputy_head", "副职"
    CLERK = "clerk", "工作人员"


def _period(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_period",
        condition=Q(until__isnull=True) | Q(until__gte=F("since")),
        violation_error_message="止期早于起期",
    )


def current(on: Any = None) -> Q:
    """Condition: in force on that day (today by default); periods are half-open."""
    return holding(on or localdate())


def reach(paths: tuple[str, ...]) -> "QuerySet[Affiliation]":
    """Return the current affiliations to the subtrees: they are what makes a person visible."""
    rows: QuerySet[Affiliation] = Affiliation.objects.system("scope of a person")
    return rows.filter(current()).filter(under("organization__path", paths))


class Affiliation(ScopedModel):
    """A person belongs to an organisation in one way, from–until (half-open)."""

    scope_permission = "people.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # without indices of their own: those of two columns below begin with them
    person = models.ForeignKey(
        "people.Person", models.PROTECT, db_index=False, related_name="affiliations", verbose_name="人员"
    )
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, db_index=False, related_name="affiliations", verbose_name="组织"
    )
    kind = models.CharField("关系", max_length=20, choices=Kind)
    since = models.DateField("起")
    until = models.DateField("止（不含）", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "归属关系"
        ordering = ["person_id", "kind", "since"]
        indexes = [
            # who is in a scope today is read from the index alone: by every search and every list of one
            models.Index(fields=["organization", "person", "since", "until"], name="affiliation_here"),
            models.Index(fields=["person", "kind"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(until__isnull=True, kind__in=["home", "party"]),
                name="affiliation_one_open",
            ),
            models.UniqueConstraint(
                fields=["person", "organization", "kind"], condition=Q(until__isnull=True), name="affiliation_once_open"
            ),
            _period("affiliation"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.organization} {self.get_kind_display()}）"

    def get_absolute_url(self) -> str:
        return self.person.get_absolute_url()


def belonging(person_id: int) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, path, name of the place) of the places a person belongs to today; what may be told the caller judges."""
    for kind, path, short, name in _belonging_on(localdate()).rows(person_id):
        yield kind, path, short or name


@lru_cache(maxsize=2)
def _belonging_on(day: date) -> Prepared:
    """Return the question for the places of the person in the hole; every page about somebody and every tap asks it."""
    rows = Affiliation.objects.system("where one person belongs").filter(current(day), person_id=HOLES[0])
    places = ("organization__path", "organization__short_name", "organization__name")
    return prepare(rows.order_by("since", "pk").values_list("kind", *places))


class Post(ScopedModel):
    """A post in an organisation's leading group held by a person from–until (half-open)."""

    scope_permission = "organizations.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="posts", verbose_name="人员")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="posts", verbose_name="组织"
    )
    kind = models.CharField("职务", max_length=20, choices=PostKind)
    since = models.DateField("任职起")
    until = models.DateField("任职止（不含）", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "任职"
        ordering = ["organization__path", "kind", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "kind"], condition=Q(until__isnull=True), name="post_once_open"
            ),
            _period("post"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.organization} {self.get_kind_display()}）"

    def get_absolute_url(self) -> str:
        return self.person.get_absolute_url()
