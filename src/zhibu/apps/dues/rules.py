"""What holds of dues: rates, base, rounding, who pays from when, limits of arrears and advance, shares. Pure.

Source: 《关于中国共产党党费收缴、使用和管理的规定》(中组发〔2008〕3号), 组电明字〔2017〕5号. The figures are data in `params/`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from zhibu.apps.dues import months
from zhibu.kernel.money.amounts import format_amount, round_fen
from zhibu.kernel.rules.answers import Violation

REGULATION = "《关于中国共产党党费收缴、使用和管理的规定》"
NOTICE = "组电明字〔2017〕5号"
UNITS = {"fen": Decimal("0.01"), "jiao": Decimal("0.1"), "yuan": Decimal("1")}
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Band:
    """A band of a table: bases up to and including `most` (None: all above) pay `rate` of the whole base."""

    most: Decimal | None
    rate: Decimal


@dataclass(frozen=True)
class Payer:
    """A row of the table of payers, held from the month `since` on: bands over a base, or a fixed amount (least, most).

    only: the items that may make up the base, empty where all that count may.
    """

    code: str
    label: str
    since: date
    article: str
    checked: str
    base_words: str
    bands: tuple[Band, ...] = ()
    fixed: tuple[Decimal, Decimal] | None = None
    only: tuple[str, ...] = ()

    @property
    def needs_base(self) -> bool:
        """Tell whether the dues are a share of a base."""
        return self.fixed is None


@dataclass(frozen=True)
class Cap:
    """The usual most a month, and the amount above which what is paid at once is 大额党费, from a month on."""

    since: date
    most: Decimal
    large: Decimal
    source: str


@dataclass(frozen=True)
class Monthly:
    """Dues of one month: the rate (None for a fixed amount), what it gives, what is asked for, and the steps in words."""

    rate: Decimal | None
    computed: Decimal
    amount: Decimal
    capped: bool
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """A row of the table of what pay is made of; sign: "plus" counts, "minus" is taken off, "none" leaves the base alone."""

    code: str
    label: str
    sign: str
    why: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of the arithmetic of a base: what it is, how much, what it does to the base and why."""

    code: str
    label: str
    amount: Decimal
    sign: str
    why: str
    running: Decimal


def payer_in_force(rows: Iterable[Payer], code: str, month: date) -> Payer | None:
    """Return the row of a payer in force in that month, None where there is none (before 2008-04, unknown code)."""
    held = [row for row in rows if row.code == code and row.since <= month]
    return max(held, key=lambda row: row.since) if held else None


def cap_in_force(rows: Iterable[Cap], month: date) -> Cap | None:
    """Return the usual most in force in that month."""
    held = [row for row in rows if row.since <= month]
    return max(held, key=lambda row: row.since) if held else None


def rate_of(payer: Payer, base: Decimal) -> Decimal:
    """Return the rate of the band a base lies in; bounds belong to the lower band."""
    return next(band.rate for band in payer.bands if band.most is None or base <= band.most)


def rounded(amount: Decimal, unit: str = "fen") -> Decimal:
    """Return an amount rounded half up to fen, jiao or yuan, with two decimals."""
    if unit == "fen":
        return round_fen(amount)
    return round_fen((amount / UNITS[unit]).quantize(Decimal(1), ROUND_HALF_UP) * UNITS[unit])


def percent(rate: Decimal) -> str:
    """Return a rate as people write it: 0.5%, 1%, 1.5%."""
    return f"{(rate * 100).normalize():f}%"


def share(payer: Payer, base: Decimal, cap: Cap | None, unit: str = "fen") -> tuple[Decimal, Decimal, Decimal]:
    """Return (rate, what it gives, what is asked for) of a base, see `monthly`; payers of a fixed amount have none."""
    rate = rate_of(payer, base)
    computed = rounded(base * rate, unit)
    return rate, computed, min(computed, cap.most) if cap is not None else computed


def monthly(payer: Payer, base: Decimal | None, cap: Cap | None, unit: str = "fen") -> Monthly:
    """Return the dues of a month: flat on the whole base (article 2), never more than the usual most unless voluntary.

    base: yuan a month, at least 0; for payers of a fixed amount the amount agreed (None: the least). ValueError outside it.
    """
    if payer.fixed is not None:
        least, most = payer.fixed
        amount = least if base is None else base
        if not least <= amount <= most:
            raise ValueError(
                f"{payer.label}每月交 {least} 元至 {most} 元" if least != most else f"{payer.label}每月交 {least} 元"
            )
        return Monthly(
            None, amount, amount, False, (f"{payer.label}：{payer.base_words}（{payer.article}），交 {amount} 元",)
        )
    if base is None or base < 0:
        raise ValueError("党费计算基数不能小于 0")
    rate, computed, amount = share(payer, base, cap, unit)
    steps = [
        f"{format_amount(base)} × {percent(rate)} = {format_amount(computed)} 元（{payer.label}，{payer.article}；按全额计算，不分段累进）"
    ]
    if unit != "fen":
        steps.append(f"四舍五入到{'角' if unit == 'jiao' else '元'}")
    capped = amount < computed
    if capped and cap is not None:
        steps.append(f"每月一般不超过 {format_amount(cap.most)} 元（{cap.source}），自愿多交不限")
    return Monthly(rate, computed, amount, capped, tuple(steps))


