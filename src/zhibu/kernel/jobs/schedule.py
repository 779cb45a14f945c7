"""Running what is due by the clock, each time by exactly one worker."""

import logging
import traceback
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from zhibu.kernel.jobs.models import JobSchedule
from zhibu.kernel.jobs.registry import Schedule, schedules

MAX_PAUSE = timedelta(hours=1)
#: no two clocks of one office differ by more
AMISS = timedelta(days=1)

logger = logging.getLogger("zhibu.jobs")


def run_due(now: datetime | None = None) -> list[str]:
    """Run every scheduled function that is due; returns the names of those that ran here.

    The clock is moved in the transaction of the run: killed in the middle, the run never was and is made again. A
    function that fails is tried again after one minute, then two, four … up to an hour.
    """
    now = now or timezone.now()
    known = schedules()
    rows = {row.name: row for row in JobSchedule.objects.all()} if known else {}
    missing = [JobSchedule(name=one.name) for one in known if one.name not in rows]
    if missing:
        JobSchedule.objects.bulk_create(missing, ignore_conflicts=True)
        rows.update({row.name: row for row in missing})
    return [one.name for one in known if _is_due(one, rows[one.name], now) and _run(one, rows[one.name], now)]


def _is_due(schedule: Schedule, row: JobSchedule, now: datetime) -> bool:
    """Tell whether it is due. A run or a pause further in the future than can be was written by a clock that was wrong, and
    set right meanwhile: it counts for nothing, or nothing would run until then.
    """
    last = None if row.last_run_at is not None and row.last_run_at > now + AMISS else row.last_run_at
    paused = row.retry_at is not None and now < row.retry_at <= now + MAX_PAUSE
    return schedule.due(now, last) and not paused


def _run(schedule: Schedule, row: JobSchedule, now: datetime) -> bool:
    try:
        with transaction.atomic():
            # skip_locked: another worker runs it at this moment (SQLite: has just run it)
            clock = JobSchedule.objects.select_for_update(skip_locked=True)
            if not clock.filter(name=row.name, last_run_at=row.last_run_at, failures=row.failures).first():
                return False
            JobSchedule.objects.filter(name=row.name).update(last_run_at=now, failures=0, retry_at=None, error="")
            schedule.function()
        return True
    except Exception:
        logger.exception("scheduled %s failed", schedule.name)
        pause = min(timedelta(minutes=2 ** min(row.failures, 10)), MAX_PAUSE)
        JobSchedule.objects.filter(name=row.name, last_run_at=row.last_run_at).update(
            failures=F("failures") + 1, retry_at=now + pause, error=traceback.format_exc()[-4000:]
        )
        return False
