"""`zhibu admin reset`: whoever manages accounts at the root and cannot sign in any more gets a new first password."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from zhibu.apps.accounts.services import setup
from zhibu.kernel.actions import Refused
from zhibu.kernel.commandline.word import Word


class Command(Word):
    """The way back in for a single administrator, for who runs the server and nobody else."""

    help = "管理员：忘了密码、丢了第二验证又没有别人能重置时，打印一个新的首次密码（reset）"

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="reset")
        reset = words.add_parser(
            "reset", help="重置一位管理员的密码和第二验证，结束它的全部登录；记入操作记录，并通知全部管理员"
        )
        reset.add_argument("--username", default="", help="管理员的用户名；只有一位管理员时可以不写")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                made = setup.reset_administrator(username)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已重置管理员“{made.account}”，原来的登录全部结束，第二验证已删除。")
        self.stdout.write(f"用户名：{made.account.username}")
        self.stdout.write(f"首次密码：{made.password}")
        self.stdout.write("密码只显示这一次。登录后须改成自己的密码，并重新设置第二验证。这次重置已记入操作记录。")
