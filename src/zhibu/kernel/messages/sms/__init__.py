"""SMS through any gateway that takes an HTTP request; off until ZHIBU_SMS_URL is set (docs/operations.md lists the settings).

    if sms.is_on():
        send_sms("13812341234", "验证码 482913，5 分钟内有效。", key="login:7f3c…")

Raises one of the SmsError kinds; `error.temporary` tells whether trying again later can help, `str(error)` is a Chinese
sentence for the operator (never with the number or the text in it). At least once: after an answer that never came the
same request is sent again with the same key, and a gateway that ignores the key may deliver it twice.
"""

from zhibu.kernel.messages.sms.config import is_on, problems, signed
from zhibu.kernel.messages.sms.errors import (
    SmsBadNumber,
    SmsBadText,
    SmsError,
    SmsMisconfigured,
    SmsOff,
    SmsRefused,
    SmsUnreachable,
)
from zhibu.kernel.messages.sms.sending import MAX_TEXT, may_get_sms, normal_number, parts, send_sms

__all__ = [
    "MAX_TEXT",
    "SmsBadNumber",
    "SmsBadText",
    "SmsError",
    "SmsMisconfigured",
    "SmsOff",
    "SmsRefused",
    "SmsUnreachable",
    "is_on",
    "may_get_sms",
    "normal_number",
    "parts",
    "problems",
    "send_sms",
    "signed",
]
