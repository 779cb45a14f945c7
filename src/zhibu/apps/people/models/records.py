"""Acts that leave a record of their own: merges, reveals, and pairs found to be different people."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from zhibu.kernel.scope import ScopedModel


def _of_person(paths: tuple[str, ...], column: str) -> Q:
    from zhibu.apps.people.models.affiliation import reach

    return Q(Exists(reach(paths).filter(person_id=OuterRef(column))))


class Merge(ScopedModel):
    """Two records of one person became one; `moved` says what was moved: {"app.model.field": [pk, …]}."""

    scope_permission = "people.merge"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey("people.Person", models.PROTECT, related_name="merges_kept")
    dropped = models.ForeignKey("people.Person", models.PROTECT, related_name="merges_dropped")
    moved = models.JSONField("移动的引用", default=dict)
    filled = models.JSONField("补入的字段", default=dict)
    reason = models.CharField("事由", max_length=200)
    by_account_id = models.BigIntegerField("经办账号", null=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "合并记录"
        ordering = ["-id"]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return _of_person(paths, "kept_id")


class Distinct(ScopedModel):
    """Somebody looked at two similar records and found two people: the pair is not offered again."""

    scope_permission = "people.merge"

    first = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    second = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    by_account_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "非同一人"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_pair_once"),
            models.CheckConstraint(name="distinct_pair_ordered", condition=Q(first_id__lt=F("second_id"))),
        ]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return _of_person(paths, "first_id")


class Reveal(ScopedModel):
    """Somebody looked at a sensitive field in full."""

    scope_permission = "audit.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="reveals", verbose_name="被查看人")
    field = models.CharField("字段", max_length=40)
    reason = models.CharField("事由", max_length=200)
    page = models.CharField("在哪里查看", max_length=40, blank=True)
    account_id = models.BigIntegerField("账号")
    account_name = models.CharField("查看人", max_length=100)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "敏感信息查看记录"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.account_name}查看{self.person}"

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return _of_person(paths, "person_id")

    def scope_paths(self) -> list[str]:
        """Return the paths of the person's organisations."""
        return list(self.person.scope_paths())

    def get_absolute_url(self) -> str:
        return reverse("reveals-record", args=[self.uid])
