"""First passwords as PDF: sealed slips, five a page, five hundred in one file, for their requester alone."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.accounts.conftest import audited, reload
from tests.reading import pdf_pages, pdf_text
from zhibu.apps.accounts.documents import SLIPS
from zhibu.apps.accounts.documents.slips import content
from zhibu.apps.accounts.models import Account, SlipSheet
from zhibu.apps.accounts.services import slips
from zhibu.apps.accounts.services.slips import PrintedSlip
from zhibu.kernel import documents

SITE = "https://zhibu.example.org/"


def printed(*rows: PrintedSlip) -> bytes:
    return documents.render(SLIPS, content(rows, "首次密码条", SITE))


def test_five_hundred_slips_are_a_hundred_pages_in_one_file() -> None:
    rows = [PrintedSlip(f"党员{n}", "东山支部", f"user{n}", f"abcd-{n:04d}-wxyz") for n in range(500)]
    made = printed(*rows)
    assert pdf_pages(made) == 100
    text = pdf_text(made)
    assert all(row.password in text and row.username in text and row.name in text for row in rows)


def test_rare_and_very_long_names_stay_on_their_slip() -> None:
    made = printed(*(PrintedSlip(name, "支部" * 50, "u", "p-p-p") for name in ("𠮷䶮", "长" * 100, "#$*_`", "")))
    assert pdf_pages(made) == 1
    assert "𠮷䶮" in pdf_text(made)
    assert "#$*_`" in pdf_text(made)


@pytest.fixture
def sheet(house: Any, chief: Account, client: Client) -> SlipSheet:
    person = factories.person("张伟", house.east)
    made: SlipSheet = slips.new_sheet(chief.pk, "东山首次密码条")
    account = factories.account("zhangwei", of=person)
    slips.add(made, [(account, slips.FirstPassword("abcd-efgh-2345", ""))])
    return made


def test_the_requester_prints_the_sheet_and_the_opening_is_written_down(
    chief: Account, sheet: SlipSheet, client: Client
) -> None:
    client.force_login(chief)
    page = client.get(f"/slips/{sheet.uid}/").content.decode()
    assert f'action="/slips/{sheet.uid}/print/"' in page
    answer = client.post(f"/slips/{sheet.uid}/print/")
    text = pdf_text(answer.content)
    for words in ("张伟", "zhangwei", "abcd-efgh-2345", "http://testserver/", "本人亲启"):
        assert words in text, words
    assert "no-store" in answer["Cache-Control"]
    assert (audited("accounts.slips.open"), reload(sheet).opened) == (1, 1)


def test_nobody_else_and_no_get_opens_it(house: Any, chief: Account, sheet: SlipSheet, client: Client) -> None:
    client.force_login(chief)
    assert client.get(f"/slips/{sheet.uid}/print/").status_code == 405
    client.force_login(factories.account("other", "admin", house.root))
    assert client.post(f"/slips/{sheet.uid}/print/").status_code == 404
    assert reload(sheet).opened == 0


def test_an_old_sheet_prints_nothing(chief: Account, sheet: SlipSheet, client: Client) -> None:
    client.force_login(chief)
    client.post(f"/do/accounts.slips.confirm/{sheet.uid}/", {"key": "6f0e3c4e-93f5-4e6a-b3a6-0f7f0f6a1111"})
    answer = client.post(f"/slips/{sheet.uid}/print/")
    assert answer.status_code == 302 or "没有待打印的密码条" in pdf_text(answer.content)
