"""Identity documents: reading, checking and normalising their numbers; pure."""

from zhibu.kernel.identity.documents import DOCUMENT_TYPES, DocumentType, check_document
from zhibu.kernel.identity.resident import Identity, Sex, parse_identity

__all__ = ["DOCUMENT_TYPES", "DocumentType", "Identity", "Sex", "check_document", "parse_identity"]
