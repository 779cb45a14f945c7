"""`zhibu restore FILE --into FOLDER`: a backup onto an empty machine, proven before it is named."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from zhibu.kernel.backup import BackupRefused, Passphrase, restore
from zhibu.kernel.backup.escrow import read_passphrase
from zhibu.kernel.commandline.word import Word


class Command(Word):
    """Restore into an empty data folder (and the empty database of ZHIBU_DATABASE)."""

    requires_system_checks: list[str] = []
    help = "把备份恢复到空的数据文件夹（用 PostgreSQL 时另需 ZHIBU_DATABASE 指定一个空数据库），恢复后逐项检验。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="备份文件", help="zhibu backup 做成的 .zip")
        parser.add_argument("--into", type=Path, required=True, metavar="文件夹", help="空的或还不存在的数据文件夹")
        parser.add_argument(
            "--passphrase-file", type=Path, metavar="文件", help="第一行是口令或恢复码的文件；不给时从键盘输入"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            passphrase = _asked(options["passphrase_file"])
            done = restore(options["file"], options["into"], passphrase, self.stdout.write)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        manifest = done.manifest
        self.stdout.write(f"✓ 已恢复到 {done.folder}（备份做于 {manifest.made_at}）")
        self.stdout.write(
            f"  {len(manifest.counts)} 张表 {manifest.rows:,} 行、{len(manifest.members) - 1:,} 个文件与备份一致；"
            f"操作记录核验无误，根值：{manifest.root[1] if manifest.root else '尚无封条'}"
        )
        if manifest.absent:
            self.stdout.write(f"! 有 {len(manifest.absent)} 个文件在备份时就已丢失。")
        self.stdout.write(f"以后请用：ZHIBU_DATA={done.folder}")
        if done.pending:
            self.stdout.write("本机的程序比备份新，启动前请运行：zhibu migrate")


def _asked(place: Path | None) -> Passphrase:
    if place:
        return read_passphrase(place)
    if not sys.stdin.isatty():
        raise BackupRefused("需要口令或恢复码：请用 --passphrase-file 指定文件，或在终端里运行后输入。")
    return Passphrase(getpass("做备份时的口令或恢复码（输入时不显示）："))
