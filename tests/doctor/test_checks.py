"""`zhibu doctor` finds what was broken, says it in plain words, and what to do."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import factories
from zhibu.apps.organizations import doctor as tree
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people import doctor as people
from zhibu.apps.people.models import Affiliation, Person
from zhibu.kernel import audit, doctor, files
from zhibu.kernel.actor import SYSTEM
from zhibu.kernel.audit import triggers
from zhibu.kernel.backup.last import LastBackup, remember
from zhibu.kernel.calendar.models import HolidayYear
from zhibu.kernel.doctor import Finding, State, content, database, registry, surroundings, trail
from zhibu.kernel.files import disk
from zhibu.kernel.jobs.models import JobSchedule
from zhibu.kernel.jobs.registry import Schedule, schedules

pytestmark = pytest.mark.django_db


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    settings.DATA, settings.KEYRING, settings.FILES = folder, folder / "keys.json", folder / "files"
    return folder


def line(summary: str = "做了一件事") -> audit.AuditEntry:
    with transaction.atomic():
        return audit.record(SYSTEM, "test.act", summary=summary)


def is_ok(found: Finding) -> bool:
    return found.state is State.OK and not found.advice


# the tree and the people


def test_a_tree_whose_paths_fit_is_well_and_a_lost_subtree_is_a_fault() -> None:
    house = factories.house()
    assert is_ok(tree.paths(False))
    moved = Organization.objects.system("test").filter(pk=house.east.pk)
    moved.update(path=house.root.path + "ZZZZZZZZ")
    found = tree.paths(False)
    assert found.state is State.FAULT
    assert house.east.name in found.message


def test_somebody_without_a_home_is_named() -> None:
    house = factories.house()
    lost = factories.person("失归", house.east)
    assert is_ok(people.homes(False))
    Affiliation.objects.system("test").filter(person=lost).update(until=date(2024, 1, 1))
    found = people.homes(False)
    assert found.state is State.FAULT
    assert str(lost.pk) in found.message


@pytest.mark.parametrize("change", [{"name": "改名"}, {"state": "withdrawn"}, {"mobile": "13800001234"}])
def test_search_keys_that_are_not_the_records_are_a_fault(change: dict[str, str]) -> None:
    house = factories.house()
    one = factories.person("王小明", house.east, identity="11010519491231002X")
    assert is_ok(people.keys(False))
    Person.objects.system("test").filter(pk=one.pk).update(**change)
    for full in (False, True):
        found = people.keys(full)
        assert found.state is State.FAULT
        assert str(one.pk) in found.message


# the trail and the clock


def test_a_line_changed_behind_the_platform_is_named() -> None:
    line()
    changed = line()
    audit.seal_all()
    line()
    assert is_ok(trail.unchanged(False))
    assert is_ok(trail.unchanged(True))
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET actor_name = '别人' WHERE id = %s", [changed.pk])
    for full in (False, True):
        found = trail.unchanged(full)
        assert found.state is State.FAULT
        assert f"第 {changed.pk} 号记录" in found.message


def test_a_trail_that_went_back_behind_the_last_backup_is_noticed(data: Path) -> None:
    line()
    audit.seal_all()
    newest = audit.last_root()
    assert newest is not None
    remember(LastBackup(timezone.now().isoformat(), "x.zip", 1, newest[1]), data)
    assert is_ok(trail.unchanged(False))
    remember(LastBackup(timezone.now().isoformat(), "x.zip", 1, "ab" * 32), data)
    assert trail.unchanged(False).state is State.FAULT
    assert trail.unchanged(True).state is State.FAULT


def test_lines_that_wait_for_their_seal_show_that_no_worker_runs() -> None:
    line()
    assert is_ok(trail.sealed(False))
    with transaction.atomic():
        audit.record(SYSTEM, "test.act", summary="一小时前", at=timezone.now() - timedelta(hours=3))
    assert is_ok(trail.sealed(False))  # the oldest line decides, and it is young
    audit.seal_all()
    with transaction.atomic():
        audit.record(SYSTEM, "test.act", summary="一小时前", at=timezone.now() - timedelta(hours=3))
    found = trail.sealed(False)
    assert (found.state, "3 小时" in found.message) == (State.ATTENTION, True)


def test_work_by_the_clock_is_watched() -> None:
    assert "从未运行" in trail.clockwork(False).message
    now = timezone.now()
    JobSchedule.objects.bulk_create(JobSchedule(name=one.name, last_run_at=now) for one in schedules())
    assert is_ok(trail.clockwork(False))
    JobSchedule.objects.filter(name="files.collect").update(last_run_at=now - timedelta(days=2))
    found = trail.clockwork(False)
    assert (found.state, "files.collect" in found.message) == (State.ATTENTION, True)
    JobSchedule.objects.filter(name="files.collect").update(failures=5, error="…\nValueError: 坏了")
    found = trail.clockwork(False)
    assert (found.state, "坏了" in found.message) == (State.FAULT, True)


@pytest.mark.parametrize(("clock", "late"), [("06:30", False), ("08:00", False), ("08:30", True)])
def test_what_is_done_once_a_day_is_not_late_before_its_hour_on_the_day_of_setting_up(
    monkeypatch: pytest.MonkeyPatch, clock: str, late: bool
) -> None:
    now = datetime.fromisoformat(f"2026-11-25 {clock}+08:00")
    monkeypatch.setattr(trail.timezone, "now", lambda: now)
    morning = Schedule("messages.digest", lambda: None, hour=8)
    JobSchedule.objects.bulk_create(JobSchedule(name=one.name, last_run_at=now) for one in schedules())
    JobSchedule.objects.filter(name="messages.digest").update(last_run_at=None)
    monkeypatch.setattr(trail, "schedules", lambda: [morning])
    assert is_ok(trail.clockwork(False)) != late


def test_a_clock_that_was_put_back_is_a_fault() -> None:
    line()
    assert is_ok(trail.clock(False))
    with transaction.atomic():
        audit.record(SYSTEM, "test.act", summary="明天", at=timezone.now() + timedelta(days=1))
    assert trail.clock(False).state is State.FAULT


# the database


def test_missing_protection_of_the_trail_is_a_fault() -> None:
    assert is_ok(database.guarded(False))
    triggers.drop(connection)
    try:
        assert database.guarded(False).state is State.FAULT
    finally:
        triggers.install(connection)


def test_a_database_of_another_version_is_a_fault() -> None:
    assert is_ok(database.migrated(False))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('people', '0999_later', '2026-01-01 00:00:00')"
        )
    assert "数据库比程序新" in database.migrated(False).message
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    found = database.migrated(False)
    assert found.state is State.FAULT
    assert "zhibu upgrade" in found.advice


# files, calendar, backup


def test_a_lost_file_is_found_by_the_sample_and_a_changed_one_by_the_full_look(data: Path) -> None:
    for n in range(3):
        blob = files.store_made(f"内容 {n}".encode(), mime="application/pdf")
    assert is_ok(content.files(False))
    place = disk.content_path(blob.pk)
    place.write_bytes("内容 9".encode())
    assert is_ok(content.files(False))
    assert content.files(True).state is State.FAULT
    place.unlink()
    found = content.files(False)
    assert found.state is State.FAULT
    assert blob.pk[:12] in found.message


@pytest.mark.parametrize(
    ("today", "loaded", "state"),
    [
        (date(2026, 6, 1), (), State.OK),
        (date(2031, 6, 1), (), State.ATTENTION),
        (date(2031, 6, 1), (2031,), State.OK),
        (date(2031, 12, 1), (2031,), State.ATTENTION),
        (date(2031, 12, 1), (2031, 2032), State.OK),
    ],
)
def test_the_calendar_of_this_and_in_december_of_the_next_year_is_wanted(
    monkeypatch: pytest.MonkeyPatch, today: date, loaded: tuple[int, ...], state: State
) -> None:
    HolidayYear.objects.bulk_create(HolidayYear(year=year, source="国办发明电") for year in loaded)
    monkeypatch.setattr(content.timezone, "localdate", lambda: today)
    assert content.holidays(False).state is state


def test_an_old_backup_or_none_wants_attention(data: Path, tmp_path: Path) -> None:
    assert "还没有做过备份" in content.backup(False).message
    remember(LastBackup((timezone.now() - timedelta(days=9)).isoformat(), "/mnt/x.zip", 1, ""), data)
    found = content.backup(False)
    assert (found.state, "9 天" in found.message) == (State.ATTENTION, True)
    remember(LastBackup(datetime.now(UTC).isoformat(), "/mnt/x.zip", 1, ""), data)
    assert is_ok(content.backup(False))
    (data / "last_backup.json").write_text("{")
    assert content.backup(False).state is State.ATTENTION


# the machine


def test_folders_and_keys_open_to_others_are_faults(data: Path) -> None:
    (data / "secret_key").write_text("x")
    (data / "secret_key").chmod(0o600)
    assert is_ok(surroundings.data_folder(False))
    assert is_ok(surroundings.key_permissions(False))
    data.chmod(0o755)
    (data / "secret_key").chmod(0o640)
    assert f"chmod -R go= {data}" in surroundings.data_folder(False).advice
    assert "chmod 600" in surroundings.key_permissions(False).advice


def test_a_lost_or_damaged_key_file_is_a_fault_and_no_new_one_is_made(data: Path) -> None:
    assert is_ok(surroundings.keys(False))
    line()
    assert is_ok(surroundings.keys(False))
    os.rename(data / "keys.json", data / "elsewhere")
    found = surroundings.keys(False)
    assert (found.state, (data / "keys.json").exists()) == (State.FAULT, False)
    (data / "keys.json").write_text("{}")
    assert surroundings.keys(False).state is State.FAULT


@pytest.mark.parametrize(("free", "state"), [(10**10, State.OK), (10**9, State.ATTENTION), (10**8, State.FAULT)])
def test_little_room_is_told(data: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**12, 0, free))
    assert surroundings.space(False).state is state


@pytest.mark.parametrize(
    ("hosts", "debug", "https", "state"),
    [
        (["localhost"], False, False, State.OK),
        (["localhost"], True, False, State.ATTENTION),
        (["dangjian.example"], True, True, State.FAULT),
        (["dangjian.example"], False, False, State.ATTENTION),
        (["dangjian.example"], False, True, State.OK),
    ],
)
def test_what_is_for_trying_out_is_off_where_others_come(
    settings: Any, hosts: list[str], debug: bool, https: bool, state: State
) -> None:
    settings.ALLOWED_HOSTS, settings.DEBUG, settings.DEMO = hosts, debug, False
    settings.SESSION_COOKIE_SECURE = https
    assert surroundings.production(False).state is state


# running them


def with_checks(monkeypatch: pytest.MonkeyPatch, *functions: tuple[int, bool, bool, Callable[[bool], Finding]]) -> None:
    list(doctor.run())  # what registers itself at its first import must not do so in between
    monkeypatch.setattr(registry, "_checks", {})
    monkeypatch.setattr(registry, "autodiscover_modules", lambda name: None)
    for number, (order, needs, gate, function) in enumerate(functions):
        doctor.check(order, f"第{number}项", database=needs, gate=gate)(function)


def test_a_check_that_breaks_is_a_fault_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(full: bool) -> Finding:
        raise ZeroDivisionError("除以零")

    with_checks(monkeypatch, (2, True, False, lambda full: doctor.ok(f"{full}")), (1, True, False, broken))
    told = [(check.order, found.state, found.message) for check, found in doctor.run(full=True)]
    assert told == [(1, State.FAULT, "检查没有做完：ZeroDivisionError：除以零"), (2, State.OK, "True")]


def test_without_a_database_only_what_needs_none_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = doctor.fault("没有数据库", "…")
    with_checks(
        monkeypatch,
        (1, False, True, lambda full: gone),
        (2, True, False, lambda full: doctor.ok("不会做")),
        (3, False, False, lambda full: doctor.ok("会做")),
    )
    told = [(check.title, found.message) for check, found in doctor.run()]
    assert told == [("第0项", "没有数据库"), ("第2项", "会做"), ("没有检查的 1 项", "第1项")]
