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
    return all(_stands(piece) for piece in map(str.strip, word.split("…")) if piece)


def _stands(piece: str) -> bool:
    """Look the piece up by itself, then at its neighbours: a pattern that begins with what must not be there is slow."""
    whole = text()
    at = whole.find(piece)
    while at >= 0:
        after = at + len(piece)
        if not re.search(f"[{CHINESE}]", whole[at - 1 : at] + whole[after : after + 1]):
            return True
        at = whole.find(piece, at + 1)
    return False
