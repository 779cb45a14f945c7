"""A management command whose --help shows what an administrator needs, not Django's options for developers."""

import sys
from argparse import SUPPRESS
from typing import Any

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper

#: Django's own options: they still work, but none is needed to run the platform
HIDDEN = frozenset(
    {"version", "verbosity", "settings", "pythonpath", "no_color", "force_color", "skip_checks", "help_all"}
)
SHOWN = {"traceback": "出错时显示技术信息"}


class _InPlainWords(OutputWrapper):
    """What goes wrong is said without the English name of the exception that Django puts before it."""

    def write(self, msg: str = "", *args: Any, **options: Any) -> None:  # type: ignore[override]
        super().write(msg.removeprefix("CommandError: "), *args, **options)


class Word(BaseCommand):
    """Base of every command of the platform."""

    #: Chinese words for options that a parent class made, None hides one
    option_help: dict[str, str | None] = {}

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        words: dict[str, str | None] = {**dict.fromkeys(HIDDEN), **SHOWN, **self.option_help}
        for action in parser._actions:
            if action.dest in words:
                action.help = words[action.dest] or SUPPRESS
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        self.stderr = _InPlainWords(sys.stderr)
        super().run_from_argv(argv)
