"""Every write of this app. What other apps call inside their acts stands here by name."""

from zhibu.apps.membership.services.admitting import admit, cancel_probation, extend_probation, make_full
from zhibu.apps.membership.services.moving import leave, move, receive

__all__ = ["admit", "cancel_probation", "extend_probation", "leave", "make_full", "move", "receive"]
