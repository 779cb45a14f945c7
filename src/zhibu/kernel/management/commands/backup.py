"""`zhibu backup`: everything of this installation in one file, while it is in use."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from zhibu.kernel.backup import BackupRefused, Passphrase, make, new_code
from zhibu.kernel.backup.drafts import megabytes
from zhibu.kernel.backup.escrow import read_passphrase
from zhibu.kernel.commandline.word import Word

CODE = """
恢复码：{code}
恢复码只显示这一次，恢复时必须用它打开密钥。请立即抄写两份，与备份文件分开保管。没有恢复码，加密的证件号码等内容谁也打不开。"""


class Command(Word):
    """Make a backup; print the recovery code once when no passphrase was given."""

    # a backup must also be possible of an installation that is otherwise broken
    requires_system_checks: list[str] = []
    help = "备份数据库、文件和密钥到一个文件，使用中也可以做；不指定地方时放在数据文件夹的 backups 里。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", nargs="?", type=Path, metavar="文件或文件夹", help="备份放在哪里")
        parser.add_argument(
            "--passphrase-file", type=Path, metavar="文件", help="第一行是口令的文件；不给时生成并显示一个恢复码"
        )
        parser.add_argument("--allow-missing", action="store_true", help="有文件丢失或损坏时，仍备份其余内容")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            passphrase = chosen(options["passphrase_file"])
            made = make(options["target"], passphrase, self.stdout.write, allow_missing=options["allow_missing"])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        manifest = made.manifest
        self.stdout.write(f"✓ 备份完成：{made.place}（{megabytes(made.size)}）")
        self.stdout.write(
            f"  {len(manifest.counts)} 张表 {manifest.rows:,} 行，{len(manifest.members) - 1:,} 个文件；"
            f"操作记录根值：{manifest.root[1] if manifest.root else '尚无封条'}"
        )
        if manifest.absent:
            self.stdout.write(f"! 有 {len(manifest.absent)} 个文件丢失或损坏，没有备份到。")
        if passphrase.kind == "code":
            self.stdout.write(CODE.format(code=passphrase.text))


def chosen(place: Path | None) -> Passphrase:
    """Return the passphrase of the file, or a fresh recovery code."""
    return read_passphrase(place) if place else new_code()
