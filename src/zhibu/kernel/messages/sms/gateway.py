"""A gateway for trying things out: takes SMS, keeps them in memory, shows them, and fails on demand. Not for real use.

Tests start it inside their process:

    with TestGateway() as gateway:
        settings.SMS = {**settings.SMS, "url": gateway.url}
        …
        assert gateway.sent[0].text == "…"
"""

import json
import time
from dataclasses import asdict, dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

MODES = {
    "ok": "正常收下",
    "refuse": "收到但拒绝（code 1）",
    "error": "回答 503",
    "hang": "不回答，直到对方超时",
    "drop": "收下以后断开，不回答",
    "every-other": "一次断开一次收下",
    "garbage": "回答不成样子的内容",
}
NAMES = {
    "number": ("number", "phone", "mobile", "to"),
    "text": ("text", "content", "message", "msg"),
    "key": ("key", "id"),
}
MAX_BODY = 64 * 1024
HANG_SECONDS = 30.0


@dataclass
class Sms:
    """One SMS as it arrived; `times` counts how often the same key came in."""

    number: str
    text: str
    key: str
    at: float
    times: int = 1


class TestGateway:
    """The gateway as an object. `mode` is one of MODES; with `secret` a request needs `Authorization: Bearer …`."""

    __test__ = False  # not a test case

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, mode: str = "ok", secret: str = "") -> None:
        self.mode, self.secret = mode, secret
        #: seconds between taking an SMS and answering
        self.delay = 0.0
        self.sent: list[Sms] = []
        self.requests = 0
        self._lock = Lock()
        handler = type("Handler", (_Handler,), {"gateway": self})
        self.server = ThreadingHTTPServer((host, port), handler)
        self.server.daemon_threads = True

    @property
    def home(self) -> str:
        """Where a browser looks."""
        return f"http://{self.server.server_address[0]!s}:{self.server.server_port}/"

    @property
    def url(self) -> str:
        """What ZHIBU_SMS_URL is set to."""
        return f"{self.home}send"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def keep(self, number: str, text: str, key: str) -> Sms:
        """Remember an SMS; a known key is the same SMS once more."""
        with self._lock:
            for known in self.sent:
                if key and known.key == key:
                    known.times += 1
                    return known
            new = Sms(number, text, key, time.time())
            self.sent.append(new)
            return new

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self.sent.clear()

    def next_mode(self) -> str:
        """Return how this request ends."""
        with self._lock:
            self.requests += 1
            if self.mode == "every-other":
                return "drop" if self.requests % 2 else "ok"
            return self.mode


class _Handler(BaseHTTPRequestHandler):
    gateway: TestGateway
    server_version, sys_version = "TestGateway", ""

    def log_message(self, format: str, *args: object) -> None:  # silence: the page shows what came in
        return

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/send":
            return self._take(parts.query)
        if parts.path == "/sent.json":
            return self._answer(200, json.dumps([asdict(one) for one in self.gateway.sent], ensure_ascii=False))
        return self._answer(200, _page(self.gateway), "text/html") if parts.path == "/" else self._answer(404, "{}")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            return self._answer(413, "{}")
        body = self.rfile.read(length).decode("utf-8", "replace")
        if self.path == "/send":
            return self._take(body)
        if self.path == "/mode":
            mode = parse_qs(body).get("mode", [""])[0]
            if mode not in MODES:
                return self._answer(400, json.dumps({"modes": list(MODES)}))
            self.gateway.mode = mode
        elif self.path == "/clear":
            self.gateway.clear()
        else:
            return self._answer(404, "{}")
        return self._answer(303, "{}", location="/")

    do_PUT = do_POST

    def _take(self, body: str) -> None:
        gateway, mode = self.gateway, self.gateway.next_mode()
        if gateway.secret and self.headers.get("Authorization") != f"Bearer {gateway.secret}":
            return self._answer(401, json.dumps({"code": 401, "message": "密钥不对"}, ensure_ascii=False))
        if mode == "error":
            return self._answer(503, json.dumps({"code": 503}))
        if mode == "hang":
            time.sleep(HANG_SECONDS)
            self.close_connection = True
            return None
        values = _values(body)
        if mode == "refuse" or not values["number"] or not values["text"]:
            return self._answer(200, json.dumps({"code": 1, "message": "没有接受"}, ensure_ascii=False))
        kept = gateway.keep(values["number"], values["text"], values["key"] or self.headers.get("Idempotency-Key", ""))
        time.sleep(gateway.delay)
        if mode == "drop":
            self.close_connection = True
            self.connection.close()
            return None
        if mode == "garbage":
            return self._answer(200, "<html>维护中")
        return self._answer(200, json.dumps({"code": 0, "message": "ok", "repeats": kept.times - 1}))

    def _answer(self, status: int, body: str, kind: str = "application/json", location: str = "") -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)


def _values(body: str) -> dict[str, str]:
    try:
        given: Any = json.loads(body)
    except ValueError:
        given = {name: values[0] for name, values in parse_qs(body).items()}
    if not isinstance(given, dict):
        given = {}
    return {
        name: next((str(given[alias]) for alias in aliases if given.get(alias)), "") for name, aliases in NAMES.items()
    }


def _page(gateway: TestGateway) -> str:
    rows = "".join(
        f"<tr><td>{time.strftime('%H:%M:%S', time.localtime(one.at))}</td><td>{escape(one.number)}</td>"
        f"<td>{escape(one.text)}</td><td>{escape(one.key)}</td><td>{one.times}</td></tr>"
        for one in reversed(gateway.sent)
    )
    options = "".join(
        f"<option value='{mode}'{' selected' if mode == gateway.mode else ''}>{label}</option>"
        for mode, label in MODES.items()
    )
    return (
        "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>测试短信网关</title><h1>测试短信网关</h1>"
        f"<form method='post' action='/mode'><select name='mode'>{options}</select> <button>切换</button></form>"
        "<form method='post' action='/clear'><button>清空</button></form>"
        f"<p>收到 {len(gateway.sent)} 条</p><table border='1' cellpadding='6'>"
        f"<tr><th>时间</th><th>号码</th><th>内容</th><th>键</th><th>次数</th></tr>{rows}</table></html>"
    )
