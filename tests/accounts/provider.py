"""An enterprise's sign-in in a thread: discovery, keys, tokens. It says what a test wants it to say, true or not."""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "zhibu", "s3cret & more"


class Provider:
    """`claims` is what the next ID token adds; `changed` may spoil the whole set; `key` signs it."""

    def __init__(self) -> None:
        self.keys = [RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})]
        self.key = self.keys[0]
        self.claims: dict[str, Any] = {}
        self.changed: Callable[[dict[str, Any]], None] = lambda claims: None
        self.userinfo: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.requests: list[str] = []
        self.alg = "RS256"
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def sign_in(self, address: str) -> dict[str, str]:
        """Somebody signs in at the address they were sent to; returns what their browser takes back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.asked
        return {"code": code, "state": self.asked["state"]}

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "u-1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims
        self.changed(claims)
        return jwt.encode({"alg": self.alg, "kid": self.key.kid}, claims, self.key, algorithms=[self.alg])

    def answer(self, path: str, body: dict[str, str], headers: Any) -> tuple[int, Any]:
        """Return status and object of an address."""
        self.requests.append(path)
        if path == "/.well-known/openid-configuration":
            pages = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "leave"}
            found = {f"{name}_endpoint": f"{self.url}/{page}" for name, page in pages.items()}
            return 200, {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **found}
        if path == "/keys":
            return 200, {"keys": [{**key.as_dict(private=False)} for key in self.keys] + [{"kty": "odd"}]}
        if path == "/userinfo":
            return 200, self.userinfo
        return self._exchange(body, headers)

    def _exchange(self, body: dict[str, str], headers: Any) -> tuple[int, Any]:
        asked = self.codes.pop(body.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(body["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        basic = b64decode(headers.get("Authorization", "Basic ")[6:]).decode()
        client = tuple(unquote_plus(part) for part in basic.split(":"))
        if asked is None or client != (CLIENT, SECRET) or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if body["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.token(asked)}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def _answer(self, body: dict[str, str]) -> None:
        status, told = self.provider.answer(urlsplit(self.path).path, body, self.headers)
        text = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(given).items()})

    def log_message(self, *words: object) -> None:
        """Say nothing."""
