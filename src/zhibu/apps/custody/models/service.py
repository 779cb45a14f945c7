"""What was done for somebody: visits, calls, help; corrected by a new version, never overwritten."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from zhibu.apps.custody.models.care import CareRecord, OfCare
from zhibu.apps.custody.permissions import SERVE


class ServiceKind(models.TextChoices):
    """What kind of service it was."""

    VISIT = "visit", "走访"
    CALL = "call", "电话问候"
    REIMBURSEMENT = "reimbursement", "协助报销"
    CONDOLENCE = "condolence", "慰问"
    MEDICAL = "medical", "就医陪护"
    OTHER = "other", "其他服务"


#: kinds at which somebody went to see the person: they count as the visit that was due
VISITS = (ServiceKind.VISIT, ServiceKind.CONDOLENCE, ServiceKind.MEDICAL)


class ServiceRecord(OfCare):
    """A service (服务写实). A correction is a record of its own that `corrects` the one before, which then stands no more.

    cost in yuan; follow_up_on: by when to see to it again, until `followed_at`; withdrawn_*: taken back as a mistake.
    """

    care = models.ForeignKey(CareRecord, models.PROTECT, related_name="services", verbose_name="托管档案")
    kind = models.CharField("服务类别", max_length=20, choices=ServiceKind, default=ServiceKind.VISIT)
    on = models.DateField("服务日期")
    place = models.CharField("地点", max_length=100, blank=True)
    words = models.TextField("情况记录", max_length=2000)
    cost = models.DecimalField("费用（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    proxy = models.ForeignKey(
        "custody.Proxy", models.PROTECT, null=True, blank=True, related_name="services", verbose_name="代办人"
    )
    follow_up_on = models.DateField("下次跟进日期", null=True, blank=True)
    follow_up_words = models.CharField("跟进事项", max_length=200, blank=True)
    followed_at = models.DateTimeField("跟进办结时间", null=True, editable=False)
    followed_words = models.CharField("跟进结果", max_length=200, blank=True, editable=False)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="corrected_by",
        verbose_name="更正自",
    )
    #: False once corrected or withdrawn
    stands = models.BooleanField(default=True, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    withdrawn_why = models.CharField("撤回原因", max_length=200, blank=True, editable=False)
    by_account_id = models.BigIntegerField("账号", null=True, editable=False)
    by_name = models.CharField("登记人", max_length=100, blank=True, editable=False)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "服务记录"
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["care", "-on"], name="service_of_care"),
            models.Index(fields=["on"], name="service_by_day"),
            models.Index(
                fields=["follow_up_on"],
                name="service_to_follow",
                condition=Q(follow_up_on__isnull=False, followed_at__isnull=True, stands=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.care.person}的{self.get_kind_display()}（{self.on.isoformat()}）"

    def get_absolute_url(self) -> str:
        return reverse("services-record", args=[self.uid])

    @property
    def state(self) -> tuple[str, str]:
        """Return (words, kind): whether it stands."""
        if self.withdrawn_at:
            return "已撤回", "late"
        return ("有效", "ok") if self.stands else ("已更正", "plain")


class PhotoDraft(OfCare):
    """A picture sent ahead of its form, kept for the account that sent it until a record names it."""

    scope_permission = SERVE

    care = models.ForeignKey(CareRecord, models.PROTECT, related_name="+", verbose_name="托管档案")
    account_id = models.BigIntegerField(editable=False)
    blob = models.ForeignKey("kernel.Blob", models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=120)
    used_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "待用照片"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.care.get_absolute_url()
