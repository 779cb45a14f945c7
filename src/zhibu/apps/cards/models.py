"""Cards, the batches they came in, the readers that read them, and every tap."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from zhibu.apps.cards import rules
from zhibu.apps.cards.permissions import ASSIST, LOG, VIEW
from zhibu.kernel.cardnumbers import FORMATS
from zhibu.kernel.crypto import SealedTextField
from zhibu.kernel.numbering import format_number
from zhibu.kernel.scope import ScopedModel

#: how long a tap can be shown again
KEPT = timedelta(minutes=3)


class State(models.TextChoices):
    """A card's life: BLANK → ACTIVE ⇄ LOST → RETURNED (may be issued again) → DESTROYED."""

    BLANK = "blank", "空白"
    ACTIVE = "active", "使用中"
    LOST = "lost", "已挂失"
    RETURNED = "returned", "已收回"
    DESTROYED = "destroyed", "已作废"


class Kind(models.TextChoices):
    """What the chip can do: say its number, or also prove by a key that the number is its own."""

    UID = "uid", "识别卡"
    CPU = "cpu", "CPU 卡"


TONES = {
    State.BLANK: "plain",
    State.ACTIVE: "ok",
    State.LOST: "late",
    State.RETURNED: "plain",
    State.DESTROYED: "plain",
}


class OfOrganization(ScopedModel):
    """What an organisation keeps: seen and dealt with by whoever holds the permission there."""

    scope_permission = VIEW

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="保管单位"
    )
    rev = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


LENGTHS = [(0, "自动（4 或 7 字节）"), (4, "4 字节"), (7, "7 字节")]


