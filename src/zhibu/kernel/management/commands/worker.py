"""`zhibu worker`: does the background work."""

import os
from typing import Any

from django.core.management.base import CommandParser

from zhibu.kernel.commandline.word import Word
from zhibu.kernel.jobs.worker import Worker
from zhibu.kernel.serving.lifeline import PARENT, hold_on_to_parent


class Command(Word):
    help = "处理后台任务（导入、导出、定时工作）。可同时运行多个；按 Ctrl-C 做完手头一批后退出。"
    # `serve` has checked before it starts one, which needs no page: addresses and views are not even loaded
    requires_system_checks: Any = [] if os.environ.get(PARENT) else "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="只处理一项任务就退出")
        parser.add_argument("--idle-exit", action="store_true", help="没有未完成的任务时退出")

    def handle(self, *args: Any, **options: Any) -> None:
        hold_on_to_parent()
        Worker(once=options["once"], idle_exit=options["idle_exit"]).run()
