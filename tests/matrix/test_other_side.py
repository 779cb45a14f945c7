"""What lies on the other side is not found, not brought up by a question, and in no export or import; as every role."""

import re
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.urls import reverse

from tests.matrix.addresses import addresses
from tests.matrix.sensitive import ASCII_MARK, OTHER_NUMBER, PROBES, ROLES, covering, permissions
from tests.matrix.visitor import Open, Page, Visitor, each_role
from tests.matrix.world import World, actor_of
from zhibu.kernel.console import all_screens, export
from zhibu.kernel.jobs import run_now
from zhibu.kernel.jobs.models import Job
from zhibu.kernel.ui import errors

pytestmark = pytest.mark.django_db


@each_role
def test_every_record_of_the_other_side_is_not_found(world: World, visitor: Open, role: str) -> None:
    browser = visitor(role)
    tried: set[str] = set()
    for address in addresses(world.other):
        if not address.uid_of or address.name == "action-on":  # acts on the other side: test_actions
            continue
        pages = [browser.get(address.url)]
        if address.name not in tried:
            pages += [browser.get(address.url, HTTP_HX_REQUEST="true"), browser.post(address.url)]
        tried.add(address.name)
        for page in pages:
            assert page.status in ({404, 405} if role else {302, 200, 404, 405}), (address, page.status)
            assert role or page.status in {404, 405} or "/login/" in str(page.response.headers), address


