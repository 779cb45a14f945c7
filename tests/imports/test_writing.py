"""All or nothing for a usual file, chunks that can be taken back for a large one, whatever happens in between."""

from typing import Any

import pytest
from django.db import connection

from tests.factories import House
from tests.imports.desk import CHEN, HUANG, LIANG, Desk, batch, sheet
from zhibu.apps.people.importing import PeopleImporter
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Refused
from zhibu.kernel.imports import upkeep, writing
from zhibu.kernel.imports.models import ImportEffect
from zhibu.kernel.imports.spec import ImportChanged
from zhibu.kernel.imports.staging import path_of
from zhibu.kernel.jobs import cancel, run_now
from zhibu.kernel.jobs.leases import claim
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.jobs.runner import run_chunk

pytestmark = pytest.mark.django_db(transaction=True)

SEVEN = [(f"王小{name}", "", "男", "", "", f"N{number}") for number, name in enumerate("明红刚强丽伟芳")]


def count() -> int:
    found: int = Person.objects.system("test").filter(state="live").count()
    return found


def started(desk: Desk, code: str, uid: Any, **more: Any) -> Job:
    """Start an act and return its job, not run yet."""
    answer = desk.act(code, batch(uid), **more)
    assert answer.status_code == 302
    job = batch(uid).job
    assert job is not None
    return job


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows count as a large file, two make a chunk."""
    monkeypatch.setattr(writing, "LARGE", 3)
    monkeypatch.setattr(writing, "CHUNK", 2)
    monkeypatch.setattr(writing, "BACK", 2)


def fail_at(monkeypatch: pytest.MonkeyPatch, number: int, error: Exception) -> None:
    """Let the importer fail when it comes to this row."""
    judge = PeopleImporter.apply

    def apply(self: Any, act: Any, rows: Any) -> Any:
        if any(row.number == number for row in rows):
            raise error
        return judge(self, act, rows)

    monkeypatch.setattr(PeopleImporter, "apply", apply)


def test_a_refusal_at_the_last_row_leaves_nothing(desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SLICE", 1)
    checked = desk.check(sheet(CHEN, HUANG, LIANG), organization=house.root.uid)
    fail_at(monkeypatch, 4, Refused("这一行不能写入"))
    job = run_now(started(desk, "imports.apply", checked.uid))
    assert (job.state, count(), ImportEffect.objects.count()) == ("failed", 0, 0)
    upkeep.settle()
    now = batch(checked.uid)
    assert now.state == "checked"
    assert "没有写入任何数据。这一行不能写入" in now.reason


def test_data_changed_since_the_check_are_checked_again(
    desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = desk.check(sheet(CHEN, HUANG), organization=house.root.uid)
    with monkeypatch.context() as meanwhile:
        fail_at(meanwhile, 3, ImportChanged(3, "工号已被使用"))
        run_now(started(desk, "imports.apply", checked.uid))
    assert (batch(checked.uid).state, count()) == ("checking", 0)
    again = desk.work(checked.uid)
    assert again.state == "checked"
    assert "第 3 行：工号已被使用" in again.reason
    assert desk.apply(again).state == "done"
    assert (count(), batch(checked.uid).reason) == (2, "")


def test_rows_are_written_under_no_savepoint(desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under one SQLite keeps every page it touches in memory and walks along them after each statement: three times slower."""
    write, seen = PeopleImporter.apply, []

    def apply(self: Any, act: Any, rows: Any) -> Any:
        seen.append((connection.in_atomic_block, list(connection.savepoint_ids)))
        return write(self, act, rows)

    monkeypatch.setattr(PeopleImporter, "apply", apply)
    desk.apply(desk.check(sheet(CHEN, HUANG), organization=house.root.uid))
    assert (seen, count()) == ([(True, [])], 2)


def test_a_large_file_is_written_in_chunks_each_row_once(desk: Desk, house: House, small_chunks: None) -> None:
    checked = desk.check(sheet(*SEVEN), organization=house.root.uid)
    job = started(desk, "imports.apply", checked.uid)
    lease = claim(job.pk)
    assert lease is not None
    run_chunk(lease)
    assert (count(), batch(checked.uid).state) == (2, "applying")
    while batch(checked.uid).state == "applying":
        run_chunk(lease)
    assert count() == 7
    rows = list(ImportEffect.objects.order_by("row").values_list("row", flat=True))
    assert rows == list(range(2, 9))
    assert desk.undo(batch(checked.uid)).counts["undone"] == 7
    assert count() == 0


