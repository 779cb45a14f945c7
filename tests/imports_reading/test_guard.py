"""Files that must not be parsed, each with the sentence that the clerk reads."""

import struct
import zipfile
from pathlib import Path

import pytest

from zhibu.kernel.imports import guard
from zhibu.kernel.imports.guard import SheetRefused, check_upload
from zhibu.kernel.imports.reading import open_book

from .workbooks import plain_xlsx, sheet_xml, write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(path: Path, name: str = "花名册.xlsx") -> str:
    with pytest.raises(SheetRefused) as caught:
        check_upload(path, name)
    return str(caught.value)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_an_honest_workbook_passes(tmp_path: Path) -> None:
    path = plain_xlsx(tmp_path / "a.xlsx")
    check_upload(path, "花名册.XLSX")
    assert open_book(path, "花名册.xlsm").sheets[0].rows == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("花名册.pdf", "只能导入 .xlsx、.xls 或 .csv"),
        ("花名册.exe", "只能导入"),
        ("花名册.et", "另存为"),
        ("花名册", "没有扩展名"),
        ("花名册.csv", "请把扩展名改为 .xlsx"),
        ("花名册.xls", "请把扩展名改为 .xlsx"),
    ],
)
def test_the_name_must_agree_with_the_content(tmp_path: Path, name: str, says: str) -> None:
    assert says in refusal(plain_xlsx(tmp_path / "upload"), name)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.xlsx", "空的"),
        (b"", "a.csv", "空的"),
        (b"%PDF-1.7 ...", "a.xlsx", "PDF"),
        (b"MZ\x90\x00" + b"\x00" * 60, "a.csv", "程序"),
        (b"\x89PNG\r\n\x1a\n", "a.xls", "图片"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 9, "a.csv", "图片"),
        (b"Rar!\x1a\x07", "a.xlsx", "压缩包"),
        ("姓名,性别".encode(), "a.xlsx", "不是一个完好的 .xlsx"),
        (b"<html><table><tr><td>1", "a.xls", "网页导出"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + b"\0\0", "a.xlsx", "已加密，请先取消密码"),
        (OLE + "WordDocument".encode("utf-16-le") + b"\0\0", "a.xls", "不是 Excel 表格"),
        (OLE + "Workbook".encode("utf-16-le") + b"\0\0", "a.xlsx", "旧版 .xls"),
        (b"PK\x03\x04 broken", "a.xlsx", "不完整或已损坏"),
    ],
)
def test_content_is_not_what_the_name_says(tmp_path: Path, content: bytes, name: str, says: str) -> None:
    assert says in refusal(written(tmp_path / "upload", content), name)


def test_a_csv_that_begins_with_the_letters_mz_is_no_program(tmp_path: Path) -> None:
    check_upload(written(tmp_path / "a.csv", "MZ编号,姓名\n1,张伟\n".encode()), "a.csv")


def test_truncated_anywhere_is_damaged(tmp_path: Path) -> None:
    whole = plain_xlsx(tmp_path / "a.xlsx").read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        assert "不完整或已损坏" in refusal(written(tmp_path / "cut.xlsx", whole[: int(len(whole) * share)]))


def test_a_flipped_byte_is_damaged(tmp_path: Path) -> None:
    path = plain_xlsx(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 30 + len("xl/worksheets/sheet1.xml")
    content = bytearray(path.read_bytes())
    content[start + 20] ^= 0xFF
    assert "不完整或已损坏" in refusal(written(path, bytes(content)))


def test_a_changed_digit_is_damaged_though_the_archive_still_opens(tmp_path: Path) -> None:
    sheet = sheet_xml('<row r="1"><c r="A1"><v>12345</v></c></row>')
    path = write_xlsx(tmp_path / "a.xlsx", sheet, compression=zipfile.ZIP_STORED)
    assert "已损坏" in refusal(written(path, path.read_bytes().replace(b"12345", b"12346")))


def test_above_40_mb_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        file.truncate(guard.MAX_BYTES + 1)
    assert "40 MB" in refusal(path)


def test_zip_bomb_by_ratio(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "bomb.xlsx", sheet_xml(" " * 30_000_000))
    assert "解压后大得不正常" in refusal(path)


def test_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """The directory says 1000 bytes; a reader that trusts only the stream would be fed 5 MB."""
    path = write_xlsx(tmp_path / "liar.xlsx", sheet_xml("x" * 5_000_000))
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    content[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    assert "解压后大得不正常" in refusal(written(path, bytes(content)))


def test_too_many_entries(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "many.xlsx", sheet_xml(""), more={f"xl/m/{n}": b"" for n in range(2001)})
    assert "解压后大得不正常" in refusal(path)


def test_an_archive_inside_the_archive(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "nested.xlsx", sheet_xml(""), more={"xl/embeddings/b.zip": b"PK\x03\x04"})
    assert "嵌入" in refusal(path)


def test_two_entries_of_one_name(tmp_path: Path) -> None:
    path = plain_xlsx(tmp_path / "twice.xlsx")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    assert "已损坏" in refusal(path)


@pytest.mark.parametrize("hidden", ["", " " * 1024 * 1024])
def test_entities_are_found_wherever_they_stand(tmp_path: Path, hidden: str) -> None:
    sheet = f'<?xml version="1.0"?>{hidden}<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet/>'
    path = write_xlsx(tmp_path / "xxe.xlsx", sheet, compression=zipfile.ZIP_STORED)
    assert "外部引用" in refusal(path)


def test_an_entity_across_the_border_of_two_pieces(tmp_path: Path) -> None:
    start = '<?xml version="1.0"?>'
    sheet = start + " " * (1024 * 1024 - len(start) - 5) + "<!DOCTYPE x><worksheet/>"
    assert "外部引用" in refusal(write_xlsx(tmp_path / "x.xlsx", sheet, compression=zipfile.ZIP_STORED))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_xml_cannot_hide_an_entity(tmp_path: Path, encoding: str) -> None:
    styles = '<?xml version="1.0"?><!DOCTYPE x>'.encode(encoding)
    assert "已损坏" in refusal(write_xlsx(tmp_path / "x.xlsx", sheet_xml(""), more={"xl/styles.xml": styles}))


def test_a_word_document_called_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", b"<w/>")
    assert "不是 Excel 表格" in refusal(path)


def test_an_encrypted_entry(tmp_path: Path) -> None:
    content = bytearray(plain_xlsx(tmp_path / "a.xlsx").read_bytes())
    entry = content.rfind(b"xl/workbook.xml") - 46
    content[entry + 8] |= 1
    assert "已加密" in refusal(written(tmp_path / "b.xlsx", bytes(content)))


def test_a_damaged_old_workbook_ends_only_its_own_process(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xls", OLE + b"\xff" * 600 + "Workbook".encode("utf-16-le") + b"\0\0" * 200)
    check_upload(path, "a.xls")
    with pytest.raises(SheetRefused, match="打不开"):
        open_book(path, "a.xls")
