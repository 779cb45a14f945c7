"""A branch under its committee, made in a site's own environment, and those who act there at their windows."""

import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.serving import _environment, by_the_first, zhibu
from tests.e2e.visiting import Visitor
from tests.prepared import lay

ROOT = Path(__file__).resolve().parents[2]
#: full members of the branch; the first is its secretary, the second sits on its committee
MEMBERS = ("王建国", "李秀兰", "丁一", "张强", "陈静", "刘洋", "赵磊", "孙丽", "周涛", "吴敏")
APPLICANT = "林小满"
#: two members of one name
NAMESAKES = ("张伟", "张伟")


def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with an empty migrated database, to be copied by whoever uses it."""

    def make(data: Path) -> None:
        if not lay(data):
            zhibu(data, "migrate")

    return by_the_first(tmp_path_factory, "migrated-data", make)


def make(data: Path, born: str, payers: int = 0, **environment: str) -> dict[str, str]:
    """Make the branch in a migrated database: organisations, members, an applicant born on that day, the accounts.

    payers: so many more members, two of whom bear one name, all with a base of their dues. Returns the uids of
    organisations by their names and that of the applicant.
    """
    words = (
        "import json, django; django.setup(); from tests.e2e import branches; "
        f"print(json.dumps(branches.write({born!r}, {payers})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", words],
        env=_environment(data, DJANGO_SETTINGS_MODULE="zhibu.settings", **environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return made


def write(born: str, payers: int) -> dict[str, str]:
    """Write it: what `make` runs inside the site's environment."""
    from datetime import date

    from tests import factories

    root = factories.organization("东江实业")
    committee = factories.organization("东江实业党委", "committee", root)
    general = factories.organization("江北党总支", "general_branch", committee)
    branch = factories.organization("机修党支部", "branch", general)
    people = write_members(root, branch, payers)
    young = factories.person(
        APPLICANT, root, staff_number="S100", birth_date=date.fromisoformat(born), employment="active"
    )
    clerk = factories.person("何干事", root, staff_number="S001", birth_date=date(1985, 1, 1), employment="active")
    accounts = [
        factories.account("shuji", "branch_secretary", branch, of=people[0]),
        factories.account("weiyuan", "branch_officer", branch, of=people[1]),
        factories.account("zuzhibu", "organization_department", root, of=clerk),
        factories.account("benren", of=young),
    ]
    if payers:
        accounts += [factories.account("caiwu", "payroll_clerk", root), factories.account("dangyuan", of=people[2])]
        write_bases(people, branch)
    for one in accounts:
        one.is_demo = True  # signs in by a click, without a second factor
        one.save()
    found = {one.name: str(one.uid) for one in (root, committee, general, branch)}
    return found | {APPLICANT: str(young.uid)}


def write_members(root: Any, branch: Any, payers: int) -> list[Any]:
    """Write the full members of the branch, as they come to the roster; returns them."""
    from datetime import date

    from django.db import transaction

    from tests import factories
    from zhibu.apps.people.events import PartyFactsChanged
    from zhibu.kernel.actor import Actor
    from zhibu.kernel.events import publish

    facts = {"political_status": "01", "joined_party_on": date(2000, 6, 20), "full_member_on": date(2001, 6, 20)}
    names = [*MEMBERS, *(NAMESAKES + tuple(f"党员{n:02d}" for n in range(3, payers + 1)) if payers else ())]
    people = [
        factories.person(name, root, party=branch, staff_number=f"M{n:03d}", birth_date=date(1970, 1, 1), **facts)
        for n, name in enumerate(names)
    ]
    with transaction.atomic():
        publish(PartyFactsChanged(tuple(one.pk for one in people), Actor(is_system=True)))
    return people


def write_bases(people: list[Any], branch: Any) -> None:
    """Give everybody a base of 3,000 yuan: 15 yuan a month."""
    from datetime import date
    from decimal import Decimal

    from zhibu.apps.dues.models import Base

    for person in people:
        Base.objects.create(
            person=person, organization=branch, payer="waged", since=date(2026, 1, 1), amount=Decimal("3000.00"),
            lines="[]", source="sheet", ground="2026 年 1 月工资表", by_name="组织部",
        )  # fmt: skip


