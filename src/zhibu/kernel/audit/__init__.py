"""The trail of everything done: append-only, sealed in a chain, verifiable. See docs/architecture.md."""

from zhibu.kernel.audit.models import AuditDetail, AuditEntry, AuditSeal
from zhibu.kernel.audit.records import (
    ERASED,
    AuditLine,
    Change,
    HistoryLine,
    erase,
    history,
    last_id,
    record,
    record_many,
    with_details,
)
from zhibu.kernel.audit.seals import last_root, seal_all, seal_pending
from zhibu.kernel.audit.verify import Finding, Report, verify

__all__ = [
    "ERASED",
    "AuditDetail",
    "AuditEntry",
    "AuditLine",
    "AuditSeal",
    "Change",
    "Finding",
    "HistoryLine",
    "Report",
    "erase",
    "history",
    "last_id",
    "last_root",
    "record",
    "record_many",
    "seal_all",
    "seal_pending",
    "verify",
    "with_details",
]
