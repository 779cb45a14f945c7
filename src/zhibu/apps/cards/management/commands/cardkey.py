"""`zhibu cardkey`: the house's card key, told by its check value, and put in place of the one made by chance."""

import getpass
import re
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from zhibu.apps.cards.services.card_keys import check_value, install_house_key
from zhibu.kernel.commandline.word import Word
from zhibu.kernel.crypto import current_key


class Command(Word):
    """Show the check value, or take a key that was agreed with the maker of the cards."""

    help = "卡密钥：看校验值；与卡厂约定了密钥的，用 --set 输入。以前登记的 CPU 卡不受影响。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--set", action="store_true", dest="set_key", help="输入与卡厂约定的密钥（32 位十六进制，不显示）"
        )

    def handle(self, *args: Any, set_key: bool = False, **options: Any) -> None:
        if set_key:
            typed = getpass.getpass("卡密钥：") if sys.stdin.isatty() else sys.stdin.readline()
            plain = re.sub(r"\s", "", typed)
            if not re.fullmatch(r"[0-9A-Fa-f]{32}", plain):
                raise CommandError("卡密钥应是 32 位十六进制数字，没有改动。")
            install_house_key(bytes.fromhex(plain))
            self.stdout.write("✓ 已换成新的卡密钥，此后登记的 CPU 卡用它。请马上备份。")
        key_id, key = current_key("card")
        self.stdout.write(f"卡密钥编号 {key_id}，校验值 {check_value(key)}")
