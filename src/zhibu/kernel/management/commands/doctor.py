"""`zhibu doctor`: how this installation stands, and what to do."""

import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from zhibu.kernel import doctor
from zhibu.kernel.commandline.word import Word
from zhibu.kernel.doctor import State

MARKS = {State.OK: "✓", State.ATTENTION: "!", State.FAULT: "✗"}


class Command(Word):
    """List the checks; exit code 1 when there is a fault."""

    requires_system_checks: list[str] = []
    help = "检查数据库、操作记录、文件、密钥、后台任务和设置，逐项说明情况和处理办法；有故障时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--full", action="store_true", help="检查全部内容，而不是抽查（较慢）")

    def handle(self, *args: Any, full: bool = False, **options: Any) -> None:
        counted: Counter[State] = Counter()
        for check, found in doctor.run(full):
            counted[found.state] += 1
            self.stdout.write(f"{MARKS[found.state]} {check.title}：{found.message}")
            if found.advice:
                self.stdout.write(f"    → {found.advice}")
            self.stdout.flush()
        if counted[State.FAULT]:
            self.stdout.write(f"有 {counted[State.FAULT]} 项故障、{counted[State.ATTENTION]} 项需要注意。")
            sys.exit(1)
        more = f"，{counted[State.ATTENTION]} 项需要注意" if counted[State.ATTENTION] else ""
        self.stdout.write(f"共检查 {counted.total()} 项，没有故障{more}。")
