"""What a service may say instead of acting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class Refused(Exception):
    """The act breaks a rule. Shown to the user as it is: what is wrong, by which article, what to do next."""

    message: str
    field: str | None = None
    article: str = ""
    next_step: str = ""
    code: str = "refused"

    def __str__(self) -> str:
        parts = [self.message.rstrip("。")]
        if self.article:
            parts.append(f"（{self.article}）")
        text = "".join(parts) + "。"
        return f"{text}{self.next_step}" if self.next_step else text


@dataclass
class Conflict(Exception):
    """Somebody else changed the record after the form was opened; `obj` is the record as it stands now."""

    obj: Any

    def __str__(self) -> str:
        return "这条记录在您打开之后已被别人修改"


def told_names(names: Sequence[str], shown: int = 5) -> str:
    """Return the names of people as a sentence bears them: the first few, and of how many."""
    return "、".join(names[:shown]) + (f"等 {len(names)} 人" if len(names) > shown else "")
