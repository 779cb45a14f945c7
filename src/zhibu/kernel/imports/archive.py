"""Zip archives from strangers: checked entry by entry, without trusting the sizes that the archive states of itself."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from zhibu.kernel.imports.refusal import SheetRefused

MAX_INFLATED = 400 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 2000
_SMALL = 1024 * 1024  # a part below this size may repeat itself as it likes
_CHUNK = 1024 * 1024
_NESTED = {".zip", ".rar", ".7z", ".gz", ".tar", ".jar", ".xlsx", ".xlsm", ".docx", ".pptx"}
_DAMAGED = "文件不完整或已损坏，可能没有传完。请用 Excel 或 WPS 打开原文件，重新保存后再上传。"
_BOMB = "文件解压后大得不正常，为安全起见不予导入。请把数据复制到一个新建的表格里，保存后再上传。"
_ENTITIES = "文件里含有外部引用（DTD），为安全起见不予导入。请把数据复制到一个新建的表格里，保存后再上传。"


def check_archive(path: Path) -> None:
    """Read every entry of the xlsx at `path` to its end; raises SheetRefused for damage, bombs, entities, passwords."""
    entries = open_entries(path)
    if "[Content_Types].xml" not in entries or "xl/workbook.xml" not in entries:
        if "xl/workbook.bin" in entries:
            raise SheetRefused("不能读取二进制工作簿（.xlsb）。请用 Excel 打开后另存为 .xlsx 再上传。")
        raise SheetRefused("内容不是 Excel 表格（只是扩展名叫 .xlsx）。请选择正确的文件。")
    budget = MAX_INFLATED
    with path.open("rb") as file:
        for info in entries.values():
            budget -= _check_entry(file, info, budget)


def open_entries(path: Path) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of an archive by name after the checks that need only its directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise SheetRefused(_DAMAGED) from error
    if len(infos) > MAX_ENTRIES:
        raise SheetRefused(_BOMB)
    entries = {info.filename: info for info in infos}
    if len(entries) != len(infos):
        raise SheetRefused(_DAMAGED)
    for info in infos:
        _check_directory_entry(info)
    if sum(info.file_size for info in infos) > MAX_INFLATED:
        raise SheetRefused(_BOMB)
    return entries


def _check_directory_entry(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise SheetRefused("文件已加密，请先取消密码，保存后重新上传。")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SheetRefused(_DAMAGED)
    if PurePosixPath(info.filename).suffix.lower() in _NESTED:
        raise SheetRefused("表格里嵌入了别的文件或压缩包。请删除嵌入的对象，保存后再上传。")
    if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise SheetRefused(_BOMB)


def _check_entry(file: IO[bytes], info: zipfile.ZipInfo, budget: int) -> int:
    """Inflate one entry, compare it with what the directory says of it, look for entities; return its true size."""
    size, checksum, tail = 0, 0, b""
    is_xml = info.filename.lower().endswith((".xml", ".rels", ".vml"))
    for chunk in inflate(file, info):
        if size == 0 and is_xml and (chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in chunk[:100]):
            raise SheetRefused(_DAMAGED)  # UTF-16 would hide a DTD from the search below
        if is_xml:
            window = tail + chunk
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise SheetRefused(_ENTITIES)
            tail = window[-16:]
        size += len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        if size > budget or size > info.file_size:
            raise SheetRefused(_BOMB)
    if size != info.file_size or checksum != info.CRC:
        raise SheetRefused(_DAMAGED)
    return size


def inflate(file: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of an entry in pieces of at most 1 MB until the stream itself ends.

    zipfile stops at the size that the directory states; a reader that does not (calamine) would be fed a bomb that
    way, so the stream is followed to its end here. Raises SheetRefused when it is cut short.
    """
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise SheetRefused(_DAMAGED)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if info.compress_type == zipfile.ZIP_STORED:
        yield from _pieces(file, info.compress_size)
        return
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in _pieces(file, info.compress_size):
            waiting = piece
            while waiting and not stream.eof:
                yield stream.decompress(waiting, _CHUNK)
                waiting = stream.unconsumed_tail
        while not stream.eof and (rest := stream.decompress(b"", _CHUNK)):
            yield rest
    except zlib.error as error:
        raise SheetRefused(_DAMAGED) from error
    if not stream.eof:
        raise SheetRefused(_DAMAGED)


def _pieces(file: IO[bytes], length: int) -> Iterator[bytes]:
    while length > 0:
        piece = file.read(min(length, _CHUNK))
        if not piece:
            raise SheetRefused(_DAMAGED)
        length -= len(piece)
        yield piece
