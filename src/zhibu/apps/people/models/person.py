"""`Person`: the only record of a human being in the house."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Upper
from django.urls import reverse

from zhibu.apps.people.codes import choices
from zhibu.kernel.bytewise import BytewiseField
from zhibu.kernel.crypto import SealedTextField, mask_identity
from zhibu.kernel.scope import ScopedModel
from zhibu.kernel.tree import at_root


class State(models.TextChoices):
    """LIVE records are people; MERGED ones became part of another; WITHDRAWN ones came from an undone import."""

    LIVE = "live", "正常"
    MERGED = "merged", "已合并"
    WITHDRAWN = "withdrawn", "已撤回"


class Person(ScopedModel):
    """A human being. Reached through current affiliations only; see `groups.py` for who sees which field."""

    scope_permission = "people.view"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = BytewiseField("姓名", max_length=100)
    former_names = models.CharField("曾用名", max_length=100, blank=True)
    sex = models.CharField("性别", max_length=1, choices=choices("sex"), default="9")
    birth_date = models.DateField("出生日期", null=True, blank=True)
    ethnic_group = models.CharField("民族", max_length=2, choices=choices("ethnic_group"), blank=True)
    native_place = models.CharField("籍贯", max_length=60, blank=True)
    marriage = models.CharField("婚姻状况", max_length=2, choices=choices("marriage"), blank=True)
    document_type = models.CharField("证件类型", max_length=20, choices=choices("document_type"), default="resident")
    identity_number = SealedTextField("证件号码", blank=True, null=True)
    #: keyed hash of the normalised number: look-up and uniqueness without the number
    identity_blind = models.BinaryField(max_length=16, null=True, editable=False)
    photo = models.ForeignKey(
        "kernel.Blob", models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False
    )

    mobile = models.CharField("手机", max_length=20, blank=True)
    telephone = models.CharField("固定电话", max_length=40, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    address_living = models.CharField("现住址", max_length=200, blank=True)
    address_registered = models.CharField("户籍地址", max_length=200, blank=True)

    #: the same in small letters and in capitals, see `staff_numbers`
    staff_number = BytewiseField("工号", max_length=30, blank=True)
    employment = models.CharField("人员类别", max_length=20, choices=choices("employment"), default="active")
    work_started_on = models.DateField("参加工作日期", null=True, blank=True)
    joined_unit_on = models.DateField("进入本单位日期", null=True, blank=True)
    left_post_on = models.DateField("离岗日期", null=True, blank=True)
    retired_on = models.DateField("退休日期", null=True, blank=True)
    position = models.CharField("职务", max_length=60, blank=True)
    title = models.CharField("职称", max_length=60, blank=True)
    skills = models.CharField("技能与特长", max_length=200, blank=True)
    education = models.CharField("最高学历", max_length=2, choices=choices("education"), blank=True)
    degree = models.CharField("最高学位", max_length=1, choices=choices("degree"), blank=True)

    political_status = models.CharField("政治面貌", max_length=2, choices=choices("political_status"), blank=True)
    joined_party_on = models.DateField("入党日期", null=True, blank=True)
    full_member_on = models.DateField("转正日期", null=True, blank=True)

    #: a merged or withdrawn record keeps its history and its number, and is found no more
    state = models.CharField("状态", max_length=10, choices=State, default=State.LIVE, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from", db_index=False
    )
    rev = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)
    changed_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员主档"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["name", "id"]),  # the order of the list, and namesakes
            models.Index(fields=["mobile"]),
            # few have one: an import need not write an empty entry for everybody
            models.Index(fields=["photo"], condition=Q(photo__isnull=False), name="person_photo"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_merged_into"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_blind", "document_type"],  # the number first: it is looked up without its kind
                condition=Q(identity_blind__isnull=False, state="live"),
                name="person_document_once",
            ),
            # by the folded number first: it is looked up so. Older records that differ by case alone must keep
            # standing until somebody merges them, therefore the number itself is part of it.
            models.UniqueConstraint(
                Upper("staff_number"),
                "staff_number",
                condition=~Q(staff_number="") & Q(state="live"),
                name="person_staff_number_once",
            ),
            models.CheckConstraint(
                name="person_born_before_joining",
                condition=Q(birth_date__isnull=True)
                | Q(joined_party_on__isnull=True)
                | Q(joined_party_on__gt=F("birth_date")),
                violation_error_message="入党日期早于出生日期",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        if at_root(paths):
            # every living record has its home below the root: to ask each of thousands for it costs more than the rest
            return Q(state=State.LIVE)
        from zhibu.apps.people.models.affiliation import reach

        return Q(Exists(reach(paths).filter(person_id=OuterRef("pk"))))

    @classmethod
    def scope_from_within(cls, paths: tuple[str, ...]) -> Q:
        """Return the same condition, read from the scope to its people: for lists of a small scope."""
        from zhibu.apps.people.models.affiliation import reach

        return Q(pk__in=reach(paths).values("person_id"))

    def get_absolute_url(self) -> str:
        return reverse("people-record", args=[self.uid])

    @property
    def own_url(self) -> str:
        """Where the person sees their own record."""
        return reverse("me")

    def scope_paths(self) -> list[str]:
        """Return the paths of the organisations the person belongs to now: where a permission over them may be held."""
        from zhibu.apps.people.models.affiliation import belonging

        return [path for _, path, _ in belonging(self.pk)]

    @property
    def masked_identity(self) -> str:
        """The document number as it may be shown to anyone who sees the identity group."""
        return mask_identity(self.identity_number) if self.identity_number else ""
