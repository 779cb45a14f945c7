"""The checks that are known, and running them: none may stop the others."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.module_loading import autodiscover_modules

logger = logging.getLogger("zhibu.doctor")


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    ATTENTION = "attention"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """message: a Chinese sentence on how it stands; advice: what to do about it, "" when there is nothing to do."""

    state: State
    message: str
    advice: str = ""


def ok(message: str) -> Finding:
    """Everything is as it should be."""
    return Finding(State.OK, message)


def attention(message: str, advice: str) -> Finding:
    """It works, but somebody should see to it."""
    return Finding(State.ATTENTION, message, advice)


def fault(message: str, advice: str) -> Finding:
    """Something is broken or unsafe."""
    return Finding(State.FAULT, message, advice)


Function = Callable[[bool], Finding]


@dataclass(frozen=True)
class Check:
    """A registered check; database: needs a database that is up to date; gate: its fault ends those that do."""

    order: int
    title: str
    function: Function
    database: bool
    gate: bool


_checks: dict[str, Check] = {}


def check(order: int, title: str, *, database: bool = True, gate: bool = False) -> Callable[[Function], Function]:
    """Register a check under its Chinese title; lower orders come first. Raises ValueError when the title is taken."""

    def register(function: Function) -> Function:
        if title in _checks:
            raise ValueError(f"check {title!r} is registered twice")
        _checks[title] = Check(order, title, function, database, gate)
        return function

    return register


def run(full: bool = False) -> Iterator[tuple[Check, Finding]]:
    """Run every check in order and give what each found; the last entry names those that could not be run."""
    from zhibu.kernel.doctor import content, database, surroundings, trail  # noqa: F401 - they register themselves
    from zhibu.kernel.documents import doctor  # noqa: F401 - so does the check of printing
    from zhibu.kernel.messages import checkup  # noqa: F401 - so does this

    autodiscover_modules("doctor")
    left_out: list[str] = []
    closed = False
    for one in sorted(_checks.values(), key=lambda known: (known.order, known.title)):
        if closed and one.database:
            left_out.append(one.title)
            continue
        found = _run(one, full)
        closed = closed or (one.gate and found.state is State.FAULT)
        yield one, found
    if left_out:
        rest = attention("、".join(left_out), "先处理上面的故障，再运行一次 zhibu doctor。")
        yield Check(999, f"没有检查的 {len(left_out)} 项", lambda full: rest, database=False, gate=False), rest


def _run(one: Check, full: bool) -> Finding:
    try:
        return one.function(full)
    except Exception as error:  # whatever it is, the operator gets the rest of the list
        logger.exception("check %s", one.title)
        return fault(f"检查没有做完：{type(error).__name__}：{error}", "请把这一行和上面的技术信息发给技术支持。")
