"""`zhibu createadmin`: the first administrator of an empty database."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from zhibu.apps.accounts.services import setup
from zhibu.kernel.actions import Refused
from zhibu.kernel.commandline.word import Word


class Command(Word):
    """Make the first administrator, and the root organisation where there is none."""

    help = "建立第一个管理员账号；已有管理员时不作任何改动"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True, help="用户名，例如 admin")
        parser.add_argument("--name", default="系统管理员", help="显示姓名（默认：系统管理员）")
        parser.add_argument(
            "--organization", default="本单位", help="没有组织时建立的最高一级组织的全称（默认：本单位）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("数据库还没有建立或升级，请先运行：zhibu migrate")
        try:
            with transaction.atomic():
                made = setup.create_first_administrator(
                    username=options["username"], name=options["name"], organization=options["organization"]
                )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if made is None:
            self.stdout.write(
                "已经有管理员，没有作任何改动。忘记密码的，请另一位管理员在账号页面重置；没有另一位的，运行 zhibu admin reset。"
            )
            return
        self.stdout.write(f"已建立管理员“{made.account.display_name}”，最高一级组织是“{made.organization}”。")
        self.stdout.write(f"用户名：{made.account.username}")
        self.stdout.write(f"首次密码：{made.password}")
        self.stdout.write("密码只显示这一次。登录后须改成自己的密码，再在网页上建立组织、导入人员、授予角色。")
