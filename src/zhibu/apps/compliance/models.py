"""One light an organisation and duty: when it was last done, until when nothing is asked, from when on it is overdue."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.compliance import rules
from zhibu.apps.compliance.params import duties
from zhibu.apps.compliance.permissions import VIEW
from zhibu.kernel.calendar.dated import in_force, period
from zhibu.kernel.scope import ScopedModel

#: beside rules.State: nothing is asked on that day although nothing was held, by the calendar or by a decision
QUIET = "quiet"
QUIET_LABEL = "未到"


def of_state(state: str, today: date) -> Q:
    """Return the condition that a light shows that state (rules.State or QUIET) on a day."""
    held = Q()
    for duty in in_force(duties(), today).values():
        held |= Q(duty=duty.code, last_on__gte=period(rules.MONTHS[duty.every], today)[0])
    held &= Q(excused_until__isnull=True) | Q(excused_until__lte=today)
    return {
        "done": Q(clear_until__gt=today) & held,
        QUIET: Q(clear_until__gt=today) & Q(Q(last_on__isnull=True) | ~held),
        "due": Q(clear_until__lte=today, due_until__gt=today),
        "overdue": Q(due_until__lte=today),
    }[state]


class Light(ScopedModel):
    """A duty of an organisation. The days follow from the last meeting (rules.standing), so that no night changes them.

    excused_until: up to that day (not included) nothing is asked, by a decision of the superior with its reason.
    No index holds the days: sixty thousand rows are counted by state as quickly without, and written twice as quickly.
    """

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="lights", verbose_name="组织", db_index=False
    )  # light_once begins with it
    duty = models.CharField("组织生活", max_length=20)
    last_on = models.DateField("最近一次", null=True, blank=True)
    clear_until = models.DateField("此日之前不再要求")
    due_until = models.DateField("此日起逾期")
    excused_until = models.DateField("免于要求至（不含）", null=True, blank=True)
    excused_why = models.CharField("免于要求的原因", max_length=200, blank=True)
    asked = models.BooleanField("是否要求", default=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "组织生活提示"
        ordering = ["organization__path", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "duty"], name="light_once")]

    def __str__(self) -> str:
        return f"{self.organization}的{self.duty_label}"

    def get_absolute_url(self) -> str:
        return reverse("lights-record", args=[self.uid])

    @property
    def rule(self) -> rules.Duty:
        """The duty as it is in force today."""
        return in_force(duties(), localdate())[self.duty]

    @property
    def duty_label(self) -> str:
        """The duty in words."""
        return self.rule.label

    @property
    def source(self) -> str:
        """Regulation and article."""
        return self.rule.source

    def state(self, today: date | None = None) -> rules.State:
        """Return what it shows on a day."""
        return rules.state_of(self.clear_until, self.due_until, today or localdate())

    def words(self, today: date | None = None) -> str:
        """Return what is asked for, in words."""
        return rules.due_words(self.clear_until, self.due_until, today or localdate())

    def shown(self, today: date | None = None) -> tuple[str, str]:
        """Return what it shows, in a word and a colour; what is done once a year is not done again before its time comes."""
        day = today or localdate()
        state = self.state(day)
        if self.excused_until is not None and day < self.excused_until:
            return "暂不要求", "info"
        first = period(rules.MONTHS[self.rule.every], day)[0]
        if state is rules.State.DONE and (self.last_on is None or self.last_on < first):
            return "未到", ""
        return rules.STATE_LABELS[state], TONES[state]

    @property
    def word(self) -> str:
        """What it shows today, in a word."""
        return self.shown()[0]

    @property
    def tone(self) -> str:
        """The colour of that."""
        return self.shown()[1]


TONES: dict[rules.State, str] = {rules.State.DONE: "ok", rules.State.DUE: "due", rules.State.OVERDUE: "late"}
