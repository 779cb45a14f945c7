"""A job goes on chunk by chunk; what a chunk did and that it was done are one."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from zhibu.kernel.actions.errors import Refused
from zhibu.kernel.actor import ANONYMOUS, SYSTEM, Actor
from zhibu.kernel.jobs import (
    ChunkUndone,
    JobFailed,
    Step,
    actor_of,
    cancel,
    enqueue,
    handler,
    run_now,
    set_actor_resolver,
)
from zhibu.kernel.jobs import leases as queue
from zhibu.kernel.jobs.leases import claim, held, jobs, others_wait, release, renew
from zhibu.kernel.jobs.models import Job, State
from zhibu.kernel.jobs.runner import MAX_TAKEOVERS, Outcome, run_chunk
from zhibu.kernel.numbering import next_number
from zhibu.kernel.numbering.models import NumberSeries

pytestmark = pytest.mark.django_db(transaction=True)


def effects() -> int:
    """How many effects the counting job has had."""
    row = NumberSeries.objects.filter(series="effect").first()
    return row.last if row else 0


@pytest.fixture
def counting() -> list[Any]:
    """A job of three chunks, each with one effect; returns the cursors that it was handed."""
    cursors: list[Any] = []

    @handler("test.count", label="计数")
    def count(job: Job, cursor: Any) -> Step:
        cursors.append(cursor)
        done = (cursor or {"at": 0})["at"] + 1
        next_number("effect", 2026)
        return Step({"at": done}, done, total=3, message=f"已处理 {done} 项", finished=done == 3, result={"url": "/x/"})

    return cursors


def lapse(job: Job) -> None:
    """Let the lease run out as if its worker had been killed."""
    jobs().filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def reload(job: Job) -> Job:
    return jobs().get(pk=job.pk)


def test_every_chunk_starts_where_the_last_one_ended(counting: list[Any], li: Actor) -> None:
    job = run_now(enqueue("test.count", actor=li, payload={"batch": 4}))
    assert counting == [None, {"at": 1}, {"at": 2}]
    assert (job.state, job.done_count, job.total, job.percent) == (State.DONE, 3, 3, 100)
    assert (job.message, job.result, job.chunks) == ("已处理 3 项", {"url": "/x/"}, 3)
    assert job.started_at
    assert job.finished_at
    assert job.lease_owner == ""
    assert effects() == 3


def test_a_job_is_queued_in_the_callers_transaction(counting: list[Any], li: Actor) -> None:
    @transaction.atomic
    def ask_and_fail() -> None:
        enqueue("test.count", actor=li)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert claim() is None


def test_nobody_queues_unknown_work_or_without_a_name(counting: list[Any], li: Actor) -> None:
    with pytest.raises(ValueError, match=r"test\.unknown"):
        enqueue("test.unknown", actor=li)
    with pytest.raises(PermissionError):
        enqueue("test.count", actor=ANONYMOUS)
    assert enqueue("test.count", actor=SYSTEM).requested_by_id is None


def test_a_job_has_one_worker_at_a_time(counting: list[Any], li: Actor) -> None:
    enqueue("test.count", actor=li)
    assert claim() is not None
    assert claim() is None


def test_the_job_that_waited_longest_comes_first(counting: list[Any], li: Actor) -> None:
    first, second = enqueue("test.count", actor=li), enqueue("test.count", actor=li)
    lease = claim()
    assert lease
    assert lease.job_id == first.pk
    assert others_wait(lease)
    release(lease)
    again = claim()
    assert again
    assert again.job_id == second.pk


def test_a_lost_workers_job_is_taken_over_where_it_stood(counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    dead = claim()
    assert dead
    assert run_chunk(dead) is Outcome.GOES_ON
    lapse(job)
    heir = claim()
    assert heir
    assert heir.owner != dead.owner
    assert reload(job).takeovers == 1
    assert run_chunk(heir) is Outcome.GOES_ON
    assert run_chunk(dead) is Outcome.LOST  # the dead one wakes up: it has nothing to say any more
    assert run_chunk(heir) is Outcome.ENDED
    assert (reload(job).state, effects()) == (State.DONE, 3)


def test_a_chunk_whose_lease_was_taken_meanwhile_leaves_nothing(li: Actor) -> None:
    @handler("test.slow", label="慢任务")
    def slow(job: Job, cursor: Any) -> Step:
        next_number("effect", 2026)
        jobs().filter(pk=job.pk).update(lease_owner="another worker")
        return Step(1, 1, finished=True)

    enqueue("test.slow", actor=li)
    lease = claim()
    assert lease
    assert run_chunk(lease) is Outcome.LOST
    assert effects() == 0
    assert held(lease).exists()  # the take-over itself was part of the rolled-back transaction


def test_a_chunk_that_thinks_better_of_it_leaves_only_what_it_does_instead(li: Actor) -> None:
    """A batch changed under the hands of its job is set aside in the same run, and nothing written of it stays."""

    @handler("test.undone", label="改变主意的任务")
    def think_better(job: Job, cursor: Any) -> Step:
        next_number("effect", 2026)
        next_number("effect", 2026)

        def instead() -> Step:
            next_number("effect", 2026)
            return Step("aside", 0, message="已放到一边", finished=True)

        raise ChunkUndone(instead)

    job = run_now(enqueue("test.undone", actor=li))
    assert (job.state, job.cursor, job.message, job.chunks) == (State.DONE, "aside", "已放到一边", 1)
    assert effects() == 1


def test_a_chunk_that_was_done_meanwhile_leaves_nothing(li: Actor) -> None:
    @handler("test.slow", label="慢任务", atomic=False)
    def slow(job: Job, cursor: Any) -> Step:
        jobs().filter(pk=job.pk).update(chunks=1, cursor=["theirs"])
        return Step(["ours"], 1, finished=True)

    job = enqueue("test.slow", actor=li)
    lease = claim()
    assert lease
    assert run_chunk(lease) is Outcome.LOST
    assert (reload(job).cursor, reload(job).state) == (["theirs"], State.RUNNING)


def test_a_renewed_lease_is_not_taken(counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    lease = claim()
    lapse(job)
    assert lease
    assert renew(lease)
    assert claim() is None
    lapse(job)
    assert claim() is not None
    assert not renew(lease)


def test_each_chunk_renews_the_lease(counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    lease = claim()
    jobs().filter(pk=job.pk).update(lease_until=timezone.now() + timedelta(milliseconds=1))
    assert lease
    assert run_chunk(lease) is Outcome.GOES_ON
    until = reload(job).lease_until
    assert until
    assert until > timezone.now() + timedelta(seconds=queue.LEASE_SECONDS / 2)


def test_a_job_that_kills_its_workers_is_given_up(counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    claim()
    for _ in range(MAX_TAKEOVERS):
        lapse(job)
        assert claim() is not None
    lapse(job)
    job = run_now(job)
    assert job.state == State.FAILED
    assert "多次中途停止" in job.message
    assert counting == []


def test_a_failing_chunk_is_tried_three_times_and_leaves_nothing(li: Actor) -> None:
    tries: list[int] = []

    @handler("test.fail", label="出错的任务")
    def fail(job: Job, cursor: Any) -> Step:
        tries.append(job.attempt)
        next_number("effect", 2026)
        raise RuntimeError("disk on fire")

    job = run_now(enqueue("test.fail", actor=li))
    assert tries == [0, 1, 2]
    assert (job.state, job.attempt, effects()) == (State.FAILED, 3, 0)
    assert "试了 3 次" in job.message
    assert "disk on fire" not in job.message
    assert "disk on fire" in job.error


def test_a_failure_that_passes_does_not_stop_the_job(li: Actor) -> None:
    trouble = [RuntimeError("lock"), RuntimeError("lock")]

    @handler("test.flaky", label="偶尔出错")
    def flaky(job: Job, cursor: Any) -> Step:
        if trouble:
            raise trouble.pop()
        done = (cursor or 0) + 1
        return Step(done, done, finished=done == 2)

    job = run_now(enqueue("test.flaky", actor=li))
    assert (job.state, job.attempt, job.error, job.message) == (State.DONE, 0, "", "")


def test_a_waiting_retry_is_not_taken_before_its_time(li: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhibu.kernel.jobs.runner.RETRY_SECONDS", 60.0)

    @handler("test.fail", label="出错的任务")
    def fail(job: Job, cursor: Any) -> Step:
        raise RuntimeError

    job = enqueue("test.fail", actor=li)
    lease = claim()
    assert lease
    assert run_chunk(lease) is Outcome.AGAIN_LATER
    assert claim() is None
    assert "稍后自动再试" in reload(job).message


@pytest.mark.parametrize("refusal", [JobFailed("名单已被他人撤销。"), Refused("名单已被他人撤销")])
def test_a_refusal_ends_the_job_at_once_with_its_own_words(refusal: Exception, li: Actor) -> None:
    tries: list[int] = []

    @handler("test.refuse", label="不能做")
    def refuse(job: Job, cursor: Any) -> Step:
        tries.append(1)
        raise refusal

    job = run_now(enqueue("test.refuse", actor=li))
    assert (job.state, job.message, tries) == (State.FAILED, "名单已被他人撤销。", [1])


@pytest.mark.parametrize("change", [{"kind": "test.gone"}, {"payload_version": 2}])
def test_work_of_another_version_is_refused_clearly(change: dict[str, Any], counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    jobs().filter(pk=job.pk).update(**change)
    job = run_now(job)
    assert job.state == State.FAILED
    assert "没有能处理这类任务的程序" in job.message
    assert counting == []


def test_an_older_payload_is_read_when_the_handler_says_so(li: Actor) -> None:
    versions: list[int] = []

    @handler("test.new", label="新版", version=3, reads=(2,))
    def new(job: Job, cursor: Any) -> Step:
        versions.append(job.payload_version)
        return Step(None, 1, finished=True)

    job = enqueue("test.new", actor=li)
    jobs().filter(pk=job.pk).update(payload_version=2)
    assert run_now(job).state == State.DONE
    assert run_now(enqueue("test.new", actor=li)).state == State.DONE
    assert versions == [2, 3]


def test_a_waiting_job_is_cancelled_at_once(counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    assert cancel(job, li)
    assert reload(job).state == State.CANCELLED
    assert not cancel(reload(job), li)
    assert claim() is None
    assert counting == []


def test_a_running_job_is_cancelled_between_two_chunks(counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    lease = claim()
    assert lease
    assert run_chunk(lease) is Outcome.GOES_ON
    assert cancel(reload(job), li)
    assert run_chunk(lease) is Outcome.ENDED
    assert (reload(job).state, effects()) == (State.CANCELLED, 1)


def test_only_the_requester_or_a_holder_of_the_permission_cancels(counting: list[Any], li: Actor) -> None:
    job = enqueue("test.count", actor=li)
    with pytest.raises(PermissionError):
        cancel(job, Actor(account_id=12, name="王干事"))
    assert reload(job).state == State.QUEUED


def test_grants_are_those_of_today_and_a_locked_account_stops_the_job(li: Actor) -> None:
    @handler("test.who", label="谁")
    def who(job: Job, cursor: Any) -> Step:
        return Step(None, 1, finished=True, message=actor_of(job).name)

    accounts: dict[int, Actor | None] = {11: Actor(account_id=11, name="李主任")}
    set_actor_resolver(accounts.get)
    assert run_now(enqueue("test.who", actor=li)).message == "李主任"
    assert run_now(enqueue("test.who", actor=SYSTEM)).message == "系统"
    accounts[11] = None
    job = run_now(enqueue("test.who", actor=li))
    assert job.state == State.FAILED
    assert "账号已停用" in job.message


def test_a_kind_is_registered_once(counting: list[Any]) -> None:
    with pytest.raises(ValueError, match="registered twice"):
        handler("test.count", label="又一个")(lambda job, cursor: Step(None, 0, finished=True))
