"""The pages: the record with its reasons, the board, one's own path, the public notice, the papers; the forms as browsers send them."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import factories
from tests.development.helpers import PDF, Branch, applicant

pytestmark = pytest.mark.django_db
D = date


@pytest.fixture
def secretary(client: Client, branch: Branch) -> Client:
    branch.clock.set(D(2026, 8, 3))
    client.force_login(factories.account("shuji", "branch_secretary", branch.house.east))
    return client


def text(page: Any) -> str:
    return page.content.decode()


def upload(name: str = "材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def test_the_page_says_what_is_not_possible_yet_and_why(secretary: Client, branch: Branch) -> None:
    case = branch.activist(branch.apply(applicant(branch.house), D(2026, 8, 3)), D(2026, 8, 3), D(2026, 8, 3))
    page = text(secretary.get(case.get_absolute_url()))
    assert "还不能同意拟列为发展对象，因为确定为入党积极分子后的培养教育和考察未满一年" in page
    assert "《细则》2026 版第十三条" in page
    assert "2027-08-03" in page
    for url in ("/development/", "/development/board/", f"/development/{case.uid}/papers/"):
        assert secretary.get(url).status_code == 200
    assert "王敏" in text(secretary.get("/development/?q=王敏"))
