"""The words of the interface: every Chinese text of code, templates and tables, and the labels made of parts."""

import re
from functools import cache
from pathlib import Path

import zhibu
from zhibu.kernel import actions
from zhibu.kernel.console import all_screens
from zhibu.kernel.imports.spec import all_specs
from zhibu.kernel.rules.registry import all_rules
from zhibu.kernel.ui import nav

PACKAGE = Path(zhibu.__file__).resolve().parent
CHINESE = "\u3400-\u9fff"


@cache
def text() -> str:
    """Return all text of the program in one piece, without the handbook's own."""
    paths = [
        path
        for pattern in ("*.py", "*.html", "*.yaml", "*.js")
        for path in PACKAGE.rglob(pattern)
        if PACKAGE / "handbook" not in path.parents
    ]
    made = [action.label for action in actions.all_actions()]
    made += [item.label for item in nav.registered()] + [screen.label for screen in all_screens()]
    made += [label for spec in all_specs() for label in (f"导入{spec.label}", f"{spec.label}模板")]
    made += [rule.title_zh for rule in all_rules()]
    return "\n".join([*made, *(path.read_text(encoding="utf-8") for path in paths)])


@cache
def says(word: str) -> bool:
    """Tell whether the interface shows this word by itself, not as a part of a longer one."""
    pieces = [piece.strip() for piece in word.split("…")]
    return all(
        re.search(rf"(?<![{CHINESE}]){re.escape(piece)}(?![{CHINESE}])", text()) is not None
        for piece in pieces
        if piece
    )
