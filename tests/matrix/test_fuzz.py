"""Nasty values in every field of every form, every query parameter, every address: an answer, never an error of the server.

A refused form says in Chinese, beside the field or above the form, what is wrong, and leaves nothing behind.
"""

import re
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.matrix import filling, nasty
from tests.matrix.addresses import addresses
from tests.matrix.test_actions import ACTIONS, counts, holders, records, url_of
from tests.matrix.visitor import Open, Page, Visitor
from tests.matrix.world import World
from zhibu.kernel import actions
from zhibu.kernel.rules.registry import all_rules

pytestmark = pytest.mark.django_db

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WITH_FORMS = [action for action in ACTIONS if action.form]


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what was written inside: some nasty values are good ones."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refused_or_done(browser: Visitor, url: str, body: dict[str, Any]) -> Page:
    """Post; a refusal must say why in Chinese and leave the tables as they were (what was done is taken back)."""
    with taken_back():
        page = browser.post(url, body)
        if page.status in {409, 422}:
            assert CHINESE.search(filling.complaints(page.text)), (url, page.text)
    assert page.status in {200, 302, 404, 409, 422}, (url, page.status)
    return page


def openable(world: World, action: actions.Action, role: str) -> Any:
    """Return a record whose page the role can open, None for an act on none."""
    browser = Visitor(world.accounts[role])
    found = records(world, action, "seen")
    return next((one for one in found if browser.get(url_of(action, one)).status == 200), found[0])


@pytest.mark.parametrize("action", WITH_FORMS, ids=lambda action: action.code)
def test_every_field_of_every_act_takes_nasty_values(world: World, visitor: Open, action: actions.Action) -> None:
    """All fields at once, each with another value each time; then one at a time, so that the service is reached.

    Which values a field meets depends on the act: over all acts each kind of field meets them all.
    """
    role = holders(action)[0]
    record = openable(world, action, role)
    url, good = url_of(action, record), filling.body(world, action, record)
    fields = [*filling.form(world, action, role, record).fields, "rev", "seen", "next"]
    texts = [name for name in fields if not isinstance(good.get(name), filling.SimpleUploadedFile)]
    browser = visitor(role)
    before = counts()
    shift = zlib.crc32(action.code.encode())
    for turn in range(shift % 16, len(nasty.TEXTS), 16):
        refused_or_done(browser, url, {**filling.again(good), **nasty.spread(texts, turn), "key": str(uuid.uuid4())})
    some = texts if len(texts) < 9 else texts[:4] + texts[-4:]  # a form may have a box for every person
    for place, name in enumerate(some):
        text = nasty.PLAUSIBLE[(place + shift) % len(nasty.PLAUSIBLE)]
        refused_or_done(browser, url, {**filling.again(good), name: text, "key": str(uuid.uuid4())})
    browser.get(url, data=nasty.spread(texts, shift))
    key = {"key": str(uuid.uuid4())}
    refused_or_done(browser, url, {**{name: ["甲", "乙"] for name in texts}, **key})
    refused_or_done(browser, url, {**{name: nasty.upload(1) for name in fields}, **key})
    assert counts() == before


FILE_FIELDS = [
    (action, name)
    for action in WITH_FORMS
    for name, field in getattr(action.form_class(), "base_fields", {}).items()
    if isinstance(field, forms.FileField)
]