def test_a_large_file_that_stops_half_way_can_be_taken_back_or_finished(
    desk: Desk, house: House, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = sheet(*SEVEN)
    checked = desk.check(content, organization=house.root.uid)
    with monkeypatch.context() as meanwhile:
        fail_at(meanwhile, 6, ImportChanged(6, "工号已被使用"))
        run_now(started(desk, "imports.apply", checked.uid))
    stopped = batch(checked.uid)
    assert (stopped.state, stopped.counts["written"], count()) == ("failed", 4, 4)
    assert "此前已写入 4 行" in desk.client.get(stopped.get_absolute_url()).content.decode()
    rest = desk.check(content, organization=house.root.uid)
    assert (rest.counts["same"], rest.counts["create"]) == (4, 3)
    desk.apply(rest)
    assert count() == 7
    assert desk.undo(batch(stopped.uid)).counts["undone"] == 4
    assert count() == 3


def test_a_cancelled_job_leaves_the_import_where_one_can_go_on(
    desk: Desk, house: House, small_chunks: None, clerk: Any
) -> None:
    from zhibu.apps.accounts.queries import actor_for

    checked = desk.check(sheet(*SEVEN), organization=house.root.uid)
    assert cancel(started(desk, "imports.apply", checked.uid), actor_for(clerk))
    upkeep.settle()
    assert (batch(checked.uid).state, count()) == ("checked", 0)
    job = started(desk, "imports.apply", checked.uid)
    lease = claim(job.pk)
    assert lease is not None
    run_chunk(lease)
    cancel(job, actor_for(clerk))
    run_chunk(lease)
    upkeep.settle()
    stopped = batch(checked.uid)
    assert (stopped.state, stopped.counts["written"], stopped.counts["created"]) == ("failed", 2, 2)
    undo = started(desk, "imports.undo", stopped.uid)
    assert cancel(undo, actor_for(clerk))
    upkeep.settle()
    assert batch(checked.uid).state == "done"
    assert desk.undo(batch(checked.uid)).state == "undone"
    assert count() == 0


def test_a_file_that_cannot_be_checked_goes_back_to_the_columns(desk: Desk, house: House) -> None:
    at = desk.upload(sheet(), organization=house.root.uid)["Location"]
    desk.submit(at)
    waiting = batch()
    assert waiting.job is not None
    job = run_now(waiting.job)
    assert job.state == "failed"
    upkeep.settle()
    now = batch(waiting.uid)
    assert now.state == "uploaded"
    assert "表头下面没有数据" in now.reason


def test_a_check_that_was_overtaken_by_another_writes_nothing(desk: Desk, house: House) -> None:
    at = desk.upload(sheet(CHEN, HUANG), organization=house.root.uid)["Location"]
    desk.submit(at)
    first = batch().job
    assert first is not None
    lease = claim(first.pk)
    assert lease is not None
    run_chunk(lease)
    desk.act("imports.cancel", batch())
    run_chunk(lease)
    assert batch().state == "cancelled"


def test_staged_rows_go_a_week_after_the_end_and_orphans_after_a_day(desk: Desk, house: House, settings: Any) -> None:
    import os
    import uuid
    from datetime import timedelta

    from django.utils import timezone

    from zhibu.kernel.imports.models import ImportBatch

    done = desk.apply(desk.check(sheet(CHEN), organization=house.root.uid))
    waiting = desk.check(sheet(HUANG), organization=house.root.uid)
    orphan, fresh = path_of(uuid.uuid4()), path_of(uuid.uuid4())
    for path in (orphan, fresh):
        path.touch()
    os.utime(orphan, (1, 1))
    upkeep.clear()
    assert [path_of(done.uid).exists(), fresh.exists(), orphan.exists()] == [True, True, False]
    long_ago = timezone.now() - timedelta(days=40)
    ImportBatch.objects.system("test").filter(pk=done.pk).update(finished_at=long_ago)
    ImportBatch.objects.system("test").filter(pk=waiting.pk).update(created_at=long_ago)
    upkeep.clear()
    assert not path_of(done.uid).exists()
    assert batch(waiting.uid).state == "cancelled"
    assert "已经清理" in desk.client.get(f"/imports/{done.uid}/check/").content.decode()
    assert desk.client.get(done.get_absolute_url()).status_code == 200
    assert desk.undo(done).state == "undone"


def test_an_undo_goes_on_behind_rows_that_it_must_leave(desk: Desk, house: House, small_chunks: None) -> None:
    done = desk.apply(desk.check(sheet(*SEVEN), organization=house.root.uid))
    touched = Person.objects.system("test").filter(staff_number__gte="N2")
    assert touched.update(rev=2) == 5
    lease = claim(started(desk, "imports.undo", done.uid).pk)
    assert lease is not None
    for _ in range(10):
        run_chunk(lease)
    undone = batch(done.uid)
    assert (undone.state, undone.counts["undone"], undone.counts["left"]) == ("undone", 2, 5)
    assert undone.options["left_rows"] == [4, 5, 6, 7, 8]
    assert count() == 5
