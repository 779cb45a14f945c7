"""Web server and worker as one thing that starts, stays up and ends together."""

from zhibu.kernel.serving.preparation import CannotServe, prepare
from zhibu.kernel.serving.supervisor import supervise

__all__ = ["CannotServe", "prepare", "supervise"]
