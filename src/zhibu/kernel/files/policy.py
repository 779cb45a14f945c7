"""What may be uploaded for which purpose, and how a refusal is put into words."""

from dataclasses import dataclass

from zhibu.kernel.files.sniff import Kind

MEGABYTE = 1024 * 1024


class FileRefused(Exception):
    """The file is not taken; the text is a Chinese sentence that says why and what to do next."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of one kind of upload.

    label: what it is called; kinds: accepted contents; wanted: what to choose instead; max_bytes: of the upload;
    max_pixels: of an image before it is decoded; max_edge: longer images are scaled down to it (pixels).
    """

    label: str
    kinds: frozenset[Kind]
    wanted: str
    max_bytes: int
    max_pixels: int = 60_000_000
    max_edge: int = 6000
    quality: int = 90

    def too_large(self, size: int | None) -> FileRefused:
        """Say how large the file is and how large it may be; `size` is None when reading stopped at the limit."""
        limit = f"{self.max_bytes // MEGABYTE} MB"
        has = f"文件有 {size / MEGABYTE:.1f} MB，" if size is not None else "文件太大，"
        return FileRefused(f"{has}超过{self.label}的上限 {limit}。请缩小后再上传。")


IMAGES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
PHOTO = Policy("照片", IMAGES, "请选择 JPG、PNG 或 WebP 照片。", 10 * MEGABYTE, max_edge=1600, quality=88)
DOCUMENT = Policy(
    "文件", IMAGES | {Kind.PDF}, "请选择 PDF 文件，或 JPG、PNG、WebP 图片。", 20 * MEGABYTE
)  # fmt: skip
SHEET = Policy(
    "表格", frozenset({Kind.ZIP, Kind.OLE, Kind.TEXT}), "请选择 .xlsx、.xls 或 .csv 表格。", 40 * MEGABYTE
)  # fmt: skip
