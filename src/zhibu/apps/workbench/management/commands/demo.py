"""`zhibu demo`: a believable organisation to try everything on, and the server for it."""

import contextlib
import os
import sys
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from zhibu.apps.accounts.demonstration import demo_groups
from zhibu.apps.workbench.demo import accounts, load
from zhibu.kernel.commandline.word import Word
from zhibu.kernel.serving import CannotServe, supervise
from zhibu.kernel.serving.preparation import check_port

OTHERS = "这里已有正式数据，演示数据不会混进去。请另设一个文件夹再试，例如：ZHIBU_DATA=demo zhibu demo"


def _people(text: str) -> int:
    if text.isdecimal() and load.FEWEST <= int(text) <= load.MOST:
        return int(text)
    raise ArgumentTypeError(f"人数应是 {load.FEWEST} 到 {load.MOST} 之间的整数")


class Command(Word):
    """Migrate, load the demonstration where there is nothing yet, and serve it; a second run just serves."""

    help = "装入演示单位并启动网站，可以直接试用；第二次运行直接启动。演示的人员与数据都是虚构的。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只在本机可用（127.0.0.1）")
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--no-serve", action="store_true", help="只装入数据，不启动网站")
        parser.add_argument("--reset", action="store_true", help="清除原来的演示数据，重新装入（只用于 SQLite）")
        parser.add_argument("--people", type=_people, default=3000, help="人数，默认 3000")
        parser.add_argument("--seed", type=int, default=2026, help="随机种子，同一个数得到同样的数据，默认 2026")

    def handle(self, *args: Any, **options: Any) -> None:
        os.environ["ZHIBU_DEMO"] = "1"  # inherited by web and worker
        settings.DEMO = True
        if not options["no_serve"]:
            self._serving(lambda: check_port(options["host"], options["port"]))
        self._say("准备数据库…")
        call_command("migrate", verbosity=0, interactive=False)
        if options["reset"]:
            self._reset()
        if load.is_empty():
            self._load(options["people"], options["seed"])
        elif not load.is_demonstration():
            raise CommandError(OTHERS)
        self._show_logins()
        if not options["no_serve"]:
            connection.close()
            sys.exit(self._serving(lambda: supervise(options["host"], options["port"], self._ready)))

    def _serving(self, run: Any) -> Any:
        try:
            return run()
        except CannotServe as problem:
            raise CommandError(str(problem)) from None

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _load(self, people: int, seed: int) -> None:
        began = time.monotonic()
        done = load.load(people, seed, self._say)
        self._say(
            f"演示数据已装入：{done.organizations} 个组织，{done.people:,} 人，其中党员 {done.members:,} 人"
            f"（用时 {time.monotonic() - began:.0f} 秒）。"
        )

    def _reset(self) -> None:
        """Start over with an empty database file; anything that is not a demonstration stays."""
        if load.is_empty():
            return
        if not load.is_untouched():
            raise CommandError(OTHERS)
        if connection.vendor != "sqlite":
            raise CommandError("--reset 只用于 SQLite。使用 PostgreSQL 时，请新建一个空数据库，再运行 zhibu demo。")
        name = str(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(name + suffix).unlink()
        call_command("migrate", verbosity=0, interactive=False)

    def _show_logins(self) -> None:
        self._say("\n演示账号（登录页上点名字就能直接进入）：")
        for group in demo_groups():
            for account in group.accounts:
                place = f"，{account.place}" if account.place else ""
                self._say(f"  {account.username:<12} {group.role}：{account.name}{place}")
        self._say(f"密码都是 {accounts.PASSWORD}\n")

    def _ready(self, url: str) -> None:
        self._say(f"演示网站已启动，请用浏览器打开：{url}（按 Ctrl-C 结束）")