#: two files for each field, in turn: what takes a file in is the kernel's, the same for all
FILES = [
    pytest.param(action, name, (turn + step) % len(nasty.FILES), id=f"{action.code}-{name}-{step}")
    for turn, (action, name) in enumerate(FILE_FIELDS)
    for step in (0, len(nasty.FILES) // 2)
]


@pytest.mark.parametrize(("action", "name", "place"), FILES)
def test_files_that_are_not_what_they_say_are_refused(
    world: World, visitor: Open, action: actions.Action, name: str, place: int
) -> None:
    role = holders(action)[0]
    if action.everywhere:
        factories.assign(world.accounts[role], role, world.root)
    record = openable(world, action, role)
    body = {**filling.body(world, action, record), name: nasty.upload(place)}
    before = counts()
    page = refused_or_done(visitor(role), url_of(action, record), body)
    assert page.status == 422
    assert counts() == before


def parameters(page: Page) -> set[str]:
    """Return the names a page itself uses in forms and links."""
    found = set(re.findall(r'\bname="([\w.-]+)"', page.text))
    return found | {name for link in page.links for name in re.findall(r"[?&]([\w.-]+)=", link)}


USUAL = {
    "q",
    "page",
    "sort",
    "next",
    "day",
    "year",
    "kind",
    "state",
    "before",
    "after",
    "print",
    "all",
    "format",
    "size",
    "organization",
}


def test_every_query_parameter_of_every_page_takes_nasty_values(world: World, visitor: Open) -> None:
    roles = {role: visitor(role) for role in ("organization_department", "admin")}
    before = counts()
    for address in {a.name: a for a in addresses(world.seen)}.values():
        if address.name in {"action-on", "import-original", "import-template"}:
            continue
        browser = next((one for one in roles.values() if one.get(address.url).status == 200), None)
        if browser is None:
            continue
        names = USUAL | parameters(browser.get(address.url)) - {"csrfmiddlewaretoken"}
        shift = zlib.crc32(address.name.encode())
        for turn in range(shift % 32, len(nasty.TEXTS), 32):
            browser.get(address.url, data=nasty.spread(sorted(names), turn))
            browser.get(address.url, data=nasty.spread(["q", "page", "day"], turn))
        for place in range(2):
            browser.get(f"{address.url}?{nasty.RAW[(place + shift) % len(nasty.RAW)]}", HTTP_HX_REQUEST="true")
    found = counts()
    looked = {
        "people.LookupCount",
        "last audit line",
        "audit.AuditEntry",
        "kernel.AuditEntry",
        "kernel.AuditDetail",
        "kernel.AuditUnsealed",
    }
    assert {k: v for k, v in found.items() if k not in looked} == {k: v for k, v in before.items() if k not in looked}


@pytest.mark.parametrize("role", ["", "organization_department"], ids=["signed-out", "signed-in"])
def test_addresses_that_no_browser_sends_are_answered(visitor: Open, role: str) -> None:
    browser = visitor(role)
    for path in nasty.PATHS:
        assert browser.get(path).status in {200, 301, 302, 400, 404}, path
        assert browser.post(path).status in {301, 302, 400, 404, 405}, path
    for raw in nasty.RAW:
        for url in (
            "/login/",
            "/do/people.person.create/",
            "/ui/text-size/",
            "/people/export/",
            "/rules/money.capital/",
        ):
            for kind in (
                "application/x-www-form-urlencoded",
                "application/json",
                "text/plain",
                "multipart/form-data; boundary=x",
            ):
                with taken_back():
                    assert browser.ask("POST", url, data=raw.encode(), content_type=kind).status < 500
    many = "&".join(f"a{n}=1" for n in range(6_000))
    assert browser.ask(
        "POST", "/login/", data=many.encode(), content_type="application/x-www-form-urlencoded"
    ).status in {302, 400}


def test_cookies_and_headers_may_hold_anything(visitor: Open) -> None:
    for text in ("", "x" * 5_000, "\x7f", "%ff", "é", "</script>", "9" * 5_000):
        for name in ("sessionid", "csrftoken", "zhibu_text", "messages"):
            browser = visitor("hr_clerk")
            browser.client.cookies[name] = text
            browser.get("/people/")
        browser = visitor("hr_clerk")
        for header in (
            "HTTP_HX_CURRENT_URL",
            "HTTP_HX_TARGET",
            "HTTP_ACCEPT_LANGUAGE",
            "HTTP_X_FORWARDED_FOR",
            "HTTP_REFERER",
            "HTTP_ACCEPT",
        ):
            browser.get("/people/", **{header: text, "HTTP_HX_REQUEST": "true"})
        browser.get("/people/", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=text)


def test_forms_outside_the_acts_take_nasty_values(world: World, visitor: Open, settings: Any) -> None:
    """Log-in, password, text size, reveal, jobs and the trial of every rule."""
    before = counts()
    person = world.subject
    posts = [
        ("", "login", [], ("username", "password", "next")),
        ("hr_clerk", "password-change", [], ("old", "new", "again")),
    ]
    posts += [
        ("hr_clerk", "ui:text-size", [], ("size", "next")),
        ("hr_clerk", "people-reveal", [person.uid], ("field", "reason", "key")),
    ]
    posts += [("", "demo-login", [], ("username", "next"))]
    settings.DEMO = True  # without it the last one reads nothing
    for role, name, arguments, names in posts:
        for text in nasty.TEXTS:
            with taken_back():
                assert visitor(role).post(reverse(name, args=arguments), dict.fromkeys(names, text)).status < 500
    browser = visitor("")
    for rule in all_rules():
        names = re.findall(r'name="([\w.-]+)"', browser.get(reverse("rule", args=[rule.name])).text)
        for turn in range(0, len(nasty.TEXTS), 2):
            for address in ("rule", "rule-json"):
                page = browser.post(reverse(address, args=[rule.name]), nasty.spread(names, turn))
                assert page.status in {200, 422}, (rule.name, turn)
    assert counts() == before


EASY = settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=120)


@EASY
@given(text=ANY_TEXT)
def test_whatever_is_searched_for(world: World, text: str) -> None:
    browser = Visitor(world.accounts["organization_department"])
    for url in ("/search/", "/people/", "/people/picker/", "/organizations/chart/"):
        browser.get(url, data={"q": text})
    assert not browser.problems, browser.problems


@EASY
@given(name=ANY_TEXT, number=ANY_TEXT, day=st.one_of(ANY_TEXT, st.dates().map(str)), mobile=ANY_TEXT)
def test_whatever_is_written_about_a_new_person(world: World, name: str, number: str, day: str, mobile: str) -> None:
    browser = Visitor(world.accounts["hr_clerk"])
    body = {
        "name": name, "document_type": "resident", "identity_number": number, "birth_date": day, "mobile": mobile, "employment": "active",
        "home": world.seen.unit.uid, "since": "2020-01-01", "key": str(uuid.uuid4()),
    }  # fmt: skip
    refused_or_done(browser, reverse("action", args=["people.person.create"]), body)
    assert not browser.problems, browser.problems
