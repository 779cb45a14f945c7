"""The tables an office really has: a tree of organisations, and a roster as untidy as rosters are."""

from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl

from zhibu.kernel.identity.resident import check_character

ROOT = "东江实业托管服务中心"
TREE = (
    ("全称", "类别", "上级组织", "编码"),
    ("东江机械厂", "单位", ROOT, "JX"),
    ("中心党委", "党委", ROOT, "DW"),
    ("第一党支部", "党支部", "DW", "ZB01"),  # by code
    ("第二党支部", "党支部", "中心党委", "ZB02"),  # by name
    ("江北工作站", "工作站", ROOT, "GZ"),
)
HEADER = (
    ("序号", "姓名", "身份证号", "联系方式", None, "职工号", "参加工作时间", "人员状态", "党组织情况", None, None),
    (None, None, None, "手机", "家庭住址", None, None, None, "政治面貌", "入党时间", "所在党支部"),
)
MERGED = ("A1:K1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3", "H2:H3", "I2:K2")
FIRST_ROW = 4
PEOPLE = 120
#: what is wrong where: cell -> (column as the sheet calls it, words of the reason)
FAULTS = {
    "C14": ("身份证号", "科学计数"),
    "G24": ("参加工作时间", "没有“1999年2月30日”这一天"),
    "B34": ("姓名", "不能为空"),
    "C44": ("身份证号", "校验码"),
    "D54": ("手机", "有 7 位数字，应为 11 位"),
    "K64": ("所在党支部", "没有找到组织“第九党支部”"),
}
_WRONG: dict[str, Any] = {
    "C14": 1.1010119900307e17,
    "G24": "1999年2月30日",
    "B34": None,
    "D54": "1380000",
    "K64": "第九党支部",
}
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_SURNAMES, _GIVEN = "李王陈刘杨黄吴林", ["建国", "秀英", "志强", "桂香", "海燕", "文辉", "月娥", "庆华"]
_EXCEL_DAY_ONE = date(1899, 12, 30)


def tree(folder: Path) -> Path:
    """Write the tree of organisations; returns the file."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in TREE:
        sheet.append(row)
    return _saved(book, folder / "组织机构.xlsx")


def roster(folder: Path) -> Path:
    """Write the roster of PEOPLE rows, the cells of FAULTS wrong; an empty sheet stands before it."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("职工花名册")
    sheet.append(["东江实业 2026 年职工花名册"])
    for line in (*HEADER, *(_row(n) for n in range(PEOPLE))):
        sheet.append(line)
    for area in MERGED:
        sheet.merge_cells(area)
    for cell, value in _WRONG.items():
        sheet[cell] = value
    number = str(sheet["C44"].value)
    sheet["C44"] = number[:-1] + ("1" if number[-1] != "1" else "2")
    return _saved(book, folder / "花名册.xlsx")


def _saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path)
    return path


def name(n: int) -> str:
    """The name of the n-th person of the roster, without the blanks of the sheet."""
    return "张伟" if n == 0 else _SURNAMES[n % 8] + _GIVEN[n // 8 % 8]


def _row(n: int) -> list[Any]:
    birth = date(1950, 1, 1) + timedelta(days=97 * n)
    written = name(n)
    if n % 5 == 0:
        written = f" {written[0]}　{written[1:]} "
    phone = f"138{n:04d}{n * 37 % 10000:04d}"
    member = n % 3 == 0
    return [
        n + 1,
        written,
        _identity(n, birth),
        phone.translate(_FULL_WIDTH) if n % 4 == 0 else int(phone) if n % 4 == 1 else f"{phone[:3]} {phone[3:7]} {phone[7:]}",
        f"江北区和平路 {n + 1} 号",
        f"DJ{n:05d}",
        _day(n, birth + timedelta(days=366 * 20)),
        ("在职", "退休", "离岗")[n % 3],
        "中共党员" if member else "群众",
        _day(n + 3, birth + timedelta(days=366 * 26)) if member else None,
        ("第一党支部", "ZB02")[n % 2] if member else None,
    ]  # fmt: skip


def _day(n: int, day: date) -> Any:
    """Return the day in one of five written styles, as Excel's date, or as Excel's bare number."""
    styles: tuple[Any, ...] = (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
        day,
        (day - _EXCEL_DAY_ONE).days,
    )
    return styles[n % len(styles)]


def _identity(n: int, birth: date) -> str:
    """Return a valid number: now and then of 15 digits, with a small x, or in full-width digits."""
    if n % 10 == 3:
        return f"440104{birth:%y%m%d}{n:03d}"
    for tried in count(n):
        body = f"440104{birth:%Y%m%d}{tried % 1000:03d}"
        last = check_character(body)
        if n % 10 != 5 or last == "X":
            break
    number = f"{body}{last}".lower()
    return number.translate(_FULL_WIDTH) if n % 7 == 6 else number


def few(folder: Path, names: tuple[str, ...]) -> Path:
    """Write a tidy roster of a few people; returns the file."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "工号", "手机"])
    for n, person in enumerate(names):
        sheet.append([person, f"NJ{n:03d}", f"1370000{n:04d}"])
    return _saved(book, folder / "新来的人.xlsx")