@pytest.mark.parametrize("role", ["organization_department", "member", ""])
def test_what_is_not_found_is_told_in_the_same_words_whatever_was_asked_for(
    world: World, visitor: Open, role: str, not_found_once: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other tests draw the page once for every place in the menu; here it is drawn for every kind of address."""
    browser = visitor(role)
    urls = {address.name: address.url for address in addresses(world.other) if address.uid_of}
    urls["no page"] = "/nothing/<script>?q=%3Cscript%3E"
    known = {name: _plain(browser.get(url)) for name, url in urls.items()}
    monkeypatch.setattr(errors, "_page", not_found_once)
    for name, url in urls.items():
        assert _plain(browser.get(url)) == known[name], url


def _plain(page: Page) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.text)


SEARCHES = [f"q={quote(probe)}" for probe in (*PROBES, "一", OTHER_NUMBER[-6:], "-0")]


def queries(world: World) -> list[str]:
    """Query strings that ask for the other side by foreign key or place in the list."""
    keys = ("organization", "below", "parent", "home", "party", "region", "role", "kind", "covered")
    unit, branch, someone = world.other.unit, world.other.of("branch"), world.other.people[0]
    asked = ["&".join(f"{key}={value}" for key in keys) for value in (unit.pk, unit.uid, branch.uid)]
    asked.append("&".join(f"{key}={someone.uid}" for key in ("person", "dropped", "other", "people", "account")))
    asked += [f"sort={column}&page=999" for column in ("organization__name", "-person__name", "?")]
    asked += [
        "before=99999999&after=999&all=1&print=1&dissolved=1&by=person&page=-1",
        "by=permission&permission=people.view&kind=error",
    ]
    asked += [
        f"next={quote(unit.get_absolute_url())}&day=2020-01-01&format=json&size=96",
        "next=//example.org/&state=ended&sheet=x",
    ]
    return asked


@pytest.mark.parametrize("role", [*covering(), "member", ""], ids=lambda role: role or "signed-out")
def test_no_question_brings_the_other_side_up(world: World, visitor: Open, role: str) -> None:
    browser = visitor(role)
    lists = [reverse(screen.slug) for screen in all_screens()]
    searched = [reverse(name) for name in ("search", "people-picker", "organization-chart")]
    asking = searched + [reverse(name) for name in ("people-duplicates", "access-review", "login")]
    pages = lists + asking + [reverse(name) for name in ("inbox", "workbench", "jobs", "imports", "my-access")]
    for code in ("accounts.account.create_many", "people.person.create", "organizations.organization.create"):
        pages.append(reverse("action", args=[code]))
    pages += [reverse(f"people-{name}", args=[world.both.uid]) for name in ("as-of", "reveal", "record", "history")]
    pages += [reverse("action-on", args=["people.person.merge", world.both.uid])]
    for url in pages:
        if browser.get(url).status in {404, 302}:
            continue
        # which rows a question brings into a list the next test looks at; here is what the page says of the question
        asked = queries(world)[:: 1 if url in asking else 4]
        for query in [*asked, *(SEARCHES if url in searched else SEARCHES[:1] if url in lists else [])]:
            browser.get(f"{url}?{query}")
        for query in SEARCHES[:2] if url in searched else []:
            browser.get(f"{url}?{query}", HTTP_HX_REQUEST="true")


@pytest.mark.parametrize("role", [*covering(), "member"])
def test_no_search_of_a_list_finds_what_the_list_does_not_hold(world: World, role: str) -> None:
    """What the rows of a list show is proved by the crawl: here is proved that no word brings another row into it."""
    from zhibu.kernel.console.listing import select

    actor = actor_of(world, role)
    for screen in (screen for screen in all_screens() if screen.permission in permissions(role)):
        within = {row.pk for row in select(screen, actor, QueryDict())[0]}
        for words in SEARCHES + queries(world):
            assert {row.pk for row in select(screen, actor, QueryDict(words))[0]} <= within, (role, screen.slug, words)


@pytest.mark.parametrize("role", ROLES)
def test_filters_and_orders_tell_nothing_of_hidden_columns(world: World, visitor: Open, role: str) -> None:
    """Who may not see a column learns nothing by asking the list for those of whom it says this or that."""
    from zhibu.kernel.console import screen
    from zhibu.kernel.console.listing import select

    browser, people, actor = visitor(role), screen("people"), actor_of(world, role)
    if people.permission not in permissions(role):
        return
    everybody = select(people, actor, QueryDict())[0].count()
    found = select(people, actor, QueryDict("political_status=01"))[0].count()
    assert (found < everybody) == ("people.see.party" in permissions(role)), role
    browser.get("/people/?political_status=01")
    by_number = list(select(people, actor, QueryDict("sort=-staff_number"))[0].values_list("staff_number", flat=True))
    told = by_number == sorted(by_number, reverse=True)
    assert told == ("people.see.work" in permissions(role)), role


@each_role
def test_no_export_holds_a_cell_of_the_other_side(
    world: World, visitor: Open, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visitor(role)
    questions = [
        f"?organization={world.other.unit.pk}",
        f"?below={world.other.unit.uid}",
        f"?q={quote(PROBES[0])}",
        "?sort=x",
    ]
    for place, screen in enumerate(all_screens(), [*ROLES, ""].index(role)):
        url = reverse(f"{screen.slug}-export")
        allowed = (
            {screen.permission, screen.export_permission or screen.permission} <= permissions(role) if role else False
        )
        # an export holds the rows of the list, of which the tests above ask everything
        for query in ("", questions[place % len(questions)]):
            page = browser.post(url + query)
            assert page.status == (200 if allowed else 404 if role else 302), (role, url)
            assert not allowed or "xl/worksheets/sheet1.xml" in page.text
        if not allowed:
            continue
        monkeypatch.setattr("zhibu.kernel.console.views.INLINE", 0)
        answer = browser.post(url)
        monkeypatch.undo()
        if answer.status == 302:  # lists without a row stay inline
            job = run_now(Job.objects.system("test").order_by("-pk")[0])
            assert job.state == "done", job.error
            progress = browser.get(answer.response["Location"])
            data = browser.get(answer.response["Location"] + "?format=json")
            assert str(job.uid) in data.text
            file = browser.get(reverse("export", args=[job.uid]))
            assert file.status == 200
            assert reverse("export", args=[job.uid]) in progress.links
            assert (
                visitor("auditor" if role != "auditor" else "admin").get(reverse("export", args=[job.uid])).status
                == 404
            )
    assert export.INLINE > 0


@pytest.mark.parametrize("role", ["organization_department", "hr_clerk"])
def test_an_import_that_names_the_other_side_learns_nothing(world: World, visitor: Open, role: str) -> None:
    """Numbers, names and places of the other side in a clerk's own sheet: the check says no more than “not yours”."""
    from tests.imports.desk import sheet

    other = world.other
    one, two = world.seen.people[-2:]
    header = ("姓名", "工号", "党组织", "归属单位", "所在部门")
    cells = [
        (other.people[0].name[:3], f"{ASCII_MARK[:4]}-0", "", "", ""),
        ("新人", "NEW-1", other.of("branch").name[:3], other.unit.name[:3], ""),
        ("两边人一", "BOTH-1", "东山branch" if role == "organization_department" else "", "", "东山department"),
        ("两边人二", "BOTH-2", "东山branch" if role == "organization_department" else "", "东山公司", ""),
        (one.name, one.staff_number, "", "", ""), (two.name, two.staff_number, "", "", ""),
    ]  # fmt: skip
    browser = visitor(role)
    url = reverse("import-new", args=["people.people"])
    uid = _import(world, browser, url, sheet(*cells, header=header))
    for name in ("imports-record", "import-check", "import-errors", "import-match"):
        for kind in ("", "?kind=error", "?kind=create", "?kind=update", "?kind=same"):
            browser.get(reverse(name, args=[uid]) + kind)
    for someone in ("admin", "auditor", "hr_clerk", "organization_department"):
        visitor(someone).get(reverse("import-check", args=[uid]) + "?kind=update")
        visitor(someone).get(reverse("imports-record", args=[uid]))


def _import(world: World, browser: Visitor, url: str, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.imports.desk import batch, fields

    form = fields(browser.client.get(url))
    file = SimpleUploadedFile("名单.xlsx", content)
    answer = browser.post(url, {**form, "organization": str(world.seen.unit.uid), "file": file})
    assert answer.status == 302, answer.text
    matching = answer.response["Location"]
    answer = browser.post(matching, {**fields(browser.client.get(matching)), "key": str(uuid.uuid4())})
    assert answer.status == 302, answer.text
    made = batch()
    job = run_now(made.job)
    assert job.state == "done", (job.message, job.error)
    assert batch(made.uid).counts["rows"] == 6
    return made.uid
