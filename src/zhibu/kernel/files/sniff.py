"""What a file is by its first bytes; its name is never asked."""

from enum import Enum


class Kind(Enum):
    """Content kinds that are told apart, each with the word a refusal uses."""

    JPEG = "JPG 图片"
    PNG = "PNG 图片"
    WEBP = "WebP 图片"
    HEIC = "苹果手机的 HEIC 照片"
    GIF = "GIF 动图"
    BMP = "BMP 图片"
    TIFF = "TIFF 图片"
    SVG = "SVG 图形（可能带有脚本）"
    HTML = "网页"
    PDF = "PDF 文件"
    ZIP = "压缩包或 Office 文件"
    OLE = "旧版 Office 文件"
    PROGRAM = "程序"
    ARCHIVE = "压缩包"
    TEXT = "文本"
    UNKNOWN = "无法识别的内容"


_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF8", Kind.GIF),
    (b"BM", Kind.BMP),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM),
    (b"#!", Kind.PROGRAM),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
)
# two letters are also how a text may begin; these formats have zero bytes in their first block
_BINARY = frozenset({b"BM", b"MZ"})
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def sniff(head: bytes) -> Kind:
    """Tell the content kind from the first 4096 bytes."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return Kind.HEIC
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (magic not in _BINARY or b"\x00" in head):
            return kind
    if head.startswith(_UTF16):
        return Kind.TEXT
    if b"\x00" in head:
        return Kind.UNKNOWN
    return _text_kind(head)


def _text_kind(head: bytes) -> Kind:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start.startswith(b"<"):
        return Kind.TEXT
    return Kind.SVG if b"<svg" in start else Kind.HTML
