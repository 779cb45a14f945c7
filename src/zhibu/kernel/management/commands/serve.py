"""`zhibu serve`: the site and its worker, until stopped."""

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from zhibu.kernel.commandline.word import Word
from zhibu.kernel.serving import CannotServe, supervise


class Command(Word):
    help = "启动网站和后台任务，任何一个中途退出都会重新启动；按 Ctrl-C 全部结束。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只在本机可用（127.0.0.1）")
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--workers", type=int, default=1, help="网站进程数，默认 1")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = supervise(options["host"], options["port"], self._ready, workers=options["workers"])
        except CannotServe as problem:
            raise CommandError(str(problem)) from None
        sys.exit(code)

    def _ready(self, url: str) -> None:
        self.stdout.write(f"知部已启动：{url}（按 Ctrl-C 结束）")
        self.stdout.flush()
