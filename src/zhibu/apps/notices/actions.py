"""The declared acts on notices."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from zhibu.apps.notices.permissions import SEND, SETTINGS
from zhibu.apps.notices.services.calls import WAITING
from zhibu.apps.notices.services.sending import OUTWARD
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.console.declare import offer
from zhibu.kernel.messages.models import Delivery

NOTICE = "kernel.Notice"
SERVICES = "zhibu.apps.notices.services"
FORMS = "zhibu.apps.notices.forms"


def _has(**which: Any) -> Q:
    rows = Delivery.objects.system("states of a notice").filter(message__notice=OuterRef("pk"), **which)
    return Q(Exists(rows))


def _troubled(today: date) -> Q:
    return _has(channel__in=OUTWARD, state__in=("given_up", "failed"))


def _to_call(today: date) -> Q:
    return _has(channel="call", state__in=WAITING)


register(
    Action(
        code="messages.notice.send",
        label="发通知",
        permission=SEND,
        target="none",
        service=f"{SERVICES}.sending.send",
        form=f"{FORMS}.SendForm",
        confirm="发出后不能收回。发出前会先列出各用什么途径通知多少人、短信约多少钱。",
        audit="发通知",
        style="go",
        icon="megaphone",
    ),
    Action(
        code="messages.notice.called",
        label="登记电话结果",
        permission=SEND,
        model=NOTICE,
        service=f"{SERVICES}.calls.called",
        form=f"{FORMS}.CalledForm",
        when=_to_call,
        when_message="没有待登记的电话",
        confirm="把打过电话的人登记为已通知或未联系上，可以一次登记多人。",
        audit="登记电话通知结果",
        style="go",
        icon="phone",
        inbox=Inbox(
            title=lambda notice: f"电话通知：{notice.title}",
            detail=lambda notice: f"{notice.organization}的通知还有人要打电话，打完请登记结果",
            due=lambda notice: None,
            related=("organization",),
            order=("created_at",),
        ),
    ),
    Action(
        code="messages.notice.print_calls",
        label="打印电话通知单",
        permission=SEND,
        model=NOTICE,
        service=f"{SERVICES}.calls.print_list",
        when=_to_call,
        when_message="没有待打的电话",
        confirm="打印“{obj}”的电话通知单（按支部排列）。名单上有电话号码，用完请收好。",
        audit="打印电话通知单",
        icon="printer",
    ),
    Action(
        code="messages.notice.retry",
        label="重新发送",
        permission=SEND,
        model=NOTICE,
        service=f"{SERVICES}.sending.retry",
        when=_troubled,
        when_message="没有发送失败的短信或邮件",
        confirm="把“{obj}”没有发出的短信和邮件再发一次；已经发出的不会重发。",
        audit="重新发送通知",
        icon="arrow-path",
    ),
    Action(
        code="messages.notice.to_calls",
        label="改为电话通知",
        permission=SEND,
        model=NOTICE,
        service=f"{SERVICES}.sending.to_calls",
        form=f"{FORMS}.ToCallsForm",
        confirm="选中的人会列入电话通知单；还没有发出的短信和邮件不再发送。",
        audit="改为电话通知",
        icon="phone-arrow-up-right",
    ),
    Action(
        code="messages.defaults",
        label="设置发送途径",
        permission=SETTINGS,
        target="none",
        service=f"{SERVICES}.settings.set_defaults",
        form=f"{FORMS}.DefaultsForm",
        confirm="规定各类消息除站内以外默认用哪些途径。个人自己选过的，按个人的选择。",
        audit="设置消息途径",
        icon="adjustments-horizontal",
        everywhere=True,
    ),
)
offer("people", "messages.notice.send")
