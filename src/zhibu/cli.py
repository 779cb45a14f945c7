"""The console script `zhibu`.

Words that need neither settings nor database (`rules`) are parsed here; every other word is a Django management
command. Django is imported only for those, so that the rules answer at once on a bare machine.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

from zhibu.kernel.rules import command as rules_command

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

# Each adds one word and sets `run`, a function from the parsed options to the exit code
WORDS: "tuple[Callable[[Subparsers], None], ...]" = (rules_command.add_parser,)

HELP = """知部：党建办公室的一体化信息平台

用法：zhibu 命令 [选项]

常用命令：
  zhibu demo                  装入示范单位并启动，可以直接试用
  zhibu migrate               建立或升级数据库
  zhibu createadmin           在空数据库里建立第一个管理员
  zhibu serve                 启动网站和后台任务
  zhibu audit verify          检查操作记录有没有被改动
  zhibu rules list            列出全部规则
  zhibu rules explain 规则名  说明一条规则
  zhibu rules try 规则名 --json '{…}'
                              试算一条规则（不需要数据库）

全部命令：zhibu help        一个命令的说明：zhibu 命令 --help
数据放在环境变量 ZHIBU_DATA 指定的文件夹里，不设就是当前文件夹下的 var。"""


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: str | None, actions: object, groups: object, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)  # type: ignore[arg-type]


class _Parser(argparse.ArgumentParser):
    """argparse with its few sentences in Chinese; a wrong command line is one line on stderr and exit code 2."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options | {"add_help": False, "formatter_class": _Formatter})  # type: ignore[arg-type]
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"命令写法不对。{self.format_usage().strip()}（详见 {self.prog} --help）\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 2 bad input or command line."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help"}:
        _use_utf8()
        print(HELP)
        return 0
    parser = _Parser(prog="zhibu")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for add in WORDS:
        add(subparsers)
    if words[0] not in subparsers.choices:
        return _management(words)
    _use_utf8()
    options = parser.parse_args(words)
    return int(options.run(options))


def _management(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zhibu", *words])
    return 0


def _use_utf8() -> None:
    # JSON on a pipe is UTF-8 whatever the locale, and no Chinese message may end in an encoding error
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