def compose(items: Mapping[str, Item], amounts: Mapping[str, Decimal]) -> tuple[Decimal, list[Line]]:
    """Return the base and its arithmetic line by line: what counts is added, what was withheld is taken off.

    Lines come in the order of the table; amounts of nothing are left out. ValueError for negative amounts and for a base
    below nothing.
    """
    running, lines = NOTHING, []
    for code, item in items.items():
        amount = amounts.get(code)
        if not amount:
            continue
        if amount < 0:
            raise ValueError(f"{item.label}不能是负数")
        running += {"plus": amount, "minus": -amount, "none": NOTHING}[item.sign]
        lines.append(Line(code, item.label, amount, item.sign, item.why, running))
    if running < 0:
        raise ValueError("扣除的比计入的还多，请核对各项金额")
    return running, lines


def first_month(joined: date) -> date:
    """Return the month from which a probationary member pays: the month of the assembly that admitted them."""
    return months.first(joined)


def version_for(month: date, versions: Iterable[tuple[date, int]], carried: int) -> tuple[int, bool] | None:
    """Return (id, carried over) of the version of a base that holds in a month, None where none does.

    versions: (first month, id). A version holds to the end of its year; last year's last one goes on for the first `carried`
    months of a new year, until the new one is fixed.
    """
    held = [one for one in versions if one[0] <= month]
    if not held:
        return None
    since, pk = max(held)
    if since.year == month.year:
        return pk, False
    if since.year == month.year - 1 and month.month <= carried:
        return pk, True
    return None


def change_allowed(policy: str, month: date, year_fixed: bool) -> Violation | None:
    """Return why a new wage does not change the base in the middle of a year: 2017 fixes it at the start.

    policy: "year" or "month"; year_fixed: whether a base of that year stands already.
    """
    if policy == "month" or not year_fixed or month.month == 1:
        return None
    return Violation("dues.fixed_for_the_year", "党费计算基数年初核定，年内一般不变动", NOTICE)


def why_not_payable(month: date, today: date, back: int, ahead: int) -> Violation | None:
    """Return why a month can not be paid now: older than `back` months, or more than `ahead` months in the future."""
    age = months.between(month, months.first(today))
    if age > back:
        return Violation(
            "dues.too_old",
            f"{months.words([month])}已超过 {back} 个月，补交一般不得超过 {back} 个月",
            f"{REGULATION}第十二条",
        )
    if -age > ahead:
        return Violation(
            "dues.too_early", f"{months.words([month])}还早，预交一般不超过 {ahead} 个月", f"{REGULATION}第十二条"
        )
    return None


def overdue(unpaid: Iterable[date], today: date, quarterly: Iterable[date] = ()) -> list[date]:
    """Return the unpaid months whose time to pay is over: the month itself, or its quarter where the branch agreed."""
    by_quarter = set(quarterly)
    ends = ((month, months.quarter_end(month) if month in by_quarter else month) for month in unpaid)
    return sorted(month for month, end in ends if months.last_day(end) < today)


def rung(run: int, ladder: Sequence[int]) -> int:
    """Return the highest rung of the ladder that so many months unpaid in a row have reached, 0 below the first."""
    return max((step for step in ladder if step <= run), default=0)


def shares(amount: Decimal, kept: Decimal) -> tuple[Decimal, Decimal]:
    """Return (kept, handed up) of an amount; kept: per cent. Their sum is the amount, to the fen."""
    keep = round_fen(amount * kept / 100)
    return keep, amount - keep


#: whose money it is -> (label, why it is refused)
ORIGINS: dict[str, tuple[str, str]] = {
    "own": ("本人交纳", ""),
    "relative": ("亲属代交", ""),
    "other": ("委托他人代交（钱是党员自己的）", ""),
    "branch": ("支部先垫上（垫交）", "党组织和其他人都不得替党员垫交党费；党员委托他人代交的，钱要是党员自己的"),
    "wages": ("从工资里代扣", "党费由党员自觉主动交纳，不得从工资里扣缴"),
}


def why_refused(origin: str) -> Violation | None:
    """Return why money of that origin is no payment of dues: 垫交 and 扣缴 are forbidden (article 14)."""
    why = ORIGINS[origin][1]
    return Violation(f"dues.{origin}", why, f"{REGULATION}第十四条") if why else None


#: words in a note of a bank that tell of money which must not be taken
_FORBIDDEN = {"代扣": "wages", "扣缴": "wages", "工资": "wages", "垫付": "branch", "垫交": "branch", "垫款": "branch"}


def suspicion(note: str) -> Violation | None:
    """Return what the note of a transfer gives away: withheld from pay, or advanced by the branch."""
    found = next((origin for word, origin in _FORBIDDEN.items() if word in note), None)
    return why_refused(found) if found else None
