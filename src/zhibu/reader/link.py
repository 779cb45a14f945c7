"""Calls to the server: one at a time, signed, numbered; what goes wrong is either nobody there or a refusal in words."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from zhibu.reader.protocol import SIGNATURE, Tap
from zhibu.reader.store import Store

#: seconds: for a call with taps, and for the question to a card that lies on the reader
TIMEOUT, QUICK = 15.0, 1.5
#: (address, body, headers, seconds) -> (status, body)
Post = Callable[[str, bytes, dict[str, str], float], tuple[int, bytes]]


class Away(Exception):
    """Nobody answers, or something that is not the platform."""


class Turned(Exception):
    """The server does not take it; `code` says why, the text is for people."""

    def __init__(self, code: str, message: str, answer: dict[str, Any]) -> None:
        super().__init__(message)
        self.code, self.answer = code, answer


def http(authorities: str | None = None) -> Post:
    """Return the way over HTTP with a connection that stays open; `authorities`: file of the office's own certificates."""
    import urllib3

    pool = urllib3.PoolManager(maxsize=2, retries=False, ca_certs=authorities)

    def post(address: str, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int, bytes]:
        try:
            answer = pool.request("POST", address, body=body, headers=headers, timeout=seconds, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise Away(str(error)) from error
        return answer.status, answer.data

    return post


class Link:
    """The way to the server of one enrolled agent."""

    def __init__(self, store: Store, post: Post) -> None:
        self.store, self.post = store, post
        self._one = threading.Lock()
        self._key, self._device, self._server = store.key, store.get("device"), store.get("server")

    def call(
        self, taps: Sequence[Tap] = (), *, ask: str = "", waiting: int = 0, readers: Sequence[str] = (), seconds: float = TIMEOUT
    ) -> dict[str, Any]:  # fmt: skip
        """Call and return the answer. Raises Away, Turned."""
        if not self._one.acquire(timeout=seconds):
            raise Away("another call is under way")
        try:
            body = json.dumps(
                {
                    "device": self._device, "call": self.store.next_call(), "sent_at": datetime.now(UTC).isoformat(),
                    "waiting": waiting, "readers": list(readers), "ask": ask, "taps": [asdict(tap) for tap in taps],
                }
            ).encode()  # fmt: skip
            headers = {"Content-Type": "application/json", SIGNATURE: self._key.sign(body).hex()}
            return answer_of(*self.post(f"{self._server}/reader/call/", body, headers, seconds))
        finally:
            self._one.release()


def answer_of(status: int, body: bytes) -> dict[str, Any]:
    """Return what the server said. Raises Turned for a refusal, Away for what no server of ours says."""
    try:
        answer = json.loads(body)
        assert isinstance(answer, dict)
    except (ValueError, AssertionError):
        raise Away(f"HTTP {status}") from None
    if status == 200:
        return answer
    if "code" not in answer or status >= 500:
        raise Away(f"HTTP {status}")
    raise Turned(str(answer["code"]), str(answer.get("message", "")), answer)


def enrol(post: Post, server: str, code: str, public_key: str, machine: str) -> dict[str, Any]:
    """Redeem a code. Raises Away, Turned."""
    body = json.dumps({"code": code, "public_key": public_key, "machine": machine}).encode()
    return answer_of(*post(f"{server}/reader/enrol/", body, {"Content-Type": "application/json"}, TIMEOUT))
