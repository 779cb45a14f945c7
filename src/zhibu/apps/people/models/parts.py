"""What a person has several of. A part is never deleted: it is withdrawn, and the history keeps it."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhibu.apps.people.codes import choices
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.scope import ScopedModel


class Part(ScopedModel):
    """Base of the part tables; visible with the permission of its field group wherever the person is in reach."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        from zhibu.apps.people.models.affiliation import reach

        return Q(Exists(reach(paths).filter(person_id=OuterRef("person_id"))))

    def __str__(self) -> str:
        return f"{self.person}的{self._meta.verbose_name}"  # type: ignore[attr-defined]

    def scope_paths(self) -> list[str]:
        """Return the paths of the person's organisations."""
        return list(self.person.scope_paths())  # type: ignore[attr-defined]

    def get_absolute_url(self) -> str:
        return str(self.person.get_absolute_url())  # type: ignore[attr-defined]


class Education(Part):
    """A course of study (学历学位)."""

    scope_permission = "people.see.work"

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="educations")
    level = models.CharField("学历", max_length=2, choices=choices("education"))
    degree = models.CharField("学位", max_length=1, choices=choices("degree"), blank=True)
    school = models.CharField("学校", max_length=100)
    major = models.CharField("专业", max_length=60, blank=True)
    since = models.DateField("入学日期", null=True, blank=True)
    until = models.DateField("毕业日期", null=True, blank=True)

    class Meta:
        verbose_name = "学历学位"
        ordering = ["since", "id"]


class WorkPeriod(Part):
    """A period of the working life (简历)."""

    scope_permission = "people.see.work"

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="work_periods")
    employer = models.CharField("单位", max_length=100)
    position = models.CharField("职务或岗位", max_length=60, blank=True)
    since = models.DateField("开始日期")
    until = models.DateField("结束日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "工作经历"
        ordering = ["since", "id"]


class Relative(Part):
    """A family member or emergency contact."""

    scope_permission = "people.see.family"

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="relatives")
    name = models.CharField("姓名", max_length=100)
    relation = models.CharField("关系", max_length=20)
    phone = models.CharField("电话", max_length=40, blank=True)
    employer = models.CharField("工作单位", max_length=100, blank=True)
    is_emergency = models.BooleanField("紧急联系人", default=False)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "家庭成员"
        ordering = ["-is_emergency", "id"]


class HealthNote(Part):
    """A note on health; the words are encrypted."""

    scope_permission = "people.see.health"

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="health_notes")
    noted_on = models.DateField("日期")
    kind = models.CharField("类别", max_length=40)
    text = SealedTextField("内容", blank=True, null=True)

    class Meta:
        verbose_name = "健康记录"
        ordering = ["-noted_on", "id"]


class BankAccount(Part):
    """A bank account; the number is encrypted, its last four digits stand beside it for display."""

    scope_permission = "people.see.bank"

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="bank_accounts")
    bank = models.CharField("开户银行", max_length=60)
    account = SealedTextField("账号", blank=True, null=True)
    account_tail = models.CharField("账号末四位", max_length=4, editable=False)
    purpose = models.CharField("用途", max_length=20, blank=True)

    class Meta:
        verbose_name = "银行账户"
        ordering = ["id"]


class Conduct(Part):
    """A reward or a disciplinary measure."""

    scope_permission = "people.see.discipline"

    class Kind(models.TextChoices):
        REWARD = "reward", "奖励"
        DISCIPLINE = "discipline", "处分"

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="conduct")
    kind = models.CharField("类别", max_length=20, choices=Kind)
    name = models.CharField("名称", max_length=100)
    decided_on = models.DateField("决定日期")
    decided_by = models.CharField("决定机关", max_length=100, blank=True)
    until = models.DateField("影响期止", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "奖惩"
        ordering = ["-decided_on", "id"]
