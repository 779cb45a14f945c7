"""A management command whose --help shows what an administrator needs, not Django's options for developers."""

from argparse import SUPPRESS
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

#: Django's own options: they still work, but none is needed to run the platform
HIDDEN = frozenset(
    {"version", "verbosity", "settings", "pythonpath", "no_color", "force_color", "skip_checks", "help_all"}
)
SHOWN = {"traceback": "出错时显示技术信息"}


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
