"""User names, passwords and periods: what may be entered. Pure (randomness is passed in)."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
#: no 0 O o 1 l I i: they look alike on paper
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
MAX_DELEGATION_DAYS = 90
EXTEND_WINDOW_DAYS = 30
SHORTEST_NAME = 3


@dataclass(frozen=True)
class Fault:
    """Something wrong in one field of a form, in Chinese, saying what to mend."""

    field: str
    message: str


def normal_username(text: str) -> str:
    """Return a user name as it is stored and compared: half-width, lower case, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def username_fault(username: str) -> Fault | None:
    """Return what is wrong with a normalised user name, None when it is good."""
    if USERNAME.fullmatch(username):
        return None
    return Fault("username", "用户名用 2 至 40 个小写字母或数字，中间可以有点、横线、下划线，第一个须是字母或数字")


def first_password(choose: Callable[[Sequence[str]], str]) -> str:
    """Return three groups of three readable characters, e.g. `kf7-m2x-p9t` (about 44 bits).

    `choose` picks one of a sequence (secrets.choice).
    """
    return "-".join("".join(choose(READABLE) for _ in range(3)) for _ in range(3))


def recovery_code(choose: Callable[[Sequence[str]], str]) -> str:
    """Return three groups of four readable characters, e.g. `kf7m-2xp9-t4wb` (about 59 bits); `choose` as above."""
    return "-".join("".join(choose(READABLE) for _ in range(4)) for _ in range(3))


def normal_recovery_code(text: str) -> str:
    """Return a recovery code as it was printed, however it was typed; "" for what cannot be one."""
    plain = "".join(c for c in normal_username(text) if c not in "-－—–_" and not c.isspace())
    if len(plain) != 12 or any(c not in READABLE for c in plain):
        return ""
    return "-".join(plain[at : at + 4] for at in (0, 4, 8))


def period_faults(since: date, until: date | None, today: date) -> list[Fault]:
    """Return what is wrong with a period that is to be granted on `today`; `until` is the first day without it."""
    faults = []
    if since < today:
        faults.append(Fault("since", "起始日期早于今天，授权不能追溯，请填今天或以后的日期"))
    if until is not None and until <= today:
        faults.append(Fault("until", "截止日期已过，这样的授权不会生效，请填明天或以后的日期"))
    elif until is not None and until <= since:
        faults.append(Fault("until", "截止日期须晚于起始日期"))
    return faults


def delegation_faults(since: date, until: date, today: date, lent_until: date | None) -> list[Fault]:
    """Return what is wrong with a period of delegation; `lent_until` is when the lender's own assignment ends."""
    faults = period_faults(since, until, today)
    if (until - since).days > MAX_DELEGATION_DAYS:
        last = since + timedelta(days=MAX_DELEGATION_DAYS)
        faults.append(Fault("until", f"代理期最长 {MAX_DELEGATION_DAYS} 天，截止日期最晚填 {last.isoformat()}"))
    if lent_until is not None and until > lent_until:
        faults.append(Fault("until", f"您自己的这项角色到 {lent_until.isoformat()} 为止，代理不能更晚"))
    return faults


def extension_faults(until: date | None, present: date | None) -> list[Fault]:
    """Return what is wrong with a new end of an assignment that now ends on `present`."""
    if present is None:
        return [Fault("until", "这项授权本来就是长期的，不用续期")]
    if until is not None and until <= present:
        return [Fault("until", f"新的截止日期须晚于原来的 {present.isoformat()}")]
    return []


def periods_overlap(a: tuple[date, date | None], b: tuple[date, date | None]) -> bool:
    """Tell whether two half-open periods share a day."""
    return (a[1] is None or b[0] < a[1]) and (b[1] is None or a[0] < b[1])


def password_classes(password: str) -> int:
    """Return how many of the four classes occur: capital letters, small letters, digits, anything else."""
    found = {
        "capital" if "A" <= c <= "Z" else "small" if "a" <= c <= "z" else "digit" if "0" <= c <= "9" else "other"
        for c in password
    }
    return len(found)


def own_names_in(password: str, own: Mapping[str, str]) -> str:
    """Return the label of the first of one's own names that stands in the password, "" when none does.

    own: label -> text; texts below three characters are passed over, they stand in many a good password.
    """
    text = normal_username(password)
    for label, name in own.items():
        wanted = normal_username(name)
        if len(wanted) >= SHORTEST_NAME and wanted in text:
            return label
    return ""
