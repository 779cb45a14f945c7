"""The ledger: entries of postings that add up to nothing. Written once; a mistake is reversed by another entry."""

import uuid

from django.db import models
from django.db.models import Q

from zhibu.apps.dues.models.common import OnceWritten, at, money
from zhibu.apps.dues.permissions import BOOKS


class Account(models.TextChoices):
    """The accounts every organisation has. Debits are positive, credits negative."""

    RECEIVABLE = "receivable", "应收党费"
    DUE = "due", "应收对应（未实现）"
    CASH = "cash", "库存现金"
    BANK = "bank", "银行存款"
    ONLINE = "online", "网上收款"
    SUSPENSE = "suspense", "待查款"
    PAID = "paid", "实收党费"
    VOLUNTARY = "voluntary", "自愿多交党费"
    LARGE = "large", "大额党费"
    BELOW = "below", "下级上缴"
    BELOW_LARGE = "below_large", "下级上缴大额党费"
    KEPT = "kept", "留存党费"
    HANDED = "handed", "上缴党费（在途）"
    USED = "used", "党费支出"


class EntryKind(models.TextChoices):
    """What an entry tells of."""

    ASSESS = "assess", "应交"
    ADJUST = "adjust", "应交调整"
    PAY = "pay", "收款"
    REVERSE = "reverse", "冲销"
    INCOMING = "incoming", "来款"
    REFUND = "refund", "退款"
    MOVE = "move", "转存"
    HAND_UP = "hand_up", "上缴"
    RECEIVE = "receive", "收到上缴"
    SPEND = "spend", "支出"


class Entry(OnceWritten):
    """One thing that happened to money (or to what is owed), by whom, once for every `key`."""

    scope_permission = BOOKS

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = at("组织")
    on = models.DateField("日期")
    kind = models.CharField("种类", max_length=10, choices=EntryKind)
    words = models.CharField("摘要", max_length=200)
    key = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="冲销")
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField("经办人", max_length=100)
    recorded_at = models.DateTimeField("记账时间", auto_now_add=True)

    class Meta:
        verbose_name = "党费分录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organization", "on"], name="dues_entry_branch")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.words}"


class Posting(OnceWritten):
    """One side of an entry; amount: positive debits the account, negative credits it."""

    scope_permission = BOOKS

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name="分录")
    organization = at("组织")
    account = models.CharField("科目", max_length=12, choices=Account)
    amount = money("金额")

    class Meta:
        verbose_name = "党费记账"
        ordering = ["pk"]
        indexes = [models.Index(fields=["organization", "account"], include=["amount"], name="dues_posting_balance")]
        constraints = [models.CheckConstraint(name="dues_posting_something", condition=~Q(amount=0))]

    def __str__(self) -> str:
        return f"{self.get_account_display()} {self.amount}"
