"""What many acts ask, and some ask only: why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Why:
    """Input of the acts that only ask why; performing writes it to the trail."""

    reason: str = ""
