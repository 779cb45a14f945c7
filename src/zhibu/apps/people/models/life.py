"""What happened in a person's working life, on which day, and what it changed: enough to take it back."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from zhibu.apps.people.life import REVERSAL, STEPS
from zhibu.kernel.scope import ScopedModel

KINDS = [(step.code, step.label) for step in STEPS.values()] + [(REVERSAL, "撤销变动")]


def standing() -> Q:
    """Condition: an event that happened and was not taken back."""
    return Q(reversed_by__isnull=True) & ~Q(kind=REVERSAL)


class LifeEvent(ScopedModel):
    """A life event. Nothing is deleted: a mistaken one is taken back by a record of its own (`reversed_by`).

    data   {"before": {column: text}, "after": {column: text}, "kinds": [relation, …],
            "kept": [affiliation, …], "cut": [[affiliation, old until or null, rev after], …], "made": [[affiliation, rev], …],
            "posts": [[post, old until or null, rev after], …]}; dates in ISO
    """

    scope_permission = "people.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="life_events", verbose_name="人员")
    kind = models.CharField("变动", max_length=20, choices=KINDS)
    effective_on = models.DateField("生效日期")
    data: Any = models.JSONField("变动前后", default=dict, editable=False)
    reason = models.CharField("事由", max_length=200, blank=True)
    by_account_id = models.BigIntegerField("经办账号", null=True, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    reversed_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="reverses", verbose_name="撤销记录"
    )
    rev = models.PositiveIntegerField(default=1, editable=False)

    #: where the act leads when the person is no longer in the actor's reach
    landing = ""

    class Meta:
        verbose_name = "人员变动"
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "id"], name="life_event_of_person")]

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        from zhibu.apps.people.models.affiliation import reach

        return Q(Exists(reach(paths).filter(person_id=OuterRef("person_id"))))

    def __str__(self) -> str:
        return f"{self.person}{self.get_kind_display()}（{self.effective_on.isoformat()}）"

    def scope_paths(self) -> list[str]:
        """Return the paths of the person's organisations."""
        return list(self.person.scope_paths())

    def get_absolute_url(self) -> str:
        return self.landing or reverse("people-life", args=[self.person.uid])
