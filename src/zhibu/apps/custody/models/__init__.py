"""Records of care and what hangs on them."""

from zhibu.apps.custody.models.care import Agreement, CareRecord, Ending, Living
from zhibu.apps.custody.models.service import PhotoDraft, ServiceKind, ServiceRecord

__all__ = ["Agreement", "CareRecord", "Ending", "Living", "PhotoDraft", "ServiceKind", "ServiceRecord"]
