"""Pure rules under a name, so that anyone can try the platform's arithmetic (规则试算). Nothing here imports Django."""

from zhibu.kernel.rules.answers import Answer, BadInput, Violation
from zhibu.kernel.rules.inputs import REQUIRED, TODAY, Input

__all__ = ["REQUIRED", "TODAY", "Answer", "BadInput", "Input", "Violation"]
