"""`zhibu reader enrol | run | status`: the agent on the machine beside the reader; neither settings nor Django."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from zhibu.reader.link import Post
    from zhibu.reader.store import Store

    Subparsers = argparse._SubParsersAction[Any]

SUMMARY = "联机读卡程序：把 PC/SC 读卡器上刷的卡送到识别台（在接着读卡器的电脑上运行）"
NO_LIBRARY = '没有读卡程序库，请先安装：在平台的程序文件夹里运行 pip install ".[reader]"（Linux 还要装 pcscd）'
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def add_parser(subparsers: "Subparsers") -> None:
    """Add the word `reader` to the command line."""
    word = subparsers.add_parser("reader", help=SUMMARY, description=SUMMARY)
    word.add_argument(
        "--folder", type=Path, metavar="文件夹", help="存放密钥和待传刷卡的文件夹，不写就是 ~/.zhibu-reader"
    )
    word.add_argument("--ca", metavar="文件", help="单位自己的证书（PEM），服务器用的不是公开证书时写")
    words = word.add_subparsers(dest="word", required=True, metavar="enrol|run|status")
    one = words.add_parser("enrol", help="登记这台电脑：网址和登记码见网页“联机读卡器”")
    one.add_argument("server", metavar="网址")
    one.add_argument("code", metavar="登记码")
    one.set_defaults(run=_with_store(_enrol))
    words.add_parser("run", help="开始读卡，按 Ctrl+C 结束").set_defaults(run=_with_store(_run))
    words.add_parser("status", help="看登记在哪里、有多少次刷卡待传").set_defaults(run=_with_store(_status))


def _with_store(run: "Callable[[argparse.Namespace, Store], int]") -> Callable[[argparse.Namespace], int]:
    def opened(options: argparse.Namespace) -> int:
        from zhibu.reader.store import Store

        folder = options.folder or Path(os.environ.get("ZHIBU_READER") or Path.home() / ".zhibu-reader")
        try:
            store = Store(folder)
        except OSError as error:
            return _fault(f"打不开文件夹 {folder}：{error.strerror}", 2)
        try:
            return run(options, store)
        finally:
            store.close()

    return opened


def _fault(words: str, code: int = 1) -> int:
    print(words, file=sys.stderr)
    return code


def _say(words: str) -> None:
    print(f"{datetime.now():%m-%d %H:%M:%S} {words}", flush=True)


def _post(options: argparse.Namespace) -> "Post":
    from zhibu.reader.link import http

    return http(options.ca)


def _enrol(options: argparse.Namespace, store: "Store") -> int:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from zhibu.reader.link import Away, Turned, enrol

    parts = urlsplit(options.server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return _fault("网址要写全，例如 https://zhibu.example.cn", 2)
    if waiting := store.waiting():
        return _fault(f"这里还有 {waiting} 次刷卡没有传完，先运行 zhibu reader run 传完再重新登记")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        print("提醒：网址不是 https，请只在内部网络里使用", file=sys.stderr)
    server, key = f"{parts.scheme}://{parts.netloc}", Ed25519PrivateKey.generate()
    try:
        answer = enrol(_post(options), server, options.code, key.public_key().public_bytes_raw().hex(), _machine())
    except Turned as turned:
        return _fault(str(turned))
    except Away as away:
        return _fault(f"连不上 {server}，请检查网址和网络（{away}）")
    store.begin(server, answer["device"], answer["name"], key)
    print(f"已登记为“{answer['name']}”。现在运行：zhibu reader run")
    return 0


def _machine() -> str:
    import platform

    return f"{platform.node()} · {platform.system()}"[:100]


def _run(options: argparse.Namespace, store: "Store") -> int:
    from zhibu.reader.store import Busy

    if not store.get("device"):
        return _fault("这台电脑还没有登记：到网页“联机读卡器”生成登记码，再运行 zhibu reader enrol 网址 登记码")
    try:
        from smartcard import scard
    except ImportError:
        return _fault(NO_LIBRARY)
    try:
        with store.alone():
            return _read(options, store, scard)
    except Busy:
        return _fault("这个文件夹的读卡程序已经在运行")


def _read(options: argparse.Namespace, store: "Store", scard: Any) -> int:
    from zhibu.reader.agent import Agent
    from zhibu.reader.link import Link
    from zhibu.reader.pcsc import Watch

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    agent = Agent(store, Link(store, _post(options)), _say, lambda: watch.names)
    watch = Watch(agent.read, _say, scard)
    _say(f"读卡程序开始，识别台“{store.get('name')}”，服务器 {store.get('server')}，待传 {store.waiting()} 次")
    sender = threading.Thread(target=agent.run, args=(stop,), name="sender", daemon=True)
    sender.start()
    watch.run(stop)
    agent.wake()
    sender.join(timeout=5)
    _say(f"读卡程序结束，待传 {store.waiting()} 次" if not agent.ended else f"读卡程序结束：{agent.ended}")
    return 1 if agent.ended else 0


def _status(options: argparse.Namespace, store: "Store") -> int:
    if not store.get("device"):
        print("还没有登记")
        return 1
    print(f"登记为“{store.get('name')}”，服务器 {store.get('server')}")
    print(f"刷卡共 {store.get('sequence', '0')} 次，待传 {store.waiting()} 次")
    print(f"最近连上服务器：{store.get('contact') or '还没有连上过'}")
    return 0
