"""Scheduled work runs when it is due, each time by one worker, and is made up for after a failure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhibu.kernel.jobs import daily, every
from zhibu.kernel.jobs.models import JobSchedule
from zhibu.kernel.jobs.registry import Schedule, schedules
from zhibu.kernel.jobs.schedule import run_due
from zhibu.kernel.numbering import next_number
from zhibu.kernel.numbering.models import NumberSeries

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("2026-03-02 06:59", None, False),
        ("2026-03-02 07:00", None, True),
        ("2026-03-02 07:00", "2026-03-01 07:00", True),
        ("2026-03-02 06:59", "2026-03-01 07:00", False),
        ("2026-03-02 09:30", "2026-03-01 07:00", True),  # the machine was off at seven: made up for
        ("2026-03-02 23:59", "2026-03-02 09:30", False),
        ("2026-03-05 08:00", "2026-03-01 07:00", True),  # missed days are made up for once
    ],
)
def test_daily_work_is_due_once_a_day_from_its_hour_on(now: str, last: str | None, due: bool) -> None:
    assert Schedule("x", list, hour=7).due(at(now), at(last) if last else None) is due


def test_repeated_work_is_due_when_its_interval_has_passed() -> None:
    each_minute = Schedule("x", list, interval=timedelta(minutes=1))
    assert each_minute.due(NOON, None)
    assert not each_minute.due(NOON, NOON - timedelta(seconds=59))
    assert each_minute.due(NOON, NOON - timedelta(seconds=60))


def test_names_and_hours_are_checked() -> None:
    every("test.once", minutes=1)(list)
    with pytest.raises(ValueError, match="registered twice"):
        daily("test.once", hour=7)(list)
    with pytest.raises(ValueError, match="0 to 23"):
        daily("test.late", hour=24)
    assert [one.name for one in schedules()] == ["test.once"]


@pytest.mark.django_db(transaction=True)
def test_what_is_due_runs_once_until_it_is_due_again() -> None:
    runs: list[int] = []
    every("test.seal", minutes=1)(lambda: runs.append(1))
    assert run_due(NOON) == ["test.seal"]
    assert run_due(NOON + timedelta(seconds=30)) == []
    assert run_due(NOON + timedelta(seconds=60)) == ["test.seal"]
    assert len(runs) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_saw_the_same_clock_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    every("test.seal", minutes=1)(lambda: runs.append(1))
    run_due(NOON)
    stale = JobSchedule.objects.get()
    assert run_due(NOON + timedelta(minutes=1)) == ["test.seal"]
    monkeypatch.setattr(JobSchedule.objects, "all", lambda: [stale])  # what the other worker had read before
    assert run_due(NOON + timedelta(minutes=1)) == []
    assert len(runs) == 2


@pytest.mark.django_db(transaction=True)
def test_a_failed_run_leaves_nothing_and_is_tried_again_later_and_later() -> None:
    healthy: list[bool] = []

    @every("test.seal", minutes=1)
    def seal() -> None:
        next_number("effect", 2026)
        if not healthy:
            raise RuntimeError("no disk")

    other: list[int] = []
    every("test.other", minutes=1)(lambda: other.append(1))

    assert run_due(NOON) == ["test.other"]  # one that fails does not keep the others
    assert not NumberSeries.objects.filter(series="effect").exists()
    assert "no disk" in JobSchedule.objects.get(name="test.seal").error
    assert "test.seal" not in run_due(NOON + timedelta(seconds=59))
    assert JobSchedule.objects.get(name="test.seal").failures == 1
    run_due(NOON + timedelta(seconds=60))
    assert JobSchedule.objects.get(name="test.seal").failures == 2
    assert JobSchedule.objects.get(name="test.seal").retry_at == NOON + timedelta(seconds=60 + 120)
    healthy.append(True)
    assert "test.seal" in run_due(NOON + timedelta(seconds=180))
    row = JobSchedule.objects.get(name="test.seal")
    assert (row.failures, row.error, row.retry_at) == (0, "", None)


@pytest.mark.django_db(transaction=True)
def test_the_present_moment_is_the_default() -> None:
    every("test.seal", minutes=1)(list)
    assert run_due() == ["test.seal"]
    last = JobSchedule.objects.get().last_run_at
    assert last
    assert timezone.now() - last < timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_stood_wrong_holds_nothing_up_once_it_is_set_right() -> None:
    every("test.seal", minutes=1)(list)
    assert run_due(NOON + timedelta(days=300)) == ["test.seal"]  # the machine woke with a wrong date
    assert run_due(NOON) == ["test.seal"]
    JobSchedule.objects.update(retry_at=NOON + timedelta(days=300))
    assert run_due(NOON + timedelta(minutes=1)) == ["test.seal"]
