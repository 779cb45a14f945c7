"""What is kept of dues: policies and bases, what is owed, what came in, the ledger, what was handed up and used."""

from zhibu.apps.dues.models.base import Base, Policy
from zhibu.apps.dues.models.charge import Assessment, Charge
from zhibu.apps.dues.models.funds import Budget, Disclosure, HandUp, HandUpState, Spending, SpendingState
from zhibu.apps.dues.models.leave import ArrearCase, Outcome, QuarterlyConsent, Relief, ReliefState
from zhibu.apps.dues.models.ledger import Account, Entry, EntryKind, Posting
from zhibu.apps.dues.models.online import Callback, Order, OrderItem, OrderState, TrialTrade
from zhibu.apps.dues.models.payment import Incoming, IncomingState, Method, Payment, Settlement

__all__ = [
    "Account", "ArrearCase", "Assessment", "Base", "Budget", "Callback", "Charge", "Disclosure", "Entry", "EntryKind", "HandUp",
    "HandUpState", "Incoming", "IncomingState", "Method", "Order", "OrderItem", "OrderState", "Outcome", "Payment", "Policy",
    "Posting", "QuarterlyConsent", "Relief", "ReliefState", "Settlement", "Spending", "SpendingState", "TrialTrade",
]  # fmt: skip
