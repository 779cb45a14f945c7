"""Why an SMS was not sent. The sentences name neither the number nor the text: they end up in logs and lists."""


class SmsError(Exception):
    """Not sent. `temporary`: the same request may succeed later."""

    temporary = False
    default = "短信没有发出。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.default)


class SmsOff(SmsError):
    """No gateway is set."""

    default = "短信没有启用。请系统管理员设置短信网关（ZHIBU_SMS_URL）。"


class SmsMisconfigured(SmsError):
    """The settings contradict themselves."""

    default = "短信网关的设置不完整。请系统管理员运行 zhibu doctor 查看。"


class SmsBadNumber(SmsError):
    """No number that can get an SMS."""

    default = "号码不是手机号码，收不到短信。请更正号码，或改为电话通知。"


class SmsBadText(SmsError):
    """Empty or too long."""

    default = "短信内容为空或过长（最多 500 字）。请修改内容。"


class SmsRefused(SmsError):
    """The gateway took the request and said no."""

    default = "短信网关没有接受这条短信。请核对网关的余额、签名、模板和密钥。"


class SmsUnreachable(SmsError):
    """No answer, or one that says “later”."""

    temporary = True
    default = "短信网关没有应答，稍后会再试。"
