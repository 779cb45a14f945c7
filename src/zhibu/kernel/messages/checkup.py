"""Checks of `zhibu doctor`: channels that are half set, deliveries that do not move."""

from datetime import timedelta

from django.utils import timezone

from zhibu.kernel.doctor.registry import Finding, attention, check, fault, ok
from zhibu.kernel.messages import chat, mail, sms
from zhibu.kernel.messages.models import OPEN, Delivery
from zhibu.kernel.messages.numbers import number
from zhibu.kernel.messages.sms.config import in_the_clear

HELP = "各项设置见 docs/operations.md。改好后重新启动知部，再在“消息设置”里试发一条。"


@check(440, "短信、邮件和企业聊天", database=False)
def channels(full: bool) -> Finding:
    """Every channel is either off or whole."""
    wrong = [*sms.problems(), *mail.problems(), *chat.problems()]
    if wrong:
        return fault("；".join(wrong), HELP)
    if sms.is_on() and in_the_clear():
        return attention("短信网关用的是 http://，号码和内容在网络上不加密", "请把 ZHIBU_SMS_URL 改为 https:// 地址。")
    on = [name for name, is_on in (("短信", sms.is_on()), ("邮件", mail.is_on()), ("企业聊天", chat.is_on())) if is_on]
    return ok(f"已启用：{'、'.join(on)}" if on else "都没有启用，消息只在站内和电话通知单上")


@check(450, "消息发送")
def deliveries(full: bool) -> Finding:
    """Nothing that should have gone waits for a day."""
    since = timezone.now() - timedelta(hours=number("stuck_hours"))
    waiting = Delivery.objects.system("doctor").filter(state__in=OPEN)
    stuck = waiting.filter(message__created_at__lt=since).count()
    if stuck:
        return attention(
            f"{stuck:,} 条短信、邮件等了 {number('stuck_hours')} 小时还没有发出",
            "请看“定时工作”是否正常、网关是否可用；已经过时的，在那条通知里改为电话通知。",
        )
    return ok(f"等待发送 {waiting.count():,} 条，没有滞留")
