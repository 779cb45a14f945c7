"""A notice of an office, the message each person gets, how it is to reach them, and what people and offices chose."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from zhibu.kernel.actor import Actor
from zhibu.kernel.messages import kinds
from zhibu.kernel.scope import OpenModel, ScopedManager, ScopedModel, ScopedQuerySet
from zhibu.kernel.scope.query import Mark
from zhibu.kernel.tree import under


class Notice(ScopedModel):
    """What an office told one or many people at once: the sent list, the delivery figures and the call list hang on it."""

    scope_permission = "messages.send"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField("键", max_length=120, unique=True, editable=False)
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("标题", max_length=100)
    body = models.TextField("内容", max_length=2000, blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", verbose_name="发出单位"
    )
    audience = models.CharField("发给谁", max_length=200, blank=True)
    recipients = models.PositiveIntegerField("人数", default=0)
    by_account_id = models.BigIntegerField("经办账号", null=True, editable=False)
    by_name = models.CharField("经办人", max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField("发出时间", default=timezone.now, editable=False)
    rev = models.PositiveIntegerField(default=1, editable=False)

    #: where an act leads when not to the record itself
    landing = ""

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.landing or reverse("notices-record", args=[self.uid])


class MessageQuerySet(ScopedQuerySet["Message"]):
    """One's own messages are open to oneself; those of an office's notices to whoever sends for that office."""

    def own(self, actor: Actor) -> Self:
        """Open for the recipient alone."""
        mine = Q(pk__in=[])
        if actor.person_id is not None:
            mine |= Q(person_id=actor.person_id)
        if actor.account_id is not None:
            mine |= Q(account_id=actor.account_id)
        opened = self.filter(mine)
        opened.guard.mark = Mark.SCOPED
        return opened


class Message(ScopedModel):
    """One message to one person (or to an account without a person). In the site it is there at once.

    `key` is unique: told twice, it exists once. Title and text are kept with every message: it is what that person was told.
    """

    scope_permission = "messages.send"
    objects: ClassVar[Any] = ScopedManager.from_queryset(MessageQuerySet)()

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField("键", max_length=160, unique=True, editable=False)
    kind = models.CharField("种类", max_length=40)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", verbose_name="人员")
    # no foreign key: the kernel knows no accounts; set where the recipient has one at that time
    account_id = models.BigIntegerField("账号", null=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name="通知")
    title = models.CharField("标题", max_length=100)
    body = models.TextField("内容", max_length=2000, blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    sender = models.CharField("发出", max_length=100, blank=True)
    created_at = models.DateTimeField("时间", default=timezone.now, editable=False)
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person", "-id"], name="message_of_person"),
            models.Index(fields=["account_id", "-id"], name="message_of_account"),
            # the bell: what is unread stays few whatever the history
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="message_unread_person"),
            models.Index(fields=["account_id"], condition=Q(read_at__isnull=True), name="message_unread_account"),
            models.Index(fields=["created_at"], name="message_age"),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_has_recipient", condition=Q(person__isnull=False) | Q(account_id__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return under("notice__organization__path", paths)

    def scope_paths(self) -> list[str]:
        """Return the path of the office that sent it; nothing for what the platform told by itself."""
        return [self.notice.organization.path] if self.notice else []

    @property
    def kind_label(self) -> str:
        """Return the kind in Chinese."""
        return kinds.label(self.kind)

    def get_absolute_url(self) -> str:
        return reverse("message", args=[self.uid])


class Delivery(ScopedModel):
    """A message on its way by one further channel. Neither number nor address is kept: they are looked up when sending."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待发送"
        SENT = "sent", "已发出"
        FAILED = "failed", "未发出，会再试"
        GIVEN_UP = "given_up", "没有发出"
        TO_CALL = "to_call", "待电话通知"
        PRINTED = "printed", "已打印名单"
        TOLD = "told", "已通知"
        NOT_REACHED = "not_reached", "未联系上"

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        MAIL = "mail", "电子邮件"
        CHAT = "chat", "企业聊天"
        CALL = "call", "电话"

    scope_permission = "messages.send"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="+", verbose_name="消息")
    channel = models.CharField("途径", max_length=10, choices=Channel.choices)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次发送", null=True)
    done_at = models.DateTimeField("完成时间", null=True)
    done_by = models.CharField("经办人", max_length=100, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    #: keyed hash of the number an SMS went to: what the daily limit counts by
    target = models.BinaryField(max_length=16, null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state__in=["waiting", "failed"]), name="delivery_due"),
            models.Index(fields=["channel", "done_at"], condition=Q(state="sent"), name="delivery_sent"),
        ]
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_a_channel")]

    def __str__(self) -> str:
        return f"{self.message}（{self.get_channel_display()}）"

    @classmethod
    def scope_q(cls, paths: tuple[str, ...]) -> Q:
        return under("message__notice__organization__path", paths)


OPEN = (Delivery.State.WAITING, Delivery.State.FAILED)


class MessageChoice(OpenModel):
    """How one account wants to be told of one kind; `account_id` 0 is the office's choice for everybody else."""

    account_id = models.BigIntegerField("账号")
    kind = models.CharField("种类", max_length=40)
    channels: Any = models.JSONField("途径", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "消息设置"
        constraints = [models.UniqueConstraint(fields=["account_id", "kind"], name="message_choice_once")]

    def __str__(self) -> str:
        return kinds.label(self.kind)


class QuietHours(OpenModel):
    """When one account is not to be disturbed, where it differs from the house's hours."""

    account_id = models.BigIntegerField("账号", primary_key=True)
    since = models.TimeField("从")
    until = models.TimeField("到")

    class Meta:
        verbose_name = verbose_name_plural = "免打扰时间"

    def __str__(self) -> str:
        return f"{self.since:%H:%M}–{self.until:%H:%M}"
