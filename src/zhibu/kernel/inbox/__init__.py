"""The inbox (待办): what waits for somebody now, derived from the actions that declare `inbox`. Nothing is stored."""

from zhibu.kernel.inbox.counting import CAP, badge, count, counts, waiting
from zhibu.kernel.inbox.items import DUE_DAYS, InboxItem, Urgency, items

__all__ = ["CAP", "DUE_DAYS", "InboxItem", "Urgency", "badge", "count", "counts", "items", "waiting"]