class ReaderProfile(OfOrganization):
    """How a keyboard-wedge reader writes a chip number. Used at its organisation and everywhere below."""

    name = models.CharField("名称", max_length=40)
    form = models.CharField("卡号写法", max_length=20, choices=[(key, label) for key, label in FORMATS.items()])
    length = models.PositiveSmallIntegerField("卡号字节数", choices=LENGTHS, default=0)
    in_use = models.BooleanField("使用中", default=True, editable=False)

    class Meta:
        verbose_name = "读卡器"
        ordering = ["organization__path", "id"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="card_reader_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("card-readers-record", args=[self.uid])


class DeviceState(models.TextChoices):
    """WAITING for its code to be typed at the reader's machine → ENROLLED → REVOKED, which is final."""

    WAITING = "waiting", "待登记"
    ENROLLED = "enrolled", "使用中"
    REVOKED = "revoked", "已停用"


class ReaderDevice(OfOrganization):
    """A machine with PC/SC readers that runs `zhibu reader` at a desk, known by the public key it made for itself."""

    #: it calls at least every ten seconds; silent for longer, it is away
    AWAY = timedelta(seconds=30)

    name = models.CharField("名称", max_length=40)
    state = models.CharField("状态", max_length=10, choices=DeviceState, default=DeviceState.WAITING, editable=False)
    #: the code that enrols it, once; nothing is kept of it afterwards
    code = SealedTextField("登记码", null=True, editable=False)
    code_key = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    code_until = models.DateTimeField("登记码有效至", null=True, editable=False)
    public_key = models.CharField("公钥", max_length=64, blank=True, editable=False)
    machine = models.CharField("电脑", max_length=100, blank=True, editable=False)
    enrolled_at = models.DateTimeField("登记时间", null=True, editable=False)
    seen_at = models.DateTimeField("最近联系", null=True, editable=False)
    readers = models.CharField("连着的读卡器", max_length=400, blank=True, editable=False)
    #: taps that lay on the agent's disk when it last called
    waiting = models.PositiveIntegerField("待传", default=0, editable=False)
    #: of the last call and the last tap; numbers only grow
    last_call = models.BigIntegerField(default=0, editable=False)
    last_sequence = models.BigIntegerField("已收到", default=0, editable=False)
    #: numbers that never came: the agent's disk was lost
    missing = models.PositiveIntegerField("缺号", default=0, editable=False)
    #: open questions to CPU cards: id -> [chip, random number, seconds since 1970]
    challenges: Any = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = "联机读卡器"
        ordering = ["organization__path", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("card-devices-record", args=[self.uid])

    @property
    def present(self) -> bool:
        """Tell whether it called a moment ago."""
        return self.seen_at is not None and timezone.now() - self.seen_at <= self.AWAY


class CardBatch(OfOrganization):
    """Blank cards received together; its number runs without gaps within the year."""

    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("编号")
    received_on = models.DateField("到货日期")
    supplier = models.CharField("供应商", max_length=100, blank=True)
    count = models.PositiveIntegerField("张数")
    note = models.CharField("备注", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = "卡片批次"
        ordering = ["-year", "-number"]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="card_batch_number_once")]

    def __str__(self) -> str:
        return format_number(self.number, year=self.year, prefix="卡")

    def get_absolute_url(self) -> str:
        return reverse("card-batches-record", args=[self.uid])


class Card(OfOrganization):
    """An IC card. `chip` is the chip number in normal form: it tells who somebody says they are, and proves nothing."""

    number = models.CharField("卡面号码", max_length=26, unique=True)
    chip = models.CharField("芯片号", max_length=20, unique=True)
    kind = models.CharField("种类", max_length=10, choices=Kind, default=Kind.UID, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.BLANK, editable=False)
    #: who has it, or had it last
    holder = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="cards", verbose_name="持卡人"
    )
    issued_on = models.DateField("发卡日期", null=True, blank=True)
    #: the last day on which it is good
    valid_to = models.DateField("有效期至", null=True, blank=True)
    batch = models.ForeignKey(CardBatch, models.PROTECT, related_name="cards", verbose_name="批次")
    #: of a CPU card: which of the house's card keys its own was made from
    key_id = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="replaces", verbose_name="换成"
    )

    class Meta:
        verbose_name = "IC 卡"
        ordering = ["number"]
        indexes = [models.Index(fields=["organization", "number"]), models.Index(fields=["valid_to"])]
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "kind"],
                condition=Q(state="active"),
                name="card_one_active",
                violation_error_message="此人已有一张使用中的卡",
            ),
            models.CheckConstraint(
                name="card_held_when_issued",
                condition=Q(state__in=["blank", "destroyed"]) | Q(holder__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("cards-record", args=[self.uid])

    def meaning(self, today: date) -> str:
        """Return what a tap of this card means on that day, whoever holds it (rules.MEANINGS)."""
        return rules.meaning(self.state, replaced=self.replaced_by_id is not None, valid_to=self.valid_to, today=today)

    def state_words(self, today: date) -> str:
        """Return the state as lists show it: an active card may have expired, a destroyed one been replaced."""
        found = self.meaning(today)
        return {"expired": "已过期", "replaced": "已换新"}.get(found, self.get_state_display())

    def tone(self, today: date) -> str:
        """Return the colour of the state."""
        if self.state == State.ACTIVE and (
            self.meaning(today) == rules.EXPIRED or rules.ends_soon(self.valid_to, today)
        ):
            return "due"
        return TONES[State(self.state)]


class Source(models.TextChoices):
    """How somebody was looked for at a desk."""

    WEDGE = "wedge", "刷卡"
    READER = "reader", "联机刷卡"
    TYPED = "typed", "输入卡号"
    NAME = "name", "按姓名查找"
    TRIAL = "trial", "演示试刷"


OUTCOMES = [(key, one.title) for key, one in rules.MEANINGS.items()]


class Tap(OfOrganization):
    """One look at a desk, with what came of it. `organization` is the desk; written once and never changed."""

    scope_permission = LOG

    at = models.DateTimeField("时间", default=timezone.now)
    account_id = models.BigIntegerField("账号", null=True, editable=False)
    account_name = models.CharField("经办人", max_length=100, blank=True)
    source = models.CharField("方式", max_length=10, choices=Source)
    outcome = models.CharField("结果", max_length=12, choices=OUTCOMES)
    #: the last characters of what was read: enough to find a card again that nobody knows
    tail = models.CharField("卡号尾号", max_length=6, blank=True)
    card = models.ForeignKey(Card, models.PROTECT, null=True, blank=True, related_name="taps", verbose_name="卡")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="taps", verbose_name="人员"
    )
    #: of a tap that an agent sent: its device, its number there, and what tells a repeat from another tap
    device = models.ForeignKey(
        ReaderDevice, models.PROTECT, null=True, blank=True, related_name="taps", verbose_name="联机读卡器"
    )
    sequence = models.BigIntegerField("序号", null=True, editable=False)
    nonce = models.CharField(max_length=32, blank=True, editable=False)
    received_at = models.DateTimeField("送达时间", null=True, editable=False)

    #: set while the act that made it leads back to the desk
    landing = False

    class Meta:
        verbose_name = "刷卡记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["organization", "-id"], name="tap_of_desk")]
        constraints = [models.UniqueConstraint(fields=["device", "sequence"], name="tap_of_device_once")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        return f"{reverse('desk')}?tap={self.uid}" if self.landing else reverse("card-taps-record", args=[self.uid])


class Consent(models.TextChoices):
    """How somebody agreed that a clerk acts for them."""

    SPOKEN = "spoken", "当面征得本人同意"
    SIGNED = "signed", "本人书面委托"


class Assistance(OfOrganization):
    """A clerk at a desk helps somebody who is there: what waits for them is read to them, with their consent.

    `organization` is the desk. Open for a short while and only to the clerk who began it; `done` is what was done, in order.
    """

    scope_permission = ASSIST
    #: nobody sits there any longer
    OPEN = timedelta(minutes=30)

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="assistances", verbose_name="本人")
    account_id = models.BigIntegerField(editable=False)
    account_name = models.CharField("经办人", max_length=100, editable=False)
    consent = models.CharField("本人同意的方式", max_length=10, choices=Consent)
    begun_at = models.DateTimeField("开始时间", default=timezone.now, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)
    done: Any = models.JSONField("办了什么", default=list, editable=False)

    #: set while an act leads back to the large page
    landing = False

    class Meta:
        verbose_name = "大字服务"
        ordering = ["-id"]
        indexes = [models.Index(fields=["organization", "-id"], name="assistance_of_desk")]

    def __str__(self) -> str:
        return f"{self.person}的大字服务"

    def get_absolute_url(self) -> str:
        return reverse("assist" if self.landing else "assistances-record", args=[self.uid])
