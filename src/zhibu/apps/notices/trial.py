"""A trial SMS or mail for administrators: sent at once, outside of any transaction, the result in plain words."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from zhibu.kernel import audit
from zhibu.kernel.actor import Actor
from zhibu.kernel.crypto import mask_phone
from zhibu.kernel.messages import mail, sms
from zhibu.kernel.messages.errors import NotSent

CODE = "messages.trial"
AN_HOUR = 10
TEXT = "这是知部平台的一条测试消息，收到说明发送正常。"
LABELS = {"sms": "短信", "mail": "电子邮件"}


class TrialForm(forms.Form):
    """Channel and address."""

    channel = forms.ChoiceField(label="发什么", choices=[("sms", "一条测试短信"), ("mail", "一封测试邮件")])
    address = forms.CharField(label="手机号码或邮箱", max_length=100, help_text="请填您自己的，以便核对是否收到。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        channel, address = data.get("channel"), data.get("address", "")
        if channel == "sms" and address and not sms.may_get_sms(address):
            self.add_error("address", "这不是手机号码")
        if channel == "mail" and address and not mail.valid(address):
            self.add_error("address", "这不是邮箱地址")
        return data


@dataclass(frozen=True)
class Result:
    """Whether it went out, in words."""

    ok: bool
    text: str


def send(actor: Actor, channel: str, address: str) -> Result:
    """Send it and write down that it was tried; so many an hour, as each may cost money."""
    since = timezone.now() - timedelta(hours=1)
    lines = audit.AuditEntry.objects.system("how often was it tried").filter(
        actor_id=actor.account_id, action=CODE, at__gte=since
    )
    if lines.count() >= AN_HOUR:
        return Result(False, f"一小时内最多试发 {AN_HOUR} 次，请稍后再试。")
    key = f"trial-{uuid.uuid4().hex}"
    try:
        if channel == "sms":
            sms.send_sms(address, TEXT, key)
        else:
            mail.send_mail(address, "知部测试邮件", TEXT, key, "/")
        result = Result(
            True, "网关已接收，请在手机上核对。" if channel == "sms" else "邮件服务器已接收，请到邮箱核对。"
        )
    except (sms.SmsError, NotSent) as error:
        result = Result(False, str(error))
    shown = mask_phone(address) if channel == "sms" else f"{address[:1]}***@{address.rpartition('@')[2]}"
    with transaction.atomic():
        words = "成功" if result.ok else f"没有发出：{result.text}"
        audit.record(
            actor, CODE, summary=f"试发{LABELS[channel]}到 {shown}，{words}"[:200], object_type="", object_id="*"
        )
    return result
