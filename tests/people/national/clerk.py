"""A clerk who uploads a file of the national system, and what the report says."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.acting import post
from tests.imports.desk import sheet
from zhibu.apps.people.models import NationalCheck, NationalDifference
from zhibu.kernel.jobs import run_now

ONE, TWO, THREE = "110101199003071241", "110101199003072340", "11010119900307387X"
HEAD = ("姓名", "身份证号", "党员类别", "所在党支部", "入党时间", "手机", "学历")
SAME = ("张一", ONE, "正式党员", "东山支部", "2010-07-01", "13900000001", "大学本科毕业")


def upload(
    client: Client, at: Any, *cells: tuple[Any, ...], head: tuple[str, ...] = HEAD, name: str = "党员.xlsx"
) -> Any:
    file = SimpleUploadedFile(name, sheet(*cells, header=head))
    return post(client, "people.national.compare", organization=at.uid, file=file)


def compared(client: Client, at: Any, *cells: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> NationalCheck:
    answer = upload(client, at, *cells, head=head)
    assert answer.status_code == 302, answer.content.decode()
    check: NationalCheck = NationalCheck.objects.system("test").get()
    job = run_now(check.job)
    assert job.state == "done", (job.message, job.error)
    check.refresh_from_db()
    return check


def found(kind: str) -> list[NationalDifference]:
    return list(NationalDifference.objects.system("test").filter(kind=kind))
