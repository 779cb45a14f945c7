"""E-mail by SMTP, off until ZHIBU_MAIL_HOST is set. At least once; the Message-ID is the same in every try."""

import hashlib
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from zhibu.kernel.messages.errors import NotSent, TryLater


def is_on() -> bool:
    """Tell whether mail can be sent."""
    return bool(settings.EMAIL_HOST) and not problems()


def problems() -> list[str]:
    """Return what is wrong with the settings, in Chinese; nothing when mail is simply off."""
    found: list[str] = []
    if not settings.EMAIL_HOST:
        half = settings.EMAIL_HOST_USER or settings.EMAIL_HOST_PASSWORD or settings.DEFAULT_FROM_EMAIL
        return ["设置了邮件账号或发件地址，但没有设置邮件服务器 ZHIBU_MAIL_HOST，邮件不会发出"] if half else found
    if not valid(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]):
        found.append("ZHIBU_MAIL_FROM 应是发件地址，例如 东江党办 <dangban@example.org>")
    if bool(settings.EMAIL_HOST_USER) != bool(settings.EMAIL_HOST_PASSWORD):
        found.append("ZHIBU_MAIL_USER 和 ZHIBU_MAIL_PASSWORD 要么都设，要么都不设")
    if settings.MAIL_SECURITY not in ("starttls", "ssl", "none"):
        found.append("ZHIBU_MAIL_SECURITY 只能是 starttls、ssl 或 none")
    return found


def valid(address: str) -> bool:
    """Tell whether it looks like an address."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def site_url(path: str) -> str:
    """Return a path with the site's address before it; "" while ZHIBU_SITE is not set."""
    return f"{settings.SITE.rstrip('/')}{path}" if settings.SITE and path else ""


def send_mail(address: str, title: str, text: str, key: str, link: str = "") -> None:
    """Send one mail now. Raises NotSent, TryLater."""
    if not is_on():
        raise TryLater("邮件没有启用或设置不完整，设好以后会再发。")
    if not valid(address):
        raise NotSent("邮箱地址不对。请更正，或改为电话通知。")
    url = site_url(link)
    parts = [text or title, f"查看：{url}" if url else "", "这封邮件由知部平台自动发出，请不要回复。"]
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
    marks = {
        "Message-ID": f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMessage(" ".join(title.split()), "\n\n".join(filter(None, parts)), to=[address], headers=marks)
    try:
        mail.connection = get_connection(fail_silently=False)
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        if all(500 <= code < 600 for code in codes):
            raise NotSent("邮件服务器不接受这个邮箱地址。请更正，或改为电话通知。") from None
        raise TryLater("邮件服务器让稍后再发。") from None
    except (smtplib.SMTPException, OSError) as error:
        raise TryLater(f"邮件没有发出（{type(error).__name__}），稍后会再试。") from None
