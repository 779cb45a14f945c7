"""我的任务 and the progress page: for the requester, for those who look after the organisation, for nobody else."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.timezone import localdate

from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import ANONYMOUS, SYSTEM, Actor, Grant
from zhibu.kernel.jobs import Step, enqueue, handler, run_now, views
from zhibu.kernel.jobs.leases import claim, jobs
from zhibu.kernel.jobs.models import Job, State
from zhibu.kernel.jobs.queries import my_open_jobs, visible_jobs

pytestmark = pytest.mark.django_db(transaction=True)

EAST, WEST = "00000000", "00000001"


@pytest.fixture
def east() -> Organization:
    return Organization.objects.create(path=EAST, name="东山片区", code="E", kind="unit")


@pytest.fixture
def job(li: Actor, east: Organization) -> Job:
    @handler("test.import", label="导入人员")
    def step(job: Job, cursor: Any) -> Step:
        done = (cursor or 0) + 1
        return Step(done, done, total=2, message="正在写入", finished=done == 2, result={"url": "/people/?batch=4"})

    return enqueue("test.import", actor=li, organization=east, label="导入 <b>东山</b> 名单")


def asked(
    view: Any, actor: Actor, *arguments: Any, method: str = "get", query: str = "", **headers: str
) -> HttpResponse:
    """What the view answers to the actor."""
    request: HttpRequest = getattr(RequestFactory(), method)(f"/jobs/{query}", headers=headers)
    request.actor = actor  # type: ignore[attr-defined]
    storage: BaseStorage = CookieStorage(request)
    request._messages = storage  # type: ignore[attr-defined]
    response: HttpResponse = view(request, *arguments)
    return response


def holder(path: str, permission: str = "jobs.view") -> Actor:
    return Actor(account_id=99, name="组织部", grants=(Grant(permission, path),))


def test_a_job_is_seen_by_its_requester_and_those_over_its_organisation(job: Job, li: Actor) -> None:
    seen = {
        "requester": li,
        "over it": holder(EAST),
        "above it": holder("0000"),
        "beside it": holder(WEST),
        "other permission": holder(EAST, "people.view"),
        "nobody": ANONYMOUS,
        "system": SYSTEM,
    }
    assert [name for name, actor in seen.items() if visible_jobs(actor).exists()] == [
        "requester",
        "over it",
        "above it",
        "system",
    ]


def test_a_job_without_organisation_is_its_requesters_alone(job: Job, li: Actor) -> None:
    own = enqueue("test.import", actor=li)
    assert own in visible_jobs(li)
    assert own not in visible_jobs(holder("0000"))
    system = enqueue("test.import", actor=SYSTEM)
    assert system not in visible_jobs(ANONYMOUS)


def test_for_another_permission_asking_for_it_counts_for_nothing(job: Job, li: Actor) -> None:
    assert not Job.objects.visible_to(li, "jobs.cancel").exists()
    assert Job.objects.visible_to(holder(EAST, "jobs.cancel"), "jobs.cancel").exists()


def test_the_page_shows_progress_and_asks_again_with_and_without_script(job: Job, li: Actor) -> None:
    lease = claim()
    assert lease
    page = asked(views.progress, li, job.uid).content.decode()
    assert "导入 &lt;b&gt;东山&lt;/b&gt; 名单" in page
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "取消任务" in page
    assert "东山片区" in page


def test_the_moving_part_stops_asking_when_the_job_has_ended(job: Job, li: Actor) -> None:
    def part() -> str:
        return asked(views.progress, li, job.uid, **{"HX-Request": "true"}).content.decode()

    assert "<html" not in part()
    assert 'hx-trigger="every 1s"' in part()
    run_now(job)
    assert "hx-trigger" not in part()
    assert 'id="job-acts" hx-swap-oob="true"' in part()
    assert 'href="/people/?batch=4"' in part()
    assert "2 / 2" in part()
    assert str(localdate()) in part().split('id="job-facts" hx-swap-oob="true"')[1].split("结束时间")[1]
    elsewhere = {"HX-Request": "true", "HX-Current-URL": "http://testserver/national-checks/1/"}
    assert "hx-swap-oob" not in asked(views.progress, li, job.uid, **elsewhere).content.decode()


def test_the_same_as_json(job: Job, li: Actor) -> None:
    run_now(job)
    import json

    facts = json.loads(asked(views.progress, li, job.uid, query="?format=json").content)
    assert facts["uid"] == str(job.uid)
    assert (facts["state"], facts["done"], facts["total"], facts["percent"]) == ("done", 2, 2, 100)
    assert facts["finished"] is True


@pytest.mark.parametrize("view", [views.progress, views.cancel_job])
def test_outside_the_scope_there_is_no_such_job(view: Any, job: Job) -> None:
    method = "post" if view is views.cancel_job else "get"
    with pytest.raises(Http404):
        asked(view, holder(WEST), job.uid, method=method)
    with pytest.raises(Http404):
        asked(view, holder(EAST), uuid4(), method=method)
    assert jobs().get().state == State.QUEUED


def test_whoever_is_not_signed_in_is_sent_to_the_log_in(job: Job) -> None:
    for view, arguments, method in (
        (views.job_list, (), "get"),
        (views.progress, (job.uid,), "get"),
        (views.cancel_job, (job.uid,), "post"),
    ):
        assert asked(view, ANONYMOUS, *arguments, method=method).status_code == 302
    assert jobs().get().state == State.QUEUED


def test_seeing_a_job_is_not_cancelling_it(job: Job, li: Actor) -> None:
    assert "取消任务" not in asked(views.progress, holder(EAST), job.uid).content.decode()
    with pytest.raises(Http404):
        asked(views.cancel_job, holder(EAST), job.uid, method="post")
    assert jobs().get().state == State.QUEUED
    assert asked(views.cancel_job, li, job.uid, method="get").status_code == 405
    assert asked(views.cancel_job, li, job.uid, method="post").status_code == 302
    assert jobs().get().state == State.CANCELLED
    assert asked(views.cancel_job, li, job.uid, method="post").status_code == 302  # pressed twice


def test_a_permission_over_the_organisation_cancels_too(job: Job) -> None:
    actor = Actor(account_id=98, grants=(Grant("jobs.view", EAST), Grant("jobs.cancel", EAST)))
    asked(views.cancel_job, actor, job.uid, method="post")
    assert jobs().get().state == State.CANCELLED


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "people/", None, 7])
def test_a_result_links_to_this_site_only(url: Any, job: Job, li: Actor) -> None:
    jobs().update(state=State.DONE, result={"url": url, "label": "看这里"})
    page = asked(views.progress, li, job.uid).content.decode()
    assert "看这里" not in page


def test_my_list_has_my_jobs_and_pages_back(job: Job, li: Actor, east: Organization) -> None:
    other = Actor(account_id=12, name="王干事")
    enqueue("test.import", actor=other, organization=east, label="别人的任务")
    for number in range(views.PAGE):
        enqueue("test.import", actor=li, label=f"第{number}号")
    first = asked(views.job_list, li).content.decode()
    assert "第19号" in first
    assert "第0号" in first
    assert "东山" not in first
    assert "别人的任务" not in first
    oldest = jobs().filter(label="第0号").get().pk
    assert f"?before={oldest}" in first
    assert "东山" in asked(views.job_list, li, query=f"?before={oldest}").content.decode()
    for nonsense in ("?before=x", "?before=" + "9" * 40, "?before=١"):
        assert asked(views.job_list, li, query=nonsense).status_code == 200


def test_all_of_my_organisations_only_with_the_permission(job: Job) -> None:
    assert "东山" in asked(views.job_list, holder(EAST), query="?all=1").content.decode()
    assert "东山" not in asked(views.job_list, holder(EAST)).content.decode()
    nothing = asked(views.job_list, holder(EAST, "people.view"), query="?all=1").content.decode()
    assert "东山" not in nothing
    assert "还没有后台任务" in nothing


def test_the_menu_counts_my_open_jobs(job: Job, li: Actor) -> None:
    assert (my_open_jobs(li), my_open_jobs(holder(EAST)), my_open_jobs(ANONYMOUS)) == (1, 0, 0)
    run_now(job)
    assert my_open_jobs(li) == 0
