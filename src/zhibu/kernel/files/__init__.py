"""Private files: checked by content, stored once, never half there, sent only to those who may see them."""

from zhibu.kernel.files.attachments import attach, attached, get_attachment, remove
from zhibu.kernel.files.collecting import collect
from zhibu.kernel.files.names import display_name
from zhibu.kernel.files.policy import DOCUMENT, PHOTO, SHEET, FileRefused, Policy
from zhibu.kernel.files.serving import picture_path, serve, serve_blob, serve_image
from zhibu.kernel.files.storing import store, store_made

__all__ = [
    "DOCUMENT",
    "PHOTO",
    "SHEET",
    "FileRefused",
    "Policy",
    "attach",
    "attached",
    "collect",
    "display_name",
    "get_attachment",
    "picture_path",
    "remove",
    "serve",
    "serve_blob",
    "serve_image",
    "store",
    "store_made",
]
