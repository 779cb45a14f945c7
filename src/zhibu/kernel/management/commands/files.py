"""`zhibu files seal`: encrypt what earlier versions stored in the clear, and close anew what a former key had closed."""

import sys
from argparse import ArgumentParser
from typing import Any

from zhibu.kernel.commandline.word import Word
from zhibu.kernel.files.sealing import seal_old
from zhibu.kernel.upkeep import seal_staged


class Command(Word):
    help = "文件：加密保存（seal）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="seal")
        words.add_parser("seal", help="把以前没有加密、或用旧密钥加密的文件重新加密，使用中也可以做")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("正在检查全部文件…")
        self.stdout.flush()
        done, staged = seal_old(), seal_staged()
        if done.contents or done.thumbnails or staged:
            self.stdout.write(
                f"✓ 加密了 {done.contents:,} 个文件、{staged:,} 个导入中的表格，{done.thumbnails:,} 个缩略图待重做。"
            )
        elif not done.damaged:
            self.stdout.write("✓ 全部文件都已加密，没有要做的。")
        if done.damaged:
            self.stdout.write(
                f"✗ {len(done.damaged)} 个文件打不开，没有改动（{'、'.join(one[:12] for one in done.damaged[:3])}）。"
                "请运行 zhibu doctor --full，并从备份找回。"
            )
            sys.exit(1)
