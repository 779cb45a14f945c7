"""Every model of the kernel, where Django looks for them."""

from zhibu.kernel.actions.models import Submission
from zhibu.kernel.audit.models import AuditDetail, AuditEntry, AuditSeal, AuditUnsealed
from zhibu.kernel.calendar.models import Holiday, HolidayYear
from zhibu.kernel.files.models import Attachment, Blob
from zhibu.kernel.imports.models import ImportBatch, ImportEffect, RememberedHeader
from zhibu.kernel.jobs.models import Job, JobSchedule
from zhibu.kernel.messages.models import Delivery, Message, MessageChoice, Notice, QuietHours
from zhibu.kernel.numbering.models import NumberSeries
from zhibu.kernel.publicity.models import Publicity, PublicityObjection, PublicityPlace, PublicityRun

__all__ = [
    "Attachment",
    "AuditDetail",
    "AuditEntry",
    "AuditSeal",
    "AuditUnsealed",
    "Blob",
    "Delivery",
    "Holiday",
    "HolidayYear",
    "ImportBatch",
    "ImportEffect",
    "Job",
    "JobSchedule",
    "Message",
    "MessageChoice",
    "Notice",
    "NumberSeries",
    "Publicity",
    "PublicityObjection",
    "PublicityPlace",
    "PublicityRun",
    "QuietHours",
    "RememberedHeader",
    "Submission",
]
