"""First passwords on paper: encrypted until printed and confirmed, or for 24 hours; opened by the requester only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from zhibu.apps.accounts.models import Account, Slip, SlipSheet
from zhibu.apps.accounts.permissions import MANAGE
from zhibu.apps.accounts.queries import belongings
from zhibu.apps.accounts.services.naming import FirstPassword
from zhibu.kernel import audit
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM, Actor

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class PrintedSlip:
    """What stands on one slip."""

    name: str
    branch: str
    username: str
    password: str


def new_sheet(requested_by: int | None, label: str, *, job_uid: UUID | None = None) -> SlipSheet:
    """Create an empty sheet for the account that asked for the passwords."""
    if requested_by is None:
        raise Refused("系统账号不能领取密码条")
    sheet: SlipSheet = SlipSheet.objects.create(
        requested_by_id=requested_by, label=label[:100], job_uid=job_uid, expires_at=timezone.now() + LIFETIME
    )
    return sheet


def add(sheet: SlipSheet, pairs: Iterable[tuple[Account, FirstPassword]]) -> None:
    """Put first passwords on a sheet, replacing an account's slips on older sheets: only the newest one works."""
    given = list(pairs)
    older = Slip.objects.system("older slips").filter(account__in=[account for account, _ in given])
    older.filter(password__isnull=False).update(password=None)
    Slip.objects.bulk_create([Slip(sheet=sheet, account=account, password=first.plain) for account, first in given])


def open_sheet(act: Act, obj: SlipSheet, data: None) -> SlipSheet:
    """Note that the sheet is being opened; whoever shows it then calls `printed`."""
    if obj.expires_at <= timezone.now():
        raise Refused("密码条已过 24 小时，已经失效", next_step="请对还没有登录过的账号重置密码。")
    obj.opened += 1
    obj.save(update_fields=["opened"])
    act.log(obj, summary=f"打开首次密码条“{obj.label}”（第 {obj.opened} 次）")
    return obj


def printed(sheet: SlipSheet, actor: Actor) -> list[PrintedSlip]:
    """Return what is printed for the requester, in the order of branch and name."""
    rows = Slip.objects.system("slips of the requester's sheet").filter(sheet=sheet, password__isnull=False)
    slips = list(rows.select_related("account"))
    names = belongings([s.account.person_id for s in slips if s.account.person_id], actor, MANAGE)
    found = [
        PrintedSlip(
            s.account.display_name, names.get(s.account.person_id or 0, ""), s.account.username, s.password or ""
        )
        for s in slips
    ]
    return sorted(found, key=lambda slip: (slip.branch, slip.name, slip.username))


def confirm(act: Act, obj: SlipSheet, data: None) -> SlipSheet:
    """The slips are printed: erase the passwords."""
    erased = _erase(obj)
    act.log(obj, summary=f"确认已打印并清除首次密码条“{obj.label}”（{erased} 张）")
    return obj


def expire() -> int:
    """Erase what is older than 24 hours; returns the number of sheets. For the worker's clock, in its transaction."""
    rows = SlipSheet.objects.system("expiry of slips").filter(erased_at__isnull=True, expires_at__lte=timezone.now())
    sheets = list(rows.select_for_update())
    for sheet in sheets:
        erased = _erase(sheet)
        audit.record(
            SYSTEM, "accounts.slips.expire", sheet, summary=f"首次密码条“{sheet.label}”过期清除（{erased} 张）"
        )
    return len(sheets)


def _erase(sheet: SlipSheet) -> int:
    slips = Slip.objects.system("erasing slips").filter(sheet=sheet, password__isnull=False)
    erased: int = slips.update(password=None)
    sheet.erased_at, sheet.rev = timezone.now(), sheet.rev + 1
    sheet.save(update_fields=["erased_at", "rev"])
    return erased
