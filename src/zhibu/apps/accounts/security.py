"""The numbers of everyday safety: `params/security.yaml`, overridden within bounds by ZHIBU_DATA/security.yaml."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from zhibu.kernel import tables

OWN_FILE = "security.yaml"


@dataclass(frozen=True)
class Number:
    """One number with its bounds; `status` M: practice of assessors, H: chosen by this house."""

    name: str
    value: int
    least: int
    most: int
    meaning: str
    source: str
    status: str

    def fits(self, value: object) -> bool:
        """Tell whether the value is a whole number within the bounds."""
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most


@cache
def declared() -> dict[str, Number]:
    """Return name -> number as shipped."""
    table = tables.read(Path(__file__).parent / "params" / "security.yaml")
    return {name: Number(name, **fields) for name, fields in table["numbers"].items()}


@cache
def _own() -> tuple[dict[str, int], list[str]]:
    """Return the operator's usable numbers and what is wrong with the others."""
    path = Path(settings.DATA) / OWN_FILE
    if not path.exists():
        return {}, []
    try:
        given: Any = tables.read(path) or {}
    except (yaml.YAMLError, OSError, UnicodeDecodeError):
        given = None
    if not isinstance(given, dict):
        return {}, [f"{OWN_FILE} 读不懂，应当每行写“名称: 数字”"]
    usable, faults = {}, []
    for name, value in given.items():
        known = declared().get(name)
        if known is None:
            faults.append(f"{OWN_FILE} 中没有“{name}”这一项")
        elif not known.fits(value):
            faults.append(f"{OWN_FILE} 中的 {name} 须是 {known.least} 至 {known.most} 的整数")
        else:
            usable[name] = value
    return usable, faults


def number(name: str) -> int:
    """Return the number in force. Raises KeyError for an unknown name."""
    return _own()[0].get(name, declared()[name].value)


def idle_minutes() -> int:
    """Return after how many idle minutes everybody is signed out who holds a role; see `idle_spares_members`."""
    wanted = _idle_wanted()
    return wanted if wanted else number("idle_minutes")


def idle_spares_members() -> bool:
    """Tell whether those without any role are spared (ZHIBU_IDLE=0). Nobody else ever is."""
    return _idle_wanted() == 0


def _idle_wanted() -> int | None:
    text = str(settings.IDLE).strip()
    wanted = int(text) if text.isascii() and text.isdecimal() else None
    return wanted if wanted == 0 or declared()["idle_minutes"].fits(wanted) else None


def faults() -> list[str]:
    """Return in Chinese what the operator set that does not count."""
    found = list(_own()[1])
    if str(settings.IDLE).strip() and _idle_wanted() is None:
        bounds = declared()["idle_minutes"]
        found.append(f"ZHIBU_IDLE 须是 {bounds.least} 至 {bounds.most} 的整数（分钟），或 0")
    return found


def forget() -> None:
    """Read the operator's file again at the next question."""
    _own.cache_clear()
