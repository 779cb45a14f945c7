"""Records of care and what hangs on them."""

from zhibu.apps.custody.models.batch import BatchLine, BatchState, ServiceBatch
from zhibu.apps.custody.models.care import Agreement, CareRecord, Ending, Living
from zhibu.apps.custody.models.duty import Proxy, YearlyCheck
from zhibu.apps.custody.models.help import HelpOffer, HelpRequest, HelpState
from zhibu.apps.custody.models.service import PhotoDraft, ServiceKind, ServiceRecord

__all__ = [
    "Agreement",
    "BatchLine",
    "BatchState",
    "CareRecord",
    "Ending",
    "HelpOffer",
    "HelpRequest",
    "HelpState",
    "Living",
    "PhotoDraft",
    "Proxy",
    "ServiceBatch",
    "ServiceKind",
    "ServiceRecord",
    "YearlyCheck",
]
