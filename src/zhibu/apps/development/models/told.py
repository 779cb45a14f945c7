"""How a decision of the committee above reached the person and the assembly of the branch."""

from django.db import models

from zhibu.apps.development.models.case import Case, OfCase, Step


class Told(OfCase):
    """A decision was told to the person and announced at an assembly (2026 art. 24, 33); of a refusal only the person is told.

    step: the decision as it was written down, also one that no longer stands (an extension, a refusal); meeting: the assembly,
    empty where its signed minutes were put in instead.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="told", verbose_name="发展过程")
    step = models.OneToOneField(Step, models.PROTECT, related_name="told", verbose_name="审批")
    on = models.DateField("告知本人日期")
    by = models.CharField("谈话（通知）人", max_length=50)
    announced_on = models.DateField("宣布日期", null=True, blank=True)
    meeting = models.ForeignKey(
        "meetings.Meeting", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="支部党员大会"
    )
    words = models.CharField("说明", max_length=300, blank=True)
    by_name = models.CharField("登记人", max_length=100, blank=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "告知和宣布"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.step.label}：告知和宣布"

    @property
    def text(self) -> str:
        """What was done, in a sentence."""
        told = f"{self.on.isoformat()} 由{self.by}告知本人"
        return f"{told}；{self.announced_on.isoformat()} 在支部党员大会上宣布" if self.announced_on else told
