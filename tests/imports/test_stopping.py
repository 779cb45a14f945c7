"""The clerk stops a writing: what was written goes back, the page says what holds, and once is enough."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import House
from tests.imports.desk import Desk, batch, fields, sheet
from tests.imports.test_writing import SEVEN, count, small_chunks, started
from zhibu.kernel.audit import AuditEntry
from zhibu.kernel.imports import upkeep
from zhibu.kernel.imports.models import ImportEffect
from zhibu.kernel.jobs.leases import claim
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.jobs.runner import Outcome, run_chunk

__all__ = ["small_chunks"]
pytestmark = pytest.mark.django_db(transaction=True)


def half_written(desk: Desk, house: House) -> tuple[Any, Any]:
    """Write one chunk of a large file; returns the batch and the worker's lease."""
    checked = desk.check(sheet(*SEVEN), organization=house.root.uid)
    lease = claim(started(desk, "imports.apply", checked.uid).pk)
    assert lease is not None
    run_chunk(lease)
    assert count() == 2
    return batch(checked.uid), lease


def shown(desk: Desk, of: Any) -> str:
    page: str = desk.client.get(of.get_absolute_url()).content.decode()
    return page


def test_what_was_written_goes_back_when_the_clerk_stops(desk: Desk, house: House, small_chunks: None) -> None:
    writing, lease = half_written(desk, house)
    assert "停止写入" in shown(desk, writing)
    assert desk.act("imports.stop", writing).status_code == 302
    stopping = batch(writing.uid)
    assert stopping.state == "undoing"
    assert "此前写入的 2 行正在撤销" in shown(desk, stopping)
    assert run_chunk(lease) is Outcome.ENDED, "the writer begins no further chunk"
    assert count() == 2
    undone = desk.work(writing.uid)
    assert (undone.state, undone.counts["written"], undone.counts["undone"], count()) == ("undone", 2, 2, 0)
    assert "已写入的 2 行撤销了 2 行。数据与写入之前一样。" in shown(desk, undone)
    assert not ImportEffect.objects.filter(undone=False).exists()
    again = desk.check(sheet(*SEVEN), organization=house.root.uid)
    assert again.counts["create"] == 7
    desk.apply(again)
    assert count() == 7


def test_pressed_twice_it_is_stopped_once(desk: Desk, house: House, small_chunks: None) -> None:
    writing, _ = half_written(desk, house)
    url = f"/do/imports.stop/{writing.uid}/"
    pressed, elsewhere = fields(desk.client.get(url)), fields(desk.client.get(url))
    assert desk.client.post(url, pressed).status_code == 302
    assert desk.client.post(url, pressed).status_code == 302
    late = desk.client.post(url, elsewhere)
    assert late.status_code == 409
    assert Job.objects.system("test").filter(kind="imports.undo").count() == 1
    assert AuditEntry.objects.system("test").filter(action="imports.stop").count() == 1


def test_a_writing_that_has_not_begun_is_only_put_off(desk: Desk, house: House) -> None:
    checked = desk.check(sheet(*SEVEN), organization=house.root.uid)
    job = started(desk, "imports.apply", checked.uid)
    assert desk.act("imports.stop", batch(checked.uid)).status_code == 302
    assert claim(job.pk) is None
    now = batch(checked.uid)
    assert (now.state, count()) == ("checked", 0)
    assert "没有写入任何一行" in shown(desk, now)
    upkeep.settle()
    assert desk.apply(now).state == "done"
    assert count() == 7


def test_an_undo_that_fails_after_a_stop_never_says_the_file_was_written(
    desk: Desk, house: House, small_chunks: None
) -> None:
    writing, _ = half_written(desk, house)
    desk.act("imports.stop", writing)
    Job.objects.system("test").filter(kind="imports.undo").update(state="failed", message="处理时出错。")
    upkeep.settle()
    now = batch(writing.uid)
    assert now.state == "failed"
    assert "可以再次撤销" in shown(desk, now)
    assert desk.undo(now).state == "undone"
    assert count() == 0


def test_whoever_has_charge_of_the_unit_may_stop_it_and_nobody_else(
    desk: Desk, house: House, small_chunks: None
) -> None:
    writing, _ = half_written(desk, house)
    other = Client()
    other.force_login(factories.account("stranger", "branch_secretary", house.root))
    assert other.get(f"/do/imports.stop/{writing.uid}/").status_code in {403, 404}
    chief = Client()
    chief.force_login(factories.account("chief", "organization_department", house.root))
    assert Desk(chief).act("imports.stop", writing).status_code == 302
    assert desk.work(writing.uid).state == "undone"
