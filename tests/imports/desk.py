"""A clerk at the import wizard: makes sheets, uploads them, lets the worker run, in the words of the tests."""

import io
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from zhibu.kernel.imports.models import ImportBatch
from zhibu.kernel.imports.staging import StagedRow, Staging
from zhibu.kernel.jobs import run_now

HEADER = ("姓名", "身份证号码", "性别", "出生日期", "手机", "工号")
CHEN = ("陈桂芳", "110101195803120023", "女", "1958-03-12", "13800138001", "1001")
HUANG = ("黄志强", "110101196407150014", "男", "1964年7月15日", "13800138002", "1002")
LIANG = ("梁少华", "110101197109280018", "男", "1971/9/28", "13800138003", "1003")


def sheet(*rows: Sequence[Any], header: Sequence[str] = HEADER, title: str = "Sheet1") -> bytes:
    """Return an xlsx with these rows under the header."""
    book = Workbook()
    page: Any = book.active
    page.title = title
    for row in (header, *rows):
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def batch(uid: UUID | str | None = None) -> ImportBatch:
    """Return the batch as it stands, or the newest one."""
    rows = ImportBatch.objects.system("test").select_related("organization", "job")
    found: ImportBatch = rows.get(uid=uid) if uid else rows.order_by("-pk")[0]
    return found


def staged(of: ImportBatch, *kinds: str) -> list[StagedRow]:
    """Return the staged rows of these kinds."""
    with Staging(of.uid) as file:
        return list(file.page(kinds or ("error", "create", "update", "same")))


class Desk:
    """The wizard through a browser without script: every act is a form that is fetched, filled and posted."""

    def __init__(self, client: Client, spec: str = "people.people") -> None:
        self.client = client
        self.spec = spec

    def submit(self, url: str, **more: Any) -> Any:
        """Fetch a page, fill its form with what it holds and with `more`, and post it to the same address."""
        page = self.client.get(url)
        assert page.status_code == 200, (url, page.status_code)
        return self.client.post(url, {**fields(page), **more})

    def upload(self, content: bytes, name: str = "花名册.xlsx", **more: Any) -> Any:
        """Upload a file; returns the answer."""
        return self.submit(f"/imports/new/{self.spec}/", file=SimpleUploadedFile(name, content), **more)

    def check(self, content: bytes, name: str = "花名册.xlsx", **more: Any) -> ImportBatch:
        """Upload a file, accept the proposed matching and let the check run."""
        answer = self.upload(content, name, **more)
        assert answer.status_code == 302, errors(answer)
        uid = answer["Location"].split("/")[2]
        answer = self.submit(answer["Location"])
        assert answer.status_code == 302, errors(answer)
        return self.work(uid)

    def act(self, code: str, of: ImportBatch, **more: Any) -> Any:
        """Do an act on the batch by its page."""
        return self.submit(f"/do/{code}/{of.uid}/", **more)

    def work(self, uid: UUID | str) -> ImportBatch:
        """Let the worker run the batch's job and return the batch."""
        now = batch(uid)
        assert now.job is not None
        job = run_now(now.job)
        assert job.state == "done", (job.message, job.error)
        return batch(uid)

    def apply(self, of: ImportBatch, **more: Any) -> ImportBatch:
        """Confirm the writing and let it run."""
        answer = self.act("imports.apply", of, **more)
        assert answer.status_code == 302, errors(answer)
        return self.work(of.uid)

    def undo(self, of: ImportBatch) -> ImportBatch:
        """Take the import back."""
        answer = self.act("imports.undo", of)
        assert answer.status_code == 302, errors(answer)
        return self.work(of.uid)


def fields(page: Any) -> dict[str, str]:
    """Return what the page's posting form would send as it stands."""
    html = page.content.decode()
    forms = [f for f in re.findall(r"<form.*?</form>", html, re.S) if 'method="post"' in f and 'name="key"' in f]
    assert len(forms) == 1, "one act a page"
    found = {}
    for tag in re.findall(r"<input[^>]*>", forms[0]):
        name = re.search(r'name="([^"]+)"', tag)
        if name and 'type="checkbox"' not in tag and 'type="file"' not in tag:
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', forms[0], re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


def errors(answer: Any) -> str:
    """Return what an answer complains about."""
    html = answer.content.decode()
    found = re.findall(r'class="(?:summary|notice late)".*?</div>', html, re.S)
    return re.sub(r"<[^>]+>", " ", " ".join(found)) or html
