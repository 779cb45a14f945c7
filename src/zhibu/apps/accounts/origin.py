"""Where a request comes from: the address (behind proxies too) and the device in words."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

LONGEST_AGENT = 200
# the first word found counts: a more special one stands before a more general one
SYSTEMS = (
    ("HarmonyOS", "华为手机"), ("OpenHarmony", "华为手机"), ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"), ("Macintosh", "苹果电脑"), ("Linux", "Linux 电脑"),
)  # fmt: skip
BROWSERS = (
    ("wxwork", "企业微信"), ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"), ("MiuiBrowser", "小米浏览器"), ("HuaweiBrowser", "华为浏览器"), ("Firefox", "火狐"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def client_address(request: HttpRequest) -> str | None:
    """Return the client's IP address; None when there is none to be read.

    Behind settings.PROXIES proxies it is the entry which the outermost of them wrote: what stands before that in
    X-Forwarded-For was written by the client and is believed by nobody.
    """
    hops = settings.PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    wanted = forwarded[-hops] if 0 < hops <= len(forwarded) else ""
    return _normal(wanted) or _normal(request.META.get("REMOTE_ADDR", ""))


def neighbourhood(address: str | None) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 of an IPv6 one, which one client may fill."""
    if address is None:
        return ""
    parsed = ip_address(address)
    return str(ip_network((int(parsed), 64), strict=False)) if isinstance(parsed, IPv6Address) else address


def agent_of(request: HttpRequest) -> str:
    """Return the browser's own description, shortened to what is kept: the middle of a long one tells least."""
    text = str(request.META.get("HTTP_USER_AGENT", "")).replace("\0", "")
    return text if len(text) <= LONGEST_AGENT else f"{text[:110]}…{text[-89:]}"


def device(agent: str) -> str:
    """Return the device in words: 安卓手机 · 微信."""
    found = [next((words for key, words in table if key in agent), "") for table in (SYSTEMS, BROWSERS)]
    return " · ".join(filter(None, found)) or "未知设备"


def _normal(text: str) -> str | None:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
