"""What every page knows: text size, navigation, who is signed in, whether this is the demo."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from zhibu.kernel.actor import ANONYMOUS, Actor
from zhibu.kernel.handbook import helping
from zhibu.kernel.messages.queries import unread
from zhibu.kernel.ui import nav

TEXT_COOKIE = "zhibu_text"
TEXT_SIZES = {"normal": "标准字", "large": "大字", "huge": "特大字"}


def text_size(request: HttpRequest) -> str:
    """Return the text size the browser remembers: normal, large or huge."""
    chosen = request.COOKIES.get(TEXT_COOKIE, "")
    return chosen if chosen in TEXT_SIZES else "normal"


def in_wechat(request: HttpRequest) -> bool:
    """Tell whether the page is open inside WeChat (or that of enterprises), whose browser cannot print nor download."""
    agent = str(request.META.get("HTTP_USER_AGENT", ""))
    return "MicroMessenger" in agent or "wxwork" in agent


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; requests refused before the actor was built count as anonymous."""
    return getattr(request, "actor", None) or ANONYMOUS


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor. The navigation is lazy: fragments that do not draw it do not pay for its counts."""
    actor = actor_of(request)
    links = cache(lambda: nav.links(actor, request.path))  # drawn three times a page, looked up once
    return {
        "actor": actor,
        "signed_in": actor.account_id is not None,
        "text_size": text_size(request),
        "wechat": in_wechat(request),
        "text_sizes": TEXT_SIZES,
        "nav": SimpleLazyObject(lambda: nav.sections(actor, request.path, links())),
        "nav_tabs": SimpleLazyObject(lambda: nav.tabs(actor, request.path, links())),
        "nav_account": SimpleLazyObject(lambda: nav.account_links(actor, request.path, links())),
        "help_url": SimpleLazyObject(lambda: helping.help_url(actor, helping.key_of(request))),
        "bell": lambda: unread(actor),  # a template calls it; a lazy number cannot be formatted
        "search_url": SimpleLazyObject(lambda: nav.search_url(actor)),
        "demo": getattr(settings, "DEMO", False),
    }
