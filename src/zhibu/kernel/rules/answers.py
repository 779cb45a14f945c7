"""What a rule says: a result with the violations found, or the refusal of an input it cannot read."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why something is not in order: a stable code, a sentence for the user, the article it rests on."""

    code: str
    message: str
    article: str = ""


@dataclass(frozen=True)
class Answer:
    """The result of a rule (keys as declared, `None` where nothing can be said) and what it found against the case."""

    result: Mapping[str, object]
    violations: list[Violation] = field(default_factory=list)


class BadInput(ValueError):
    """The input cannot be read at all. `errors` maps the input's name ("" for the whole) to a Chinese sentence."""

    def __init__(self, errors: Mapping[str, str] | str) -> None:
        self.errors: dict[str, str] = {"": errors} if isinstance(errors, str) else dict(errors)
        super().__init__("；".join(self.errors.values()))
