"""Help that was asked for, the members it was offered to, who took it on, the service it became."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.custody.models.care import CareRecord, OfCare
from zhibu.apps.custody.models.service import ServiceRecord


class HelpState(models.TextChoices):
    """A request waits for somebody, is taken on, done, or called off."""

    OPEN = "open", "待认领"
    CLAIMED = "claimed", "已认领"
    DONE = "done", "已办好"
    OFF = "off", "不用办了"


HELP_TONES = {"open": "due", "claimed": "info", "done": "ok", "off": "plain"}


class HelpRequest(OfCare):
    """Help somebody in care asks for, themselves or at the desk. `person` is whose record of care it is."""

    care = models.ForeignKey(CareRecord, models.PROTECT, related_name="help_requests", verbose_name="托管档案")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="help_requests", verbose_name="本人")
    words = models.CharField("需要帮什么", max_length=300)
    wanted_on = models.DateField("希望哪天以前", null=True, blank=True)
    by_self = models.BooleanField("本人提出", default=False, editable=False)
    asked_by = models.CharField("登记人", max_length=100, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=HelpState, default=HelpState.OPEN, editable=False)
    claimed_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="认领人"
    )
    claimed_name = models.CharField("认领人姓名", max_length=100, blank=True, editable=False)
    claimed_at = models.DateTimeField("认领时间", null=True, editable=False)
    service = models.OneToOneField(
        ServiceRecord, models.PROTECT, null=True, blank=True, editable=False, related_name="help_request"
    )
    closed_why = models.CharField("不办原因", max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("提出时间", auto_now_add=True)

    class Meta:
        verbose_name = "求助"
        ordering = ["-id"]
        indexes = [models.Index(fields=["wanted_on"], name="help_open", condition=Q(state__in=["open", "claimed"]))]

    def __str__(self) -> str:
        return f"{self.person}的求助"

    def get_absolute_url(self) -> str:
        return reverse("help-requests-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees what they asked for."""
        return reverse("me")


class HelpOffer(OfCare):
    """A request as it was offered to a member of a branch: theirs to take on. Only whom it was offered to sees it."""

    scope_via = "request__care"
    request = models.ForeignKey(HelpRequest, models.PROTECT, related_name="offers", verbose_name="求助")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="help_offers", verbose_name="党员")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "帮忙"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="help_offered_once")]

    def __str__(self) -> str:
        return f"支部里有人需要帮忙：{self.request.words}"

    @property
    def own_url(self) -> str:
        """Where a member sees what they took on."""
        return reverse("inbox")

    def get_absolute_url(self) -> str:
        return self.own_url
