"""`zhibu upgrade`: backup, migrate, doctor; stops at the first fault and says how to go back."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhibu.kernel.backup import last_backup
from zhibu.kernel.backup.making import has_database
from zhibu.kernel.commandline.word import Word

BACK = """
数据没有丢失，升级前的备份在：{place}
要退回升级前的状态：
  1. 停止知部，装回原来的版本；
  2. 运行 zhibu restore {place} --into 新文件夹
     （用 PostgreSQL 时，先把环境变量 ZHIBU_DATABASE 改为一个空数据库）；
  3. 把环境变量 ZHIBU_DATA 改为新文件夹，重新启动。"""
logger = logging.getLogger("zhibu.upgrade")


class Command(Word):
    """Bring the database to this program's version, safely."""

    requires_system_checks: list[str] = []
    help = "升级：先备份，再升级数据库，最后检查；任何一步出错就停下，并说明怎样退回。请先停止知部。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--backup", type=Path, metavar="文件或文件夹", help="备份放在哪里（默认数据文件夹的 backups）"
        )
        parser.add_argument("--passphrase-file", type=Path, metavar="文件", help="第一行是口令的文件；不给时显示恢复码")

    def handle(self, *args: Any, **options: Any) -> None:
        place = self._backup(options["backup"], options["passphrase_file"])
        back = BACK.format(place=place) if place else ""
        executor = MigrationExecutor(connection)
        steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        self.stdout.write(f"二、升级数据库（{steps} 步）")
        try:
            call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        except Exception as error:  # whatever a migration met, the operator must learn how to go back
            logger.exception("migrate")
            raise CommandError(f"升级数据库时出错，已停下：{type(error).__name__}：{error}{back}") from None
        self.stdout.write("✓ 数据库已是当前版本")
        self.stdout.write("三、检查")
        try:
            call_command("doctor", stdout=self.stdout)
        except SystemExit:
            raise CommandError(f"检查发现故障，请先处理上面带 ✗ 的各项，不要启动。{back}") from None
        self.stdout.write("✓ 升级完成，可以启动：zhibu serve")

    def _backup(self, target: Path | None, passphrase: Path | None) -> str:
        """Make the backup; return where it lies, "" when there was nothing to save yet."""
        self.stdout.write("一、备份")
        if not has_database():
            self.stdout.write("还没有数据库，不需要备份。")
            return ""
        try:
            call_command("backup", *([target] if target else []), passphrase_file=passphrase, stdout=self.stdout)
        except CommandError as error:
            raise CommandError(f"备份没有做成，升级没有开始，数据没有变化。{error}") from None
        made = last_backup()
        return made.place if made else ""
