"""Checks of the trail and of the work by the clock, which show whether a worker runs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from zhibu.kernel.audit import AuditEntry, encoding, reading, seals, verify
from zhibu.kernel.audit.models import AuditSeal, AuditUnsealed
from zhibu.kernel.backup.last import last_backup
from zhibu.kernel.crypto import KeyMissing, key_of
from zhibu.kernel.doctor.registry import Finding, attention, check, fault, ok
from zhibu.kernel.jobs.models import JobSchedule
from zhibu.kernel.jobs.registry import Schedule, schedules

NEWEST = 1000  # seals, and lines, looked at without --full
LATE = timedelta(minutes=10)
MANY_FAILURES = 5
START = "请确认网站是用 zhibu serve 启动的，或另外运行 zhibu worker。"
KEEP = "请保留数据库文件，运行 zhibu audit verify 看全部问题，与备份比对，并报告负责人。"


@check(60, "操作记录核验")
def unchanged(full: bool) -> Finding:
    """Nobody changed or removed lines: everything with --full, else the newest seals and lines."""
    last = last_backup()
    known = last.root if last else ""
    if full:
        report = verify(known)
        if not report.ok:
            return fault(f"{report.findings[0].message}（共 {report.wrong} 处）", KEEP)
        return ok(f"{report.entries:,} 条记录、{report.seals:,} 个封条全部核验无误")
    with reading.snapshot():
        wrong = next(_wrong(known), "")
    return fault(wrong, KEEP) if wrong else ok("最近的记录与封条核验无误（--full 核验全部）")


def _wrong(known_root: str) -> Iterator[str]:
    """Give what is wrong with the chain's newest part."""
    newest: int = AuditSeal.objects.aggregate(n=Max("n"))["n"] or 0
    before, last = None, None
    for seal in reading.seals(max(newest - NEWEST, 0)):
        if before is not None and (seal.n, seal.prev) != (before.n + 1, before.root):
            yield f"第 {seal.n} 号封条与前一封条接不上"
        before = last = seal
    try:
        if last is not None:
            covered = (leaf for first, end in last.ranges or [] for leaf in reading.leaves(first, end))
            if seals.root(key_of("seal", last.key_id), last.header(), covered) != last.root:
                yield f"第 {last.n} 号封条或它封存的记录被改动"
        top: int = AuditEntry.objects.system("doctor").aggregate(top=Max("id"))["top"] or 0
        for row in reading.rows(max(top - NEWEST, 0) + 1, top):
            if encoding.leaf(key_of("audit", row.key_id), row.parts) != row.leaf:
                yield f"第 {row.id} 号记录被改动"
    except KeyMissing as missing:
        yield str(missing)
    if known_root and not AuditSeal.objects.filter(root=bytes.fromhex(known_root)).exists():
        yield "封条链中找不到上次备份的根值：在那以后封条被删除或重做过，或数据库被换成了别的"


@check(70, "操作记录封存")
def sealed(full: bool) -> Finding:
    """No line waits for its seal longer than the worker would let it."""
    waiting = AuditUnsealed.objects.count()
    lines = AuditEntry.objects.system("doctor").filter(pk__in=AuditUnsealed.objects.values("pk"))
    oldest = lines.order_by("pk").values_list("at", flat=True).first()
    if oldest is not None and timezone.now() - oldest > LATE:
        return attention(f"{waiting} 条记录等待封存，最早的已等了{ago(oldest)}", START)
    return ok(f"{waiting} 条记录等待封存" if waiting else "全部已封存")


@check(80, "定时工作")
def clockwork(full: bool) -> Finding:
    """Every scheduled function ran when it should have, and without failing."""
    rows = {row.name: row for row in JobSchedule.objects.all()}
    known = [(one, rows.get(one.name)) for one in schedules()]
    failing = [row for _, row in known if row is not None and row.failures]
    if failing:
        worst = max(failing, key=lambda row: row.failures)
        said = (worst.error.strip().splitlines() or ["原因不明"])[-1]
        found = fault if worst.failures >= MANY_FAILURES else attention
        return found(f"“{worst.name}”连续失败 {worst.failures} 次：{said[:200]}", "请把这一行发给技术支持。")
    late = [one.name for one, row in known if _is_late(one, row)]
    if late:
        never = not any(row is not None and row.last_run_at for _, row in known)
        return attention("后台任务从未运行" if never else f"{len(late)} 项没有按时运行（如“{late[0]}”）", START)
    return ok(f"{len(known)} 项都按时运行")


def _is_late(schedule: Schedule, row: JobSchedule | None) -> bool:
    allowed = schedule.interval * 3 if schedule.interval else timedelta(hours=26)
    if row is not None and row.last_run_at is None and not schedule.interval:
        return schedule.due(timezone.now() - LATE, None)  # set up today: its hour may be still to come
    return row is None or row.last_run_at is None or timezone.now() - row.last_run_at > max(allowed, LATE)


@check(410, "时钟")
def clock(full: bool) -> Finding:
    """The clock agrees with the database server's and has not gone back behind the newest line."""
    now = timezone.now()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
        if apart > 60:
            return attention(f"本机与数据库服务器的时钟相差 {apart:.0f} 秒", "请让两台机器都自动对时（NTP）。")
    newest = AuditEntry.objects.system("doctor").order_by("-pk").values_list("at", flat=True).first()
    if newest is not None and newest - now > timedelta(minutes=2):
        return fault(
            f"最新的操作记录写在未来（{timezone.localtime(newest):%Y-%m-%d %H:%M}），时钟被往回调过",
            "请校准本机时钟并打开自动对时（NTP）。",
        )
    return ok(f"{timezone.localtime(now):%Y-%m-%d %H:%M}（{timezone.get_current_timezone_name()}）")


def ago(moment: datetime) -> str:
    """Say how long ago it was, e.g. " 3 天"."""
    minutes = int((timezone.now() - moment).total_seconds() // 60)
    if minutes < 120:
        return f" {minutes} 分钟"
    return f" {minutes // 60} 小时" if minutes < 48 * 60 else f" {minutes // 1440} 天"
