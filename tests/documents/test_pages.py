"""Printing from the console: one record, rows of a list, all of a list by a job; who may, and what is written down."""

import dataclasses
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.reading import pdf_pages, pdf_text
from zhibu.apps.people.models import Person
from zhibu.kernel import audit, documents
from zhibu.kernel.documents import declare, many
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(house: factories.House) -> list[Person]:
    return [
        factories.person(f"东山{n}号", house.department, party=house.east, mobile=f"1390000000{n}") for n in range(3)
    ]


def card(person: Person, **query: str) -> str:
    return reverse("print", args=["people.card", person.uid], query=query)


def print_list(client: Client, *people: Person, query: str = "", **data: Any) -> Any:
    body = {"document": "people.card", "which": "ticked", "uid": [p.uid for p in people], **data}
    return client.post(f"{reverse('print-list', args=['people'])}{query}", body)


def lines(about: str) -> list[str]:
    return [line.summary for line in audit.history("people.Person", about) if line.action == "documents.print"]


def test_a_record_offers_its_documents_and_shows_one_in_the_browser(clerk: Client, people: list[Person]) -> None:
    record = clerk.get(people[0].get_absolute_url()).content.decode()
    choose = reverse("print-choose", args=["people", people[0].uid])
    assert choose in record
    assert card(people[0]) in clerk.get(choose).content.decode()
    answer = clerk.get(card(people[0]))
    assert answer["Content-Type"] == "application/pdf"
    assert "东山0号" in pdf_text(answer.content)


def test_inside_wechat_one_is_told_beforehand_to_print_in_a_browser(clerk: Client, people: list[Person]) -> None:
    choose = reverse("print-choose", args=["people", people[0].uid])
    for page in (choose, reverse("people")):
        told = clerk.get(page, headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.49"})
        assert "微信里不能打印" in told.content.decode(), page
        assert "微信里不能打印" not in clerk.get(page).content.decode(), page


def test_the_file_is_shown_inline_has_a_chinese_name_and_is_kept_by_nobody(clerk: Client, people: list[Person]) -> None:
    answer = clerk.get(card(people[0]))
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("inline; filename*=utf-8''")
    assert "东山0号的人员登记表-" in unquote(disposition)
    assert unquote(disposition).endswith(".pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_each_print_with_something_sensitive_is_written_down(
    clerk: Client, house: factories.House, people: list[Person]
) -> None:
    clerk.get(card(people[0]))
    (line,) = lines(str(people[0].pk))
    assert line == "打印人员登记表（含身份信息、家庭与紧急联系人、奖惩）：东山0号"
    secretary = Client()
    secretary.force_login(factories.account("shuji", "branch_secretary", house.east))
    assert secretary.get(card(people[1])).status_code == 200
    assert lines(str(people[1].pk)) == []


def test_nobody_prints_what_lies_elsewhere(client: Client, house: factories.House, people: list[Person]) -> None:
    client.force_login(factories.account("shuji", "branch_secretary", house.west))
    assert client.get(card(people[0])).status_code == 404
    assert client.get(reverse("print-choose", args=["people", people[0].uid])).status_code == 404
    answer = print_list(client, people[0])
    assert answer.status_code == 302
    assert "/people/" in answer["Location"]


def test_the_ticked_rows_are_one_file_in_the_order_of_the_list(clerk: Client, people: list[Person]) -> None:
    page = clerk.get("/people/").content.decode()
    assert f'name="uid" value="{people[0].uid}"' in page
    answer = print_list(clerk, people[2], people[0])
    text = pdf_text(answer.content)
    assert pdf_pages(answer.content) == 2
    assert text.index("东山0号") < text.index("东山2号")
    assert "东山1号" not in text
    assert "人员登记表（2 人）" in unquote(answer["Content-Disposition"])


def test_all_of_a_list_means_as_it_is_filtered(clerk: Client, people: list[Person]) -> None:
    answer = print_list(clerk, which="all", query="?q=东山1号")
    assert pdf_pages(answer.content) == 1
    assert "东山1号" in pdf_text(answer.content)


def test_with_nothing_ticked_one_is_told_so(clerk: Client, people: list[Person]) -> None:
    answer = clerk.post(reverse("print-list", args=["people"]), {"document": "people.card"}, follow=True)
    assert "还没有勾选" in answer.content.decode()
    answer = clerk.post(
        reverse("print-list", args=["people"]), {"document": "people.card", "uid": ["x", "<b>"]}, follow=True
    )
    assert "没有可以打印的记录" in answer.content.decode()


def test_printing_many_asks_for_the_permission_to_take_lists_out(
    client: Client, house: factories.House, people: list[Person]
) -> None:
    client.force_login(factories.account("weiyuan", "branch_officer", house.east))  # may see people, not export them
    assert client.get(card(people[0])).status_code == 200
    assert 'name="uid"' not in client.get("/people/").content.decode()
    assert print_list(client, *people).status_code == 404


def test_more_than_fit_an_answer_become_a_job_whose_file_is_the_requesters(
    clerk: Client, house: factories.House, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = dataclasses.replace(documents.get("people.card"), inline=2)
    monkeypatch.setitem(declare._DOCUMENTS, few.code, few)
    answer = print_list(clerk, which="all")
    job = run_now(Job.objects.system("test").get(kind=many.KIND))
    assert answer["Location"] == reverse("job", args=[job.uid])
    assert (job.state, job.done_count, job.total) == ("done", 3, 3), job.error
    assert reverse("print-made", args=[job.uid]) in clerk.get(answer["Location"]).content.decode()
    made = clerk.get(reverse("print-made", args=[job.uid]))
    content = b"".join(made.streaming_content)
    assert pdf_pages(content) == 3
    assert made["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert made["Cache-Control"] == "private, no-store"
    assert [len(lines(str(person.pk))) for person in people] == [1, 1, 1]
    other = Client()
    other.force_login(factories.account("renshi", "hr_clerk", house.root))
    assert other.get(reverse("print-made", args=[job.uid])).status_code == 404


def test_a_character_without_a_glyph_prints_as_a_box(clerk: Client, house: factories.House) -> None:
    odd = factories.person("王😀", house.root)
    answer = clerk.get(card(odd))
    assert answer.status_code == 200
    text = pdf_text(answer.content)
    assert "王□" in text
    assert "U+1F600" in text
    assert len(lines(str(odd.pk))) == 1


def test_too_many_are_refused_before_anything_is_made(
    clerk: Client, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = dataclasses.replace(documents.get("people.card"), most=2)
    monkeypatch.setitem(declare._DOCUMENTS, few.code, few)
    answer = clerk.post(
        reverse("print-list", args=["people"]), {"document": "people.card", "which": "all"}, follow=True
    )
    assert "一次最多打印 2 份" in answer.content.decode()
