"""Enterprise chat: a plain interface. One adapter posts JSON to an address; others register themselves under a name.

class OurChat:
    def send(self, said: Said) -> None: …          # raises NotSent, TryLater

chat.register("ours", OurChat)                      # and ZHIBU_CHAT=ours
"""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from zhibu.kernel.messages.errors import NotSent, TryLater
from zhibu.kernel.messages.mail import site_url

TIMEOUT = 5.0


@dataclass(frozen=True)
class Said:
    """What is said to whom: `to` is the person's name in the chat; `key` stays the same in every try."""

    to: str
    title: str
    text: str
    link: str
    key: str


class Adapter(Protocol):
    """What speaks to one kind of chat."""

    def send(self, said: Said) -> None:
        """Hand it over. Raises NotSent, TryLater."""
        ...


_ADAPTERS: dict[str, Callable[[], Adapter]] = {}
_pool = urllib3.PoolManager(num_pools=2, retries=False)


def register(name: str, make: Callable[[], Adapter]) -> None:
    """Add a kind of chat. Raises ValueError when the name is taken."""
    if _ADAPTERS.get(name, make) is not make:
        raise ValueError(f"chat {name} is registered twice")
    _ADAPTERS[name] = make


class Webhook:
    """Posts {"to", "title", "text", "link", "key", "at"} as JSON; with a secret, X-Zhibu-Signature is its HMAC-SHA256."""

    def send(self, said: Said) -> None:
        """Hand it to ZHIBU_CHAT_URL."""
        body = json.dumps({**asdict(said), "at": int(time.time())}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": said.key}
        if secret := settings.CHAT["secret"]:
            headers["X-Zhibu-Signature"] = hmac.new(secret.encode(), body, "sha256").hexdigest()
        try:
            answer = _pool.request(
                "POST", settings.CHAT["url"], body=body, headers=headers, timeout=TIMEOUT, redirect=False
            )
        except (urllib3.exceptions.HTTPError, OSError):
            raise TryLater("企业聊天没有应答，稍后会再试。") from None
        if answer.status == 429 or answer.status >= 500:
            raise TryLater("企业聊天让稍后再发。")
        if answer.status >= 300:
            raise NotSent(f"企业聊天没有接受（状态 {answer.status}）。请核对机器人地址和密钥。")


register("webhook", Webhook)


def is_on() -> bool:
    """Tell whether a chat is set and known."""
    return bool(settings.CHAT["name"]) and not problems()


def problems() -> list[str]:
    """Return what is wrong with the settings, in Chinese."""
    given = settings.CHAT
    if not given["name"]:
        return (
            ["设置了企业聊天的地址或密钥，但没有设置 ZHIBU_CHAT，消息不会发出"]
            if given["url"] or given["secret"]
            else []
        )
    if given["name"] not in _ADAPTERS:
        return [f"ZHIBU_CHAT 只能是：{'、'.join(_ADAPTERS)}"]
    parts = urlsplit(given["url"])
    if given["name"] == "webhook" and (parts.scheme not in ("http", "https") or not parts.hostname):
        return ["ZHIBU_CHAT_URL 应是 http:// 或 https:// 开头的完整地址"]
    return []


def send_chat(said: Said) -> None:
    """Say it now. Raises NotSent, TryLater."""
    if not is_on():
        raise TryLater("企业聊天没有启用或设置不完整，设好以后会再发。")
    _ADAPTERS[settings.CHAT["name"]]().send(Said(said.to, said.title, said.text, site_url(said.link), said.key))