def page_of_paper() -> bytes:
    """Return a picture of a signed paper."""
    out = io.BytesIO()
    Image.new("RGB", (310, 438), "white").save(out, "JPEG")
    return out.getvalue()


PAPER = {"name": "签字材料.jpg", "mimeType": "image/jpeg", "buffer": page_of_paper()}
_HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|key|rev|seen)" value="([^"]*)"')


@dataclass
class Hand:
    """Somebody at a window, who signs in whenever the site asks for it: the clock moves on by months."""

    visitor: Visitor
    username: str
    #: the page from which acts are begun
    home: str = "/"
    #: whose window shows what holds now: nobody else acted since, and the clock stood still
    fresh: "ClassVar[Hand | None]" = None

    @property
    def page(self) -> Page:
        """The window's page."""
        return self.visitor.page

    def open(self, url: str = "") -> Page:
        """Go to a page, signing in by a click on one's name where it is asked for."""
        if Hand.fresh is self and self.visitor.path == (url or self.home):
            return self.page
        self.page.goto(url or self.home)
        if self.visitor.path.startswith("/login/"):
            self.page.locator(f"form:has(input[name=username][value={self.username}]) button").click()
            if self.visitor.path != (url or self.home):
                self.page.goto(url or self.home)
        return self.page

    def begin(self, label: str, at: str = "") -> Page:
        """Open the form of an act by its button on the page, or where the page offers none by the form's address."""
        if Hand.fresh is self and self.page.get_by_role("heading", level=1).inner_text() == label:
            return self.page  # it was refused just now
        page = self.open(at)
        if not at.startswith("/do/"):
            page.locator("main").get_by_role("link", name=label, exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(label)
        return page

    def do(self, label: str, /, at: str = "", **values: Any) -> None:
        """Do an act by its button and form; every file asked for is given."""
        self.send(label, at, values)
        expect(self.page.locator("#messages")).to_contain_text(f"已办理：{label}")
        Hand.fresh = self

    def refused(self, label: str, /, *words: str, at: str = "", **values: Any) -> None:
        """Try an act that must be refused in these words, on the page of its form."""
        self.send(label, at, values)
        wrong = self.page.locator("main form .notice.late, main form .error, main form .summary")
        expect(wrong.first).to_be_visible()
        told = "\n".join(wrong.all_inner_texts())
        missing = [word for word in words if word not in told]
        assert not missing, f"{label}: {missing} not in {told}"
        Hand.fresh = self

    def send(self, label: str, at: str, values: dict[str, Any]) -> None:
        """Fill in the form of an act and send it."""
        page = self.begin(label, at)
        for name, value in values.items():
            put(page, name, value)
        for upload in page.locator("main form input[type=file]").all():
            upload.set_input_files(PAPER)  # type: ignore[arg-type]
        page.locator("main form .form-acts button").first.click()

    def post(self, code: str, uid: str = "", **values: Any) -> str:
        """Do an act that is not the subject without its page: its form is fetched and posted. Returns where it leads."""
        self.open()
        Hand.fresh = None
        request, url = self.visitor.context.request, f"/do/{code}/" + (f"{uid}/" if uid else "")
        sent = dict(_HIDDEN.findall(request.get(url).text()))
        body = urlencode(sent | values, doseq=True)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = request.post(url, data=body, headers=kind, max_redirects=0)
        assert answer.status == 302, f"{code}: {answer.status} {re.sub('<[^>]+>', ' ', answer.text())[-2000:]}"
        return answer.headers["location"]


def put(page: Page, name: str, value: Any) -> None:
    """Fill in one field: text and dates are typed, lists chosen from, words of a list ticked, True ticks a box."""
    boxes = page.locator(f"main form [name={name}]")
    if value is True:
        boxes.first.check()
    elif isinstance(value, tuple):
        for words in value:
            page.locator(f"main form label.check:has([name={name}])", has_text=words).locator("input").check()
    elif boxes.first.evaluate("e => e.tagName") == "SELECT":
        labels = boxes.first.locator("option").all_inner_texts()
        boxes.first.select_option(label=next(label for label in labels if value in label))
    else:
        boxes.first.fill(value)


def uid_in(address: str) -> str:
    """Return the first uid in an address."""
    found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", address)
    assert found, address
    return found[0]
