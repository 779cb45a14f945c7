"""The pages of people, as a clerk uses them."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from PIL import Image

from tests import factories
from tests.acting import post
from zhibu.apps.people.models import Affiliation, BankAccount, LookupCount, Person
from zhibu.kernel import audit
from zhibu.kernel.audit import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_clerk_registers_a_person_through_the_form(clerk: Client, house: factories.House) -> None:
    answer = post(
        clerk, "people.person.create", name="陈桂芳", document_type="resident", identity_number="110101199003071241",
        employment="retired", home=house.root.uid, party=house.east.uid, since="2020-01-01",
    )  # fmt: skip
    person = Person.objects.system("test").get()
    assert answer.url == person.get_absolute_url()
    assert (person.sex, person.employment) == ("2", "retired")
    assert "陈桂芳" in clerk.get(answer.url).content.decode()


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_mend(clerk: Client, house: factories.House) -> None:
    answer = post(
        clerk, "people.person.create", name="陈桂芳", document_type="resident", identity_number="110101199003071242",
        employment="retired", home=house.root.uid, since="2020-01-01",
    )  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "110101199003071242" in text
    assert "校验" in text
    assert not Person.objects.system("test").exists()


def test_the_second_clerk_reads_what_the_first_changed(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, mobile="13800000000")
    opened = {"rev": person.rev, "seen": audit.last_id(), "key": str(uuid.uuid4())}
    post(clerk, "people.person.edit.contact", person, mobile="13811111111", reason="本人来电")
    url = reverse("action-on", args=["people.person.edit.contact", person.uid])
    second = clerk.post(url, {**opened, "mobile": "13822222222"})
    text = second.content.decode()
    assert second.status_code == 409
    assert "13811111111" in text
    assert "13822222222" in text
    person.refresh_from_db()
    assert person.mobile == "13811111111"


def test_the_second_clerk_is_not_shown_what_they_may_not_see(client: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.department, party=house.east)
    opened = {"rev": person.rev, "seen": audit.last_id(), "key": str(uuid.uuid4())}
    department = Client()
    department.force_login(factories.account("renshi", "hr_clerk", house.root))
    post(department, "people.person.edit.work", person, employment="retired", position="保密岗位")
    client.force_login(factories.account("shuji", "branch_secretary", house.east))
    url = reverse("action-on", args=["people.person.edit.contact", person.uid])
    second = client.post(url, {**opened, "mobile": "13822222222"})
    assert second.status_code == 409
    assert "保密岗位" not in second.content.decode()


def photo_bytes(fmt: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "red").save(out, fmt)
    return out.getvalue()


def test_a_photo_is_stored_shown_and_kept_from_others(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.west)
    post(clerk, "people.person.photo", person, photo=SimpleUploadedFile("证件照.jpg", photo_bytes(), "image/jpeg"))
    shown = clerk.get(reverse("people-photo", args=[person.uid]))
    assert shown["Content-Type"] == "image/jpeg"
    other = Client()
    other.force_login(factories.account("dongshan", "branch_secretary", house.east))
    assert other.get(reverse("people-photo", args=[person.uid])).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("setup.jpg", b"MZ\x90\x00" + b"\x00" * 200, "不能作为照片"),
        ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不能作为照片"),
        ("empty.jpg", b"", ""),
        ("cut.jpg", photo_bytes()[:200], ""),
        ("big.jpg", photo_bytes() + b"\x00" * (40 * 1024 * 1024), "10 MB"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_reason(
    clerk: Client, house: factories.House, name: str, content: bytes, word: str
) -> None:
    person = factories.person("陈桂芳", house.root)
    answer = post(clerk, "people.person.photo", person, photo=SimpleUploadedFile(name, content, "image/jpeg"))
    assert answer.status_code == 422
    assert word in answer.content.decode()
    person.refresh_from_db()
    assert person.photo_id is None


def test_a_bank_account_is_masked_and_its_number_not_in_the_trail(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root)
    payroll = Client()
    payroll.force_login(factories.account("caiwu", "payroll_clerk", house.root))
    answer = post(payroll, "people.bank.add", person, bank="江北农商行", account="6222000011112222333", purpose="工资")
    assert answer.status_code == 302, answer.content.decode()
    text = payroll.get(person.get_absolute_url()).content.decode()
    assert "江北农商行" in text
    assert "6222000011112222333" not in text
    assert BankAccount.objects.system("test").get().account == "6222000011112222333"
    line = audit.history("people.Person", str(person.pk))[0]
    assert "6222000011112222333" not in str(line)


def test_the_record_as_it_stood_on_a_past_day(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, mobile="13800000000")
    Person.objects.system("test").filter(pk=person.pk).update(created_at="2025-01-01T00:00:00Z")
    post(clerk, "people.person.edit.contact", person, mobile="13811111111")
    yesterday = (localdate() - timedelta(days=1)).isoformat()
    url = reverse("people-as-of", args=[person.uid])
    assert "13800000000" in clerk.get(url, {"day": yesterday}).content.decode()
    assert "13811111111" in clerk.get(url).content.decode()
    assert "还没有这份主档" in clerk.get(url, {"day": "2024-01-01"}).content.decode()
    assert clerk.get(url, {"day": "2024-13-45"}).status_code == 200


def test_a_new_branch_ends_the_old_one_and_nobody_is_in_two(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, party=house.east)
    answer = post(
        clerk, "people.person.affiliate", person, kind="party", organization=house.west.uid, since="2026-01-01"
    )
    assert answer.status_code == 302, answer.content.decode()
    rows = Affiliation.objects.system("test").filter(person=person, kind="party").order_by("since")
    assert [(r.organization_id, str(r.until)) for r in rows] == [(house.east.pk, "2026-01-01"), (house.west.pk, "None")]


def test_the_home_cannot_be_ended_alone(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root)
    home = Affiliation.objects.system("test").get(person=person)
    answer = post(clerk, "people.affiliation.end", home, until="2026-01-01")
    assert answer.status_code == 422
    assert "归属单位不能单独结束" in answer.content.decode()


def test_a_person_field_names_the_candidates_when_several_fit(clerk: Client, house: factories.House) -> None:
    factories.person("张伟", house.root, party=house.east, staff_number="1001")
    factories.person("张伟", house.root, party=house.east, staff_number="1002")
    twice = post(clerk, "people.post.appoint", house.east, person="张伟", kind="member", since="2026-01-01")
    assert "1001" in twice.content.decode()
    assert "1002" in twice.content.decode()
    once = post(clerk, "people.post.appoint", house.east, person="1002", kind="member", since="2026-01-01")
    assert once.status_code == 302


def test_who_works_and_has_retired_is_refused_at_the_date(clerk: Client, house: factories.House) -> None:
    person = factories.person("张伟", house.east, employment="active")
    answer = post(clerk, "people.person.edit.work", person, employment="active", retired_on="2020-01-01")
    assert answer.status_code == 422
    assert "却有退休日期 2020-01-01" in answer.content.decode()
    # somebody else's telephone number is not held up by what was written before the rule
    Person.objects.system("test").filter(pk=person.pk).update(retired_on="2020-01-01")
    assert post(clerk, "people.person.edit.contact", person, mobile="13800138000").status_code == 302


def test_the_dead_get_no_branch_and_no_post(clerk: Client, house: factories.House) -> None:
    person = factories.person("张伟", house.root, employment="deceased")
    there = {"kind": "party", "organization": house.east.uid, "since": "2020-01-01"}
    assert "已去世" in post(clerk, "people.person.affiliate", person, **there).content.decode()
    post_of = {"person": str(person.uid), "kind": "head", "since": "2020-01-01"}
    assert "已去世" in post(clerk, "people.post.appoint", house.department, **post_of).content.decode()


def test_a_wrong_landline_is_not_called_a_mobile_number(clerk: Client, house: factories.House) -> None:
    person = factories.person("张伟", house.east)
    answer = post(clerk, "people.person.edit.contact", person, telephone="1380013800")
    assert answer.status_code == 422
    assert "0755-12345678" in answer.content.decode()
    assert "手机号码“" not in answer.content.decode()


def test_a_forged_choice_is_answered_without_the_word_uuid(clerk: Client, house: factories.House) -> None:
    person = factories.person("张伟", house.east)
    answer = post(clerk, "people.person.affiliate", person, kind="party", organization="x", since="2020-01-01")
    assert answer.status_code == 422
    assert "请从列表中选择组织" in answer.content.decode()
    assert "UUID" not in answer.content.decode()


def test_the_search_page_and_its_fragment(clerk: Client, house: factories.House) -> None:
    factories.person("张伟", house.east)
    assert "张伟" in clerk.get(reverse("search"), {"q": "zw"}).content.decode()
    fragment = clerk.get(reverse("search"), {"q": "zw"}, headers={"HX-Request": "true"}).content.decode()
    assert 'role="listbox"' in fragment
    assert "<html" not in fragment


def test_number_look_ups_are_logged_and_limited(
    clerk: Client, house: factories.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhibu.apps.people import counted

    monkeypatch.setattr(counted, "NUMBER_LOOKUPS", 2)
    answers = [clerk.get(reverse("search"), {"q": "071233"}).content.decode() for _ in range(3)]
    lines = AuditEntry.objects.system("test").filter(action="people.search.number")
    assert lines.count() == 2
    assert "太频繁" in answers[-1]
    cache.clear()  # as in another process of the web server
    assert "太频繁" in clerk.get(reverse("search"), {"q": "071233"}).content.decode()
    LookupCount.objects.update(since=timezone.now() - timedelta(seconds=61))
    assert "太频繁" not in clerk.get(reverse("search"), {"q": "071233"}).content.decode()


def test_the_list_s_own_search_shares_the_count(
    clerk: Client, house: factories.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhibu.apps.people import counted

    monkeypatch.setattr(counted, "NUMBER_LOOKUPS", 2)
    factories.person("张伟", house.east, identity="110101199003071233")
    assert "张伟" in clerk.get(reverse("people"), {"q": "071233"}).content.decode()
    clerk.get(reverse("search"), {"q": "071233"})
    answer = clerk.get(reverse("people"), {"q": "071233"}).content.decode()
    assert "太频繁" in answer
    assert "张伟" not in answer
    assert clerk.post(f"{reverse('people-export')}?q=071233").status_code == 302
    assert AuditEntry.objects.system("test").filter(action="people.search.number").count() == 2
    assert "张伟" in clerk.get(reverse("people"), {"q": "张伟"}).content.decode()


def test_an_old_link_to_a_merged_record_leads_to_the_one_that_was_kept(clerk: Client, house: factories.House) -> None:
    first, second, third = (factories.person("陈桂芳", house.east) for _ in range(3))
    old = [first.get_absolute_url(), second.get_absolute_url()]
    for dropped, kept in ((first, second), (second, third)):
        Affiliation.objects.system("test").filter(person=dropped).update(until=localdate())
        Person.objects.system("test").filter(pk=dropped.pk).update(state="merged", merged_into=kept)
    for link in old:
        assert clerk.get(link).url == third.get_absolute_url()
        assert clerk.get(f"{link}history/").url == f"{third.get_absolute_url()}history/"
    assert "已合并" in clerk.get(old[0], follow=True).content.decode()
    pages = ("as-of/", "life/", "reveal/")
    acts = [f"/do/people.person.edit/{first.uid}/", f"/print/people.card/{first.uid}/"]
    others = [f"/people/{first.uid}/{page}" for page in pages] + acts
    for link in others:
        assert clerk.get(f"{link}?a=1").url == f"{link.replace(str(first.uid), str(third.uid))}?a=1", link
    assert clerk.get(f"/people/{first.uid}/photo/", follow=True).status_code == 404, "there is no photo of either"
    assert clerk.post(acts[0]).status_code == 404
    clerk.force_login(factories.account("west", "organization_department", house.west))
    for link in (old[0], *others):
        assert clerk.get(link).status_code == 404, link


def test_the_page_costs_the_same_whatever_the_data(
    clerk: Client, house: factories.House, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person = factories.person("陈桂芳", house.root, party=house.east)
    with CaptureQueriesContext(
        connection,
    ) as little:
        clerk.get(person.get_absolute_url())
    for n in range(12):
        BankAccount.objects.create(person=person, bank=f"银行{n}", account="622200001111", account_tail="1111")
        Affiliation.objects.create(
            person=person, organization=house.station, kind="service", since="2020-01-01", until="2020-02-01"
        )
    with CaptureQueriesContext(connection) as much:
        clerk.get(person.get_absolute_url())
    assert len(much) == len(little)


def test_a_name_and_a_number_are_read_as_people_write_them(clerk: Client, house: factories.House) -> None:
    post(
        clerk, "people.person.create", name=" 陈　桂芳 ", document_type="resident", mobile="１３８ 0013-8000",
        employment="retired", home=house.root.uid, since="2020-01-01",
    )  # fmt: skip
    person = Person.objects.system("test").get()
    assert (person.name, person.mobile) == ("陈桂芳", "13800138000")


@pytest.mark.parametrize("name", ["😀", "张" * 200, "张" * 51, "<script>alert(1)</script>", "=cmd|'/C calc'!A0"])
def test_what_is_no_name_is_refused_at_its_field(clerk: Client, house: factories.House, name: str) -> None:
    answer = post(
        clerk, "people.person.create", name=name, document_type="resident", employment="active", home=house.root.uid,
        since="2020-01-01",
    )  # fmt: skip
    assert answer.status_code == 422
    assert not Person.objects.system("test").exists()


def test_a_unit_that_is_home_and_department_stands_once_under_the_name(clerk: Client, house: factories.House) -> None:
    person = factories.person("陈桂芳", house.root, party=house.east)
    Affiliation.objects.create(person=person, organization=house.root, kind="administrative", since=factories.LONG_AGO)
    text = clerk.get(person.get_absolute_url()).content.decode()
    assert f" · {house.root} · {house.east}" in text
    assert f"{house.root} · {house.root}" not in text
