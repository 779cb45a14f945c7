"""A roster of 20 columns as offices keep them: right in the main, messy where people type. Writes xlsx."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from zhibu.apps.workbench.demo import words
from zhibu.apps.workbench.demo.numbers import Numbers

HEADER = (
    "姓名", "身份证号码", "性别", "出生年月", "民族", "籍贯", "联系电话", "家庭住址", "户口所在地", "职工号", "人员状态",
    "参加工作时间", "进单位时间", "职务", "职称", "文化程度", "政治面貌", "入党时间", "所属单位", "所在党支部",
)  # fmt: skip
KINDS = ("在职", "离岗", "退休", "劳务派遣", "托养")
EDUCATION = ("研究生", "本科", "大专", "中专", "高中", "初中")
EPOCH = date(1899, 12, 30)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
#: the most frequent surname is borne by about 7 of 100, as in the country
WEIGHTS = [1 / (rank + 4) for rank in range(len(words.SURNAMES))]


def a_name(rng: random.Random, sex: str) -> str:
    """Return a name with surnames as frequent as they are."""
    pool = words.GIVEN[sex]["old" if rng.random() < 0.6 else "young"]
    return rng.choices(words.SURNAMES, WEIGHTS)[0] + "".join(rng.sample(pool, 1 if rng.random() < 0.18 else 2))


class Roster:
    """Makes rows. units and branches: names as the tree has them."""

    def __init__(self, seed: int, units: list[str], branches: list[str]) -> None:
        self.rng = random.Random(seed)
        self.numbers = Numbers(self.rng)
        self.units, self.branches = units, branches

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randrange(max((last - first).days, 1)))

    def _typed(self, day: date) -> Any:
        """Return a date in one of the ways it is typed: five of text, or Excel's number."""
        pick = self.rng.random()
        if pick < 0.55:
            return day.isoformat()
        if pick < 0.7:
            return (day - EPOCH).days
        styles = (
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}/{0.month}/{0.day}",
            "{0.year}.{0.month}.{0.day}",
            "{0:%Y%m%d}",
        )
        return self.rng.choice(styles).format(day)

    def row(self, place: int) -> list[Any]:
        """Return one row; about one in 25 is messy, one in 500 wrong."""
        rng = self.rng
        sex = rng.choice("12")
        birth = self._day(date(1940, 1, 1), date(2000, 1, 1))
        began = self._day(date(birth.year + 18, 1, 1), date(birth.year + 24, 1, 1))
        joined = self._day(began, date(began.year + 1, 12, 31))
        member = rng.random() < 0.45
        identity = self.numbers.identity(birth, sex)
        street = f"东江市江北区{rng.choice(words.STREETS)}{rng.randrange(1, 300)}号"
        row: list[Any] = [
            a_name(rng, sex), identity, "男" if sex == "1" else "女", self._typed(birth), "汉族" if rng.random() < 0.93 else "壮",
            rng.choice(words.NATIVE_PLACES), self.numbers.mobile(), f"{street}{rng.randrange(1, 30)}栋{rng.randrange(101, 909)}室",
            street, f"1{place:06d}", rng.choice(KINDS), self._typed(began), self._typed(joined),
            rng.choice(words.POSITIONS), rng.choice(words.TITLES) if rng.random() < 0.4 else "", rng.choice(EDUCATION),
            "中共党员" if member else "群众", self._typed(self._day(joined, date(2024, 1, 1))) if member else "",
            rng.choice(self.units), rng.choice(self.branches) if member else "",
        ]  # fmt: skip
        return self._messed(row)

    def _messed(self, row: list[Any]) -> list[Any]:
        rng = self.rng
        pick = rng.random()
        if pick < 0.01:
            row[0] = " ".join(row[0])
        elif pick < 0.02:
            row[6] = row[6].translate(WIDE)
        elif pick < 0.03:
            row[1] = row[1].translate(WIDE).lower()
        elif pick < 0.04:
            row[9] = float(row[9])
        elif pick < 0.041:
            row[1] = float(row[1][:17])
        elif pick < 0.042:
            row[3] = "六三年"
        return row


def write(path: Path, number: int, units: list[str], branches: list[str], seed: int = 7) -> None:
    """Write an xlsx of `number` rows under a merged title and the header."""
    roster = Roster(seed, units, branches)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("花名册")
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, "东江实业职工花名册")
    sheet.write_row(1, 0, HEADER)
    for place in range(number):
        sheet.write_row(place + 2, 0, roster.row(place))
    book.close()
