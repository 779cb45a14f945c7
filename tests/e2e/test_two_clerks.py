"""Two people at the same record, and one person who presses twice: nothing is lost, nothing happens twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visiting import Open

pytestmark = pytest.mark.e2e


def someone(page: Page) -> str:
    """Open a person of the list who has a mobile number; returns the address of the record."""
    page.goto("/people/?q=张伟")
    page.get_by_role("region", name="人员主档列表").get_by_role("link", name="张伟").first.click()
    return re.sub(r".*(/people/[^/]+/)$", r"\1", page.url)


def edit_contact(page: Page, record: str) -> None:
    page.goto(record)
    page.get_by_role("link", name=re.compile(r"修改\s*联系方式")).click()


def test_the_second_clerk_sees_what_the_first_changed(sign_in: Open) -> None:
    first, second = sign_in("zuzhibu").page, sign_in("renshi").page
    record = someone(first)
    edit_contact(first, record)
    edit_contact(second, record)
    first.get_by_label("现住址").fill("江北区新华路 88 号")
    first.get_by_role("button", name="修改联系方式").click()
    expect(first.locator("#messages")).to_contain_text("已办理")

    second.get_by_label("手机").fill("13900001111")
    second.get_by_role("button", name="修改联系方式").click()
    expect(second.get_by_text("已被别人修改")).to_be_visible()
    changed = second.locator(".history > li").first
    expect(changed).to_contain_text("现住址")
    expect(changed).to_contain_text("江北区新华路 88 号")
    expect(second.get_by_label("手机")).to_have_value("13900001111")  # what was typed is still there

    first.reload()
    expect(first.locator(".facts").get_by_text("江北区新华路 88 号")).to_be_visible()
    expect(first.locator(".facts").get_by_text("13900001111")).to_have_count(0)

    # what the second left alone has become what the first made of it: both changes stand in the end
    expect(second.get_by_label("现住址")).to_have_value("江北区新华路 88 号")
    second.get_by_role("button", name="核对无误").click()
    expect(second.locator(".facts").get_by_text("13900001111")).to_be_visible()
    expect(second.locator(".facts").get_by_text("江北区新华路 88 号")).to_be_visible()


def register_person(page: Page, name: str, staff_number: str) -> None:
    """Fill in the form of a new person, and leave it there."""
    page.goto("/do/people.person.create/")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("工号").fill(staff_number)
    page.get_by_label("归属单位").select_option(index=1)


def how_many(page: Page, name: str) -> int:
    page.goto(f"/people/?q={name}")
    return page.get_by_role("region", name="人员主档列表").locator("tbody tr").count()


def test_a_double_click_registers_one_person(sign_in: Open) -> None:
    page = sign_in("zuzhibu").page
    register_person(page, "双击一次", "SJ001")
    page.get_by_role("button", name="登记人员").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("双击一次")
    assert how_many(page, "双击一次") == 1


def test_the_same_form_sent_again_is_answered_as_the_first_time(sign_in: Open) -> None:
    """What a browser sends when the page of the answer is loaded again."""
    visitor = sign_in("zuzhibu")
    register_person(visitor.page, "重发一次", "CF001")
    fields = visitor.page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form))")
    fields = {name: value for name, value in fields.items() if isinstance(value, str)}
    answers = [visitor.context.request.post(visitor.page.url, form=fields, max_redirects=0) for _ in range(2)]
    assert [answer.status for answer in answers] == [302, 302]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert how_many(visitor.page, "重发一次") == 1


def test_back_and_again_registers_nobody_twice(sign_in: Open) -> None:
    page = sign_in("zuzhibu").page
    register_person(page, "后退一次", "HT001")
    page.get_by_role("button", name="登记人员").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("后退一次")
    page.go_back()
    expect(page.get_by_role("button", name="登记人员")).to_be_visible()
    page.get_by_label("姓名").fill("后退一次")
    page.get_by_label("工号").fill("HT001")
    page.get_by_label("归属单位").select_option(index=1)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="登记人员").click()
    assert how_many(page, "后退一次") == 1
