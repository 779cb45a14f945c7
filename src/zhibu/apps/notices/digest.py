"""Each working day: one reminder of what waits for whoever has something due, and the state of things for administrators."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate, localtime

from zhibu.apps.accounts.models import Account, RoleAssignment
from zhibu.apps.accounts.queries import actor_for, in_force
from zhibu.apps.notices.permissions import SETTINGS
from zhibu.kernel import audit, inbox, messages
from zhibu.kernel.actor import SYSTEM, Actor
from zhibu.kernel.backup.last import last_backup
from zhibu.kernel.calendar.services import work_calendar
from zhibu.kernel.calendar.work import CalendarMissing
from zhibu.kernel.jobs import Step, daily, enqueue, handler
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.messages.models import OPEN, Delivery
from zhibu.kernel.messages.numbers import number

KIND = "messages.digest"
CHUNK = 20
LINES = 8


def is_workday(day: date) -> bool:
    """Tell whether the day is worked; Monday to Friday where the year's announcement is not loaded."""
    try:
        return work_calendar().is_workday(day)
    except CalendarMissing:
        return day.weekday() < 5


@daily(KIND, hour=number("digest_hour"))
def start() -> None:
    """Queue the day's reminders; on days off there are none."""
    today = localdate()
    if is_workday(today):
        enqueue(KIND, actor=SYSTEM, payload={"day": today.isoformat()})


@handler(KIND, label="每日待办提醒")
def remind(job: Job, cursor: Any) -> Step:
    """Remind the next few accounts. Each is told once a day, whatever happens to the worker."""
    day = date.fromisoformat(job.payload["day"])
    start_at = cursor or 0
    accounts = Account.objects.system("daily reminder").filter(
        is_active=True, last_login__isnull=False, pk__gt=start_at
    )
    found = list(accounts.order_by("pk")[:CHUNK])
    for account in found:
        _remind(actor_for(account), account.pk, day)
    finished = len(found) < CHUNK
    if finished:
        report(day)
    last = found[-1].pk if found else start_at
    return Step(cursor=last, done=job.done_count + len(found), finished=finished)


def _remind(actor: Actor, account_id: int, day: date) -> None:
    known = inbox.counts(actor, day)
    if not known:
        return
    pressing = [item for item in inbox.items(actor, known=known, today=day) if item.urgency in ("late", "due")]
    if not pressing:
        return
    late = sum(item.urgency == "late" for item in pressing)
    cap = f"{inbox.CAP}+" if len(pressing) >= inbox.CAP else str(len(pressing))
    title = f"您有 {cap} 件待办" + (f"，其中 {late} 件已逾期" if late else "")
    lines = [f"· {item.state}：{item.title}" for item in pressing[:LINES]]
    if len(pressing) > LINES:
        lines.append(f"……另有 {len(pressing) - LINES} 件，请到“待办”里查看。")
    messages.tell(
        accounts=[account_id], kind="reminder", title=title, body="\n".join(lines), link="/inbox/",
        key=f"digest:{day.isoformat()}",
    )  # fmt: skip


def administrators() -> list[int]:
    """Return the accounts that look after the sending of messages."""
    rows = RoleAssignment.objects.system("who gets the daily report").filter(in_force(localdate()))
    held = rows.values_list("account_id", "role__permissions")
    return sorted({account_id for account_id, codes in held if SETTINGS in codes})


def report(day: date) -> None:
    """Tell administrators the root of the audit, the last backup, and what does not move."""
    last = audit.last_root()
    backup = last_backup()
    stuck = Delivery.objects.system("daily report").filter(state__in=OPEN).count()
    lines = [
        f"操作记录根值（第 {last[0]} 个封条）：{last[1]}" if last else "操作记录还没有封条。",
        "请保留这封邮件：以后运行 zhibu audit verify 时可以与它核对。",
        f"最近一次备份：{localtime(backup.moment):%Y-%m-%d %H:%M}" if backup else "还没有备份。请运行 zhibu backup。",
        f"等待发送的短信、邮件：{stuck} 条",
    ]
    messages.tell(
        accounts=administrators(), kind="system", title=f"知部每日情况 {day.isoformat()}", body="\n".join(lines),
        link="/messages/channels/", key=f"daily:{day.isoformat()}",
    )  # fmt: skip
