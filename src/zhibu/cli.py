"""The console script `zhibu`.

Words that need neither settings nor database (`rules`, `reader`) are parsed here; every other word is a Django management
command. Django is imported only for those, so that the rules answer at once on a bare machine.
"""

import argparse
import difflib
import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zhibu.apps.voting import command as votes_command
from zhibu.kernel.commandline.chinese import speak_chinese
from zhibu.kernel.rules import command as rules_command
from zhibu.reader import command as reader_command

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

# Each adds one word and sets `run`, a function from the parsed options to the exit code
WORDS: "tuple[Callable[[Subparsers], None], ...]" = (
    rules_command.add_parser,
    votes_command.add_parser,
    reader_command.add_parser,
)

HELP = """知部：党建办公室的一体化信息平台

用法：zhibu 命令 [选项]

开始使用：
  zhibu demo                  装入示范单位并启动，可以直接试用
  zhibu migrate               建立或升级数据库
  zhibu createadmin           在空数据库里建立第一个管理员
  zhibu admin reset           管理员进不去了：打印一个新的首次密码
  zhibu serve                 启动网站和后台任务
  zhibu worker                只处理后台任务（另开一个处理进程时用）
  zhibu smsgateway            启动测试短信网关，只供试用和培训

保管与检查：
  zhibu doctor                检查数据库、文件、密钥和设置，并说明怎样处理
  zhibu backup 文件夹         备份数据库、文件和密钥，使用中也可以做
  zhibu restore 备份文件 --into 新文件夹
                              把备份恢复到空的数据文件夹
  zhibu upgrade               装了新版本后：先备份，再升级数据库，再检查
  zhibu files seal            把以前没有加密的文件加密，使用中也可以做
  zhibu search rebuild        重写全部人员的检索键，使用中也可以做
  zhibu cardkey               看 CPU 卡的卡密钥校验值，或输入与卡厂约定的密钥
  zhibu audit verify          检查操作记录有没有被改动
  zhibu audit root            打印操作记录的根值，可抄在别处以后核对

规则试算（不需要数据库）：
  zhibu rules list            列出全部规则
  zhibu rules explain 规则名  说明一条规则
  zhibu rules try 规则名 --json '{…}'
                              试算一条规则

网上投票（不需要数据库）：
  zhibu votes check 证据文件  把下载的证据重新验算一遍

联机读卡（在接着 PC/SC 读卡器的电脑上，不需要数据库）：
  zhibu reader enrol 网址 登记码
                              登记这台电脑
  zhibu reader run            开始读卡，刷的卡直接出现在识别台上
  zhibu reader status         看有多少次刷卡待传

一个命令的说明：zhibu 命令 --help
数据放在环境变量 ZHIBU_DATA 指定的文件夹里，不设就是当前文件夹下的 var。"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with one line on stderr: what reads it is often a program."""
        usage = self.format_usage().strip()
        self.exit(2, f"命令写法不对：{message}。{' '.join(usage.split())}（详见 {self.prog} --help）\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="zhibu")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for add in WORDS:
        add(subparsers)
    parser.set_defaults(words=frozenset(subparsers.choices))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 refused or a fault was found, 2 bad input or command line."""
    words = list(sys.argv[1:] if argv is None else argv)
    _use_utf8()
    speak_chinese()
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has read what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(words: list[str]) -> int:
    if not words or words[0] in {"-h", "--help"} or words == ["help"]:
        print(HELP)
        return 0
    parser = _parser()
    if words[0] not in parser.get_default("words"):
        return _management(words) if words[0] in {"help", "version", *_commands()} else _unknown(words[0])
    options = parser.parse_args(words)
    return int(options.run(options))


def _unknown(word: str) -> int:
    """Say so without reading the settings, which would make a data folder wherever one happens to be."""
    offered = re.findall(r"^  zhibu (\w+)", HELP, re.M)
    near = difflib.get_close_matches(word, offered, 1)
    guess = f"您要的是不是：zhibu {near[0]}？" if near else ""
    print(f"没有“{word}”这个命令。{guess}运行 zhibu --help 看全部命令。", file=sys.stderr)
    return 2


def _commands() -> set[str]:
    """Return the names of all management commands, ours and Django's, found as files."""
    import django

    tops = [Path(__file__).parent, Path(django.__file__).parent]
    return {file.stem for top in tops for file in top.glob("**/management/commands/[!_]*.py")}


def _management(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.settings")
    if not _without_data(words):
        return _django(words)
    with tempfile.TemporaryDirectory(prefix="zhibu-") as folder:
        os.environ["ZHIBU_DATA"] = folder
        return _django(words)


def _django(words: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zhibu", *words])
    return 0


def _without_data(words: list[str]) -> bool:
    """Commands that touch no installation: the settings must not leave a folder with a key wherever one happens to be.

    `restore` names its folder itself and proves it in a process of its own.
    """
    return words[0] in {"restore", "help", "version"} or not {"-h", "--help", "--version"}.isdisjoint(words)


def _use_utf8() -> None:
    # JSON on a pipe is UTF-8 whatever the locale, and no Chinese message may end in an encoding error
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
