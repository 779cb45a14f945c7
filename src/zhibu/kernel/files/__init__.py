"""Private files: checked by content, sealed on the disk, stored once, never half there, sent only to those who may see them."""

from zhibu.kernel.files.attachments import attach, attached, get_attachment, remove
from zhibu.kernel.files.collecting import collect
from zhibu.kernel.files.contents import Damaged, lent, open_content
from zhibu.kernel.files.names import display_name
from zhibu.kernel.files.policy import DOCUMENT, PHOTO, SHEET, FileRefused, Policy
from zhibu.kernel.files.serving import picture, serve, serve_blob, serve_image
from zhibu.kernel.files.storing import Scan, store, store_made

__all__ = [
    "DOCUMENT",
    "PHOTO",
    "SHEET",
    "Damaged",
    "FileRefused",
    "Policy",
    "Scan",
    "attach",
    "attached",
    "collect",
    "display_name",
    "get_attachment",
    "lent",
    "open_content",
    "picture",
    "remove",
    "serve",
    "serve_blob",
    "serve_image",
    "store",
    "store_made",
]
