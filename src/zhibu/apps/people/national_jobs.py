"""The jobs of the national member system; imported by `handlers`."""

from typing import Any

from django.urls import reverse

from zhibu.apps.people import national_compare, national_export
from zhibu.apps.people.models import NationalCheck
from zhibu.apps.people.models.national import PERMISSION, CheckState
from zhibu.apps.people.national_layout import layout
from zhibu.apps.people.services import national
from zhibu.kernel import files
from zhibu.kernel.console.export import XLSX
from zhibu.kernel.jobs import JobFailed, Step, actor_of, handler


@handler(national.EXPORT_JOB, label="导出党员信息（全国系统版式）", atomic=False)
def export_step(job: Any, cursor: Any) -> Step:
    """Write the file in one step; a repeat after a kill notes the looks once more, and hides none."""
    actor, used = actor_of(job), layout(job.payload["layout"])
    listed, rows = national_export.people_of(actor, job.payload["list"], used)
    people = list(rows[: national_export.MOST + 1])
    if len(people) > national_export.MOST:
        raise JobFailed(f"一次最多导出 {national_export.MOST:,} 人。请用筛选条件缩小名单。")
    if not people:
        raise JobFailed("名单里没有您可以导出的党员。导出要有查看各项信息和完整证件号码的权限。")
    left_out = listed.count() - len(people)
    blob = files.store_made(national_export.workbook(people, used), mime=XLSX)
    national_export.write_down(actor, people, used, job.payload["reason"])
    message = f"共 {len(people)} 人。" + (f"另有 {left_out} 人的信息您无权全部查看，没有导出。" if left_out else "")
    result = {"url": reverse("national-export", args=[job.uid]), "label": "下载表格", "blob": blob.pk}
    return Step({}, len(people), total=len(people), message=message, finished=True, result=result)


@handler(national.COMPARE_JOB, label="与全国系统核对", atomic=False)
def compare_step(job: Any, cursor: Any) -> Step:
    """Read the file and compare; what is found is kept in one transaction with the end of the check."""
    rows = NationalCheck.objects.system("the job's own check").select_related("organization")
    check = rows.get(pk=job.payload["check"])
    if cursor is None:
        return Step({}, 0, message="正在读取文件，与本系统的党员逐人核对。")
    actor, counts = actor_of(job), check.counts
    try:
        if not actor.may(PERMISSION, check.organization.path):
            raise JobFailed("您已没有在这个组织核对的权限，任务没有继续。")
        if check.state != CheckState.DONE:  # a worker killed after the report was kept says so once more
            counts = national_compare.compare(check, actor, job)
    except JobFailed as failed:
        national.fail(check, failed.message)
        raise
    found = sum(counts[kind] for kind in ("differs", "here_only", "there_only", "error"))
    result = {"url": check.get_absolute_url(), "label": "查看差异报告"}
    return Step(
        {}, counts["there"], total=counts["there"], message=f"有 {found} 处不一致。", result=result, finished=True
    )
