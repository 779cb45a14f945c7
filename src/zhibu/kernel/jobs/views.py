"""我的任务 and the live progress of one job, which a page without JavaScript can follow too."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from zhibu.kernel.actor import Actor
from zhibu.kernel.jobs.models import Job, State
from zhibu.kernel.jobs.queries import visible_jobs
from zhibu.kernel.jobs.services import cancel, may_cancel
from zhibu.kernel.ui.context import actor_of
from zhibu.kernel.ui.parts import Fact, Link, Page, Progress

PAGE = 20
TONES = {
    State.QUEUED: "plain",
    State.RUNNING: "info",
    State.DONE: "ok",
    State.FAILED: "late",
    State.CANCELLED: "plain",
}


@require_GET
@never_cache
def job_list(request: HttpRequest) -> HttpResponse:
    """List the jobs the actor asked for, newest first; `?all=1` adds those of the organisations they look after."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    everything = request.GET.get("all") == "1" and actor.may("jobs.view")
    rows = visible_jobs(actor).order_by("-id")
    if not everything:
        rows = rows.filter(requested_by_id=actor.account_id)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    found = list(rows[: PAGE + 1])
    older = f"?{'all=1&' if everything else ''}before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    shown = [_row(job) for job in found[:PAGE]]
    context = {
        "title": "我的任务",
        "subtitle": "在后台处理的工作：进度、结果，也可以取消。",
        "jobs": shown,
        "page": Page(shown=len(shown), next_url=older),
        "tabs": _tabs(everything) if actor.may("jobs.view") else [],
    }
    return render(request, "jobs/list.html", context)


@require_GET
@never_cache
def progress(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one job: the whole page, its moving part for htmx, or JSON for `?format=json`; 404 outside the scope."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    job = _job_or_404(actor, uid)
    if request.GET.get("format") == "json" or request.headers.get("Accept") == "application/json":
        return JsonResponse(_facts(job))
    context = {
        "title": job.label,
        "job": job,
        "work": work_of(job),
        "may_cancel": may_cancel(job, actor) and not job.cancel_requested,
        "rows": _description(job),
    }
    if request.headers.get("HX-Request") == "true":
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path
        # another page that shows the progress has no other places to fill
        return render(request, "jobs/_progress.html", context | {"alone": page not in ("", request.path)})
    context |= {
        "list_url": reverse("jobs"),
        "refresh_seconds": 3 if job.is_open else None,
    }
    return render(request, "jobs/progress.html", context)


@require_POST
def cancel_job(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Stop a job; pressing twice does no harm."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    job = _job_or_404(actor, uid)
    if job.is_open and not may_cancel(job, actor):
        raise Http404
    if cancel(job, actor):
        messages.success(request, f"已要求取消“{job.label}”。此前完成的部分会保存。")
    else:
        messages.info(request, f"“{job.label}”已经结束，不需要取消。")
    return redirect("job", uid=job.uid)


def _job_or_404(actor: Actor, uid: UUID) -> Job:
    job = visible_jobs(actor).filter(uid=uid).first()
    if job is None:
        raise Http404
    return job


def _tabs(everything: bool) -> list[Link]:
    url = reverse("jobs")
    return [
        Link("我发起的", url, here=not everything),
        Link("所辖组织的", f"{url}?all=1", here=everything),
    ]


def _state_label(job: Job) -> str:
    return "正在取消" if job.cancel_requested and job.is_open else State(job.state).label


def _row(job: Job) -> dict[str, Any]:
    return {"job": job, "tone": TONES[State(job.state)], "state_label": _state_label(job)}


def work_of(job: Job) -> Progress:
    """Return how a job stands, for the part that any page may show."""
    url = _result_url(job)
    label = str((job.result or {}).get("label") or "查看结果")
    return Progress(
        label=job.label,
        done=job.done_count,
        total=job.total,
        url=reverse("job", args=[job.uid]),
        state=job.state,
        message="正在取消，做完手头一批后停止。" if job.cancel_requested and job.is_open else job.message,
        next=(Link(label, url),) if url else (),
    )


def _description(job: Job) -> list[Fact]:
    return [
        Fact("任务编号", str(job.uid)),
        Fact("所属组织", str(job.organization) if job.organization else None),
        Fact("提交时间", _moment(job.created_at)),
        Fact("开始时间", _moment(job.started_at)),
        Fact("结束时间", _moment(job.finished_at)),
    ]


def _moment(at: datetime | None) -> str | None:
    return localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else None


def _result_url(job: Job) -> str:
    url = str((job.result or {}).get("url") or "")
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def _facts(job: Job) -> dict[str, Any]:
    return {
        "uid": str(job.uid),
        "label": job.label,
        "state": job.state,
        "state_label": State(job.state).label,
        "done": job.done_count,
        "total": job.total,
        "percent": job.percent,
        "message": job.message,
        "result": job.result,
        "finished": not job.is_open,
    }
