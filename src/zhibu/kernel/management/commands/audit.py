"""`zhibu audit verify | seal | root`: check the trail, seal what waits, print the newest root."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from zhibu.kernel.audit import last_root, seal_all, verify
from zhibu.kernel.audit.verify import SHOWN
from zhibu.kernel.commandline.word import Word


class Command(Word):
    # verification must also run on an installation that is otherwise broken
    requires_system_checks: list[str] = []
    help = "操作记录：核验（verify）、封存（seal）、打印根值（root）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="verify|seal|root")
        check = words.add_parser("verify", help="核验全部操作记录，有改动或缺失时退出码为 1")
        check.add_argument("--root", default="", help="以前打印的根值，须仍在封条链中")
        words.add_parser("seal", help="立即封存尚未封存的操作记录")
        words.add_parser("root", help="打印最新封条的编号与根值")

    def handle(self, *args: Any, word: str, root: str = "", **options: Any) -> None:
        {"verify": lambda: self._verify(root), "seal": self._seal, "root": self._root}[word]()

    def _verify(self, root: str) -> None:
        if MigrationRecorder.Migration._meta.db_table not in connection.introspection.table_names():
            raise CommandError(
                "这里还没有数据库。请检查 ZHIBU_DATA 指的是不是网站的数据文件夹；新安装请先运行：zhibu migrate"
            )
        report = verify(root)
        for finding in report.findings:
            self.stdout.write(f"✗ {finding.message}")
        if report.wrong > SHOWN:
            self.stdout.write(f"…… 另有 {report.wrong - SHOWN} 处未列出")
        counted = f"核验了 {report.entries} 条操作记录、{report.seals} 个封条"
        rest = f"{report.unsealed} 条尚未封存，{report.erased} 条内容已依法删除"
        if report.ok:
            self.stdout.write(f"✓ {counted}，没有改动或缺失（{rest}）。")
            self.stdout.write(f"根值：{report.root or '尚无封条'}")
            return
        self.stdout.write(
            f"{counted}，发现 {report.wrong} 处问题（{rest}）。请保留数据库文件，与备份比对，并报告负责人。"
        )
        sys.exit(1)

    def _seal(self) -> None:
        made = seal_all()
        total = sum(seal.count for seal in made)
        self.stdout.write(f"已封存 {total} 条操作记录，新增 {len(made)} 个封条。" if made else "没有待封存的操作记录。")

    def _root(self) -> None:
        newest = last_root()
        self.stdout.write(f"第 {newest[0]} 号封条，根值：{newest[1]}" if newest else "尚无封条。")
