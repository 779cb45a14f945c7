"""`zhibu search rebuild`: everybody's search keys anew."""

from argparse import ArgumentParser
from typing import Any

from zhibu.apps.people.services.rekeying import rebuild
from zhibu.kernel.commandline.word import Word


class Command(Word):
    """Rewrite the keys chunk by chunk; a run that was broken off is taken up again."""

    help = "检索键：全部重写（rebuild）。换过检索密钥、改过读音或 zhibu doctor 提示时使用，使用中也可以做。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="rebuild")
        again = words.add_parser("rebuild", help="重写全部人员的检索键；中途停下的，再运行一次会接着做")
        again.add_argument("--restart", action="store_true", help="从头开始，不接着上一次")

    def handle(self, *args: Any, restart: bool = False, **options: Any) -> None:
        done = 0
        for progress in rebuild(restart=restart):
            done = progress.done
            self.stdout.write(f"已重写 {done:,} / {progress.total:,} 人")
            self.stdout.flush()
        self.stdout.write(f"✓ 检索键已全部重写（{done:,} 人）。" if done else "还没有人员，不用重写。")
