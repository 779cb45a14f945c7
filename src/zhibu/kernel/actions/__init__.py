"""Actions: the one way anything is written. Declared once; the button, check, audit line, inbox row and test matrix follow."""

from zhibu.kernel.actions.act import Act, diff
from zhibu.kernel.actions.declare import Action, Inbox, all_actions, get, register
from zhibu.kernel.actions.errors import Conflict, Refused
from zhibu.kernel.actions.forms import ActionForm
from zhibu.kernel.actions.history import naming
from zhibu.kernel.actions.perform import Outcome, available, perform
from zhibu.kernel.actions.why import Why

__all__ = [
    "Act",
    "Action",
    "ActionForm",
    "Conflict",
    "Inbox",
    "Outcome",
    "Refused",
    "Why",
    "all_actions",
    "available",
    "diff",
    "get",
    "naming",
    "perform",
    "register",
]
