"""A branch and those who act in it: each in a window of their own, on days the test chooses."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.e2e.clock import Clock
from tests.e2e.serving import _environment
from tests.e2e.visiting import Visitor

PASSWORD = "Dianhua-2026-ceshi"
_CAST = """
import os, sys, json
os.environ["DJANGO_SETTINGS_MODULE"] = "zhibu.settings"
import django; django.setup()
from django.contrib.auth.hashers import make_password
from django.utils.timezone import localdate
from zhibu.apps.accounts.models import Account
from zhibu.apps.cards.models import Card
from zhibu.apps.membership.queries import members_on
from zhibu.apps.organizations.models import Kind
from zhibu.apps.people.models import Person, Post
secretary = Account.objects.system("test").get(username="shuji").person
post = Post.objects.system("test").filter(person=secretary, kind="secretary", organization__kind=Kind.BRANCH).get()
branch = post.organization
members = [one for one in members_on(branch, localdate()) if one.has_vote]
ids = [one.person_id for one in members]
busy = set(Post.objects.system("test").filter(organization=branch).values_list("person", flat=True))
busy |= set(Account.objects.system("test").filter(person__in=ids).values_list("person", flat=True))
plain = [one for one in members if one.person_id not in busy]
rows = Card.objects.system("test").filter(holder__in=ids, state="active", valid_to__year__gte=localdate().year + 2)
chips = dict(rows.values_list("holder", "chip"))
carded = next(one for one in plain if one.person_id in chips)
rest = [one for one in plain if one is not carded]
hashed = make_password(sys.argv[1])
for username, one in zip(["at-phone", "remote"], rest):
    Account.objects.create(username=username, person=Person.objects.system("test").get(pk=one.person_id),
                           display_name=one.name, password=hashed, must_change_password=False, is_demo=True)
group = next(one.organization_id for one in members if one.organization_id != branch.pk)
groups = {one.pk: str(one) for one in branch.children.system("test").filter(kind=Kind.GROUP)}
print(json.dumps({
    "uid": str(branch.uid), "name": str(branch), "group": groups[group], "groups": list(groups.values()),
    "members": [one.name for one in members], "secretary": secretary.name, "at_phone": rest[0].name, "remote": rest[1].name,
    "carded": carded.name, "chip": chips[carded.person_id]}))
"""


@dataclass(frozen=True)
class Branch:
    """The branch of the secretary `shuji`: members with a vote, and the three of the story; `chip` is of who has only a card."""

    uid: str
    name: str
    group: str
    groups: list[str]
    members: list[str]
    secretary: str
    at_phone: str
    remote: str
    carded: str
    chip: str


def cast(data: Path) -> Branch:
    """Choose who acts, and give two of them accounts (`at-phone`, `remote`). Run before the site starts."""
    call = [sys.executable, "-c", _CAST, PASSWORD]
    done = subprocess.run(call, env=_environment(data), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Branch(**json.loads(done.stdout.splitlines()[-1]))


class Someone:
    """Somebody with a window, who signs in anew on every day they come back.

    password: typed as on any site; without one, by a click on the name among the demonstration's accounts.
    """

    def __init__(self, visitor: Visitor, clock: Clock, username: str, password: str = "") -> None:
        self.visitor, self.page, self.clock = visitor, visitor.page, clock
        self.username, self.password = username, password
        self.day = ""

    def go(self, path: str) -> Page:
        """Open a page, by way of the sign-in page on the first of a day."""
        if self.day == str(self.clock.now().date()):
            self.page.goto(path)
            return self.page
        self.page.goto(f"/login/?next={quote(path)}")
        if self.visitor.path == "/login/":
            self.sign_in()
        self.day = str(self.clock.now().date())
        return self.page

    def scan(self, link: str) -> Page:
        """Open what a code on the wall leads to; whoever is not signed in signs in there."""
        self.page.goto(link)
        if self.visitor.path == "/login/":
            self.sign_in()
        self.day = str(self.clock.now().date())
        return self.page

    def sign_in(self) -> None:
        """Fill in the page of signing in, and wait for where it leads."""
        if self.password:
            self.page.get_by_label("用户名").fill(self.username)
            self.page.get_by_label("密码").fill(self.password)
            self.page.get_by_role("button", name="登录", exact=True).click()
        else:
            self.page.locator(f"form:has(input[name=username][value={self.username}]) button").click()
        self.page.wait_for_url(lambda url: "/login/" not in url)


def press(page: Page, label: str) -> None:
    """Press the button of a form and see that it was done."""
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#messages")).to_contain_text(f"已办理：{label}")


def act(
    page: Page, label: str, fill: Callable[[Page], Any] | None = None, within: Locator | None = None, **texts: str
) -> None:
    """Do what a button of the page offers: its form, filled in by name of field, and back with the news that it was done."""
    (within or page.locator("main")).get_by_role("link", name=label).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)
    if fill is not None:
        fill(page)
    press(page, label)


def printed(someone: Someone, label: str) -> str:
    """Open one of the papers that the page prints; returns its text."""
    page = someone.page
    page.get_by_role("link", name="打印", exact=True).click()
    address = page.get_by_role("link", name=f"打开{label}", exact=True).get_attribute("href")
    answer = someone.visitor.context.request.get(f"{someone.visitor.site.url}{address}")
    assert answer.ok, answer.text()
    return text_of(answer.body())


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, cell by cell, without the blanks that only its lines make."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())
