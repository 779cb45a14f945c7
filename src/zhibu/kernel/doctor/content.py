"""Checks of files, of the calendar, and of the last backup."""

import os
import secrets
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from zhibu.kernel.backup.last import last_backup
from zhibu.kernel.calendar.models import HolidayYear
from zhibu.kernel.calendar.work import BUILT_IN_YEARS
from zhibu.kernel.crypto.streams import sealed_size
from zhibu.kernel.doctor.registry import Finding, attention, check, fault, ok
from zhibu.kernel.doctor.trail import ago
from zhibu.kernel.files import contents, disk
from zhibu.kernel.files.models import Blob
from zhibu.kernel.files.sealing import open_ones

SAMPLE = 500
OLD_BACKUP = timedelta(days=7)
DECEMBER = 12


@check(90, "文件内容")
def files(full: bool) -> Finding:
    """What the database names is on the disk: all of it and unchanged with --full, else a sample by size."""
    everything = Blob.objects.count()
    rows: Iterable[tuple[str, int]]
    if full:
        rows = Blob.objects.values_list("pk", "size").iterator(2000)
    else:  # names are digests, so that what follows a random one is a random sample
        ordered = Blob.objects.order_by("pk").values_list("pk", "size")
        start = secrets.token_hex(32)
        rows = [*ordered.filter(pk__gte=start)[:SAMPLE], *ordered.filter(pk__lt=start)[:SAMPLE]]
    looked, wrong = 0, []
    for address, size in rows:
        looked += 1
        # not opened unless asked to: sealed, or as an earlier version left it, it has one of two sizes
        there = _size(disk.content_path(address)) in {sealed_size(size), size}
        if not (contents.is_sound(address) if full else there):
            wrong.append(address[:12])
    if wrong:
        return fault(
            f"{len(wrong)} 个文件丢失或损坏（{'、'.join(wrong[:3])}）",
            "请从最近的备份里找回：恢复到另一个文件夹，把 files 里的同名文件复制过来。",
        )
    return ok(f"{looked:,} 个文件都在" if looked == everything else f"抽查 {looked:,} 个（共 {everything:,} 个），都在")


@check(95, "文件加密")
def sealed(full: bool) -> Finding:
    """Every stored file is sealed with today's key."""
    left = sum(1 for _ in open_ones())
    if left:
        return attention(
            f"有 {left:,} 个文件没有加密，或用的是旧密钥",
            "请运行 zhibu files seal，使用中也可以做；不做的话后台会在夜里 4 点做。",
        )
    return ok("全部文件都已加密")


def _size(place: Path) -> int:
    try:
        return place.stat().st_size
    except OSError:
        return -1


@check(140, "节假日安排")
def holidays(full: bool) -> Finding:
    """Working days can be counted this year, and from December on also in the next."""
    today = timezone.localdate()
    known = {*BUILT_IN_YEARS, *HolidayYear.objects.values_list("year", flat=True)}
    load = "请在“系统”菜单的“工作日历”里，按国务院办公厅的通知载入。"
    if today.year not in known:
        return attention(f"没有载入 {today.year} 年放假安排，公示期限等无法推算", load)
    if today.year + 1 not in known and today.month == DECEMBER:
        return attention(f"没有载入 {today.year + 1} 年放假安排，跨年的公示期限无法推算", load)
    if today.year + 1 not in known:
        return ok(f"{today.year} 年已载入；{today.year + 1} 年的待国务院公布后载入")
    return ok(f"{today.year} 年和 {today.year + 1} 年已载入")


@check(430, "备份", database=False)
def backup(full: bool) -> Finding:
    """A backup was made lately, and not only onto the disk it is to save from."""
    advice = "请运行 zhibu backup，并把备份文件复制到另一台机器或移动硬盘。"
    last = last_backup()
    if last is None:
        return attention("还没有做过备份", advice)
    if timezone.now() - last.moment > OLD_BACKUP:
        return attention(f"上次备份在{ago(last.moment)}前", advice)
    place = Path(last.place)
    if place.exists() and os.stat(place).st_dev == os.stat(settings.DATA).st_dev:
        return ok(f"上次备份在{ago(last.moment)}前；它与数据在同一个磁盘上，请另存一份：{place}")
    return ok(f"上次备份在{ago(last.moment)}前")
