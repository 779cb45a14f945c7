"""Arithmetic of materialised paths: every organisation carries the path of its ancestors, pure."""

from collections.abc import Iterable

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEP = 4
MAX_DEPTH = 12


def step(number: int) -> str:
    """Return the path step of the n-th child (from 0), e.g. 0 -> '0000'.

    Raises ValueError above 36**4 - 1 children.
    """
    text = ""
    for _ in range(STEP):
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    if number:
        raise ValueError("too many children for one organisation")
    return text


def successor(path: str) -> str:
    """Return the smallest path behind every path that starts with `path`."""
    number = int(path[-STEP:], 36) + 1
    if number == len(DIGITS) ** STEP:
        return path[:-STEP] + "["  # behind 'Z' in code-point order
    return path[:-STEP] + step(number)


def ancestors(path: str) -> list[str]:
    """Return the paths above `path`, the root first, without `path` itself."""
    return [path[:end] for end in range(STEP, len(path), STEP)]


def at_root(paths: Iterable[str]) -> bool:
    """Tell whether one of the paths is a root of the tree."""
    return any(len(path) == STEP for path in paths)


def disjoint(paths: Iterable[str]) -> tuple[str, ...]:
    """Drop every path that lies inside another one."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
