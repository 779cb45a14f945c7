"""The role × action matrix, derived from the register of actions and the table of roles; forged posts; acting once.

Nothing may be changed by somebody without the permission, nor anywhere on the other side, whatever is posted.
"""

import uuid
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from tests.matrix import apps as brought
from tests.matrix import filling
from tests.matrix.addresses import patterns
from tests.matrix.sensitive import MARK, ROLES, permissions
from tests.matrix.visitor import Open, Visitor
from tests.matrix.world import World, actor_of
from zhibu.apps.accounts.models import RoleAssignment
from zhibu.kernel import actions, audit

pytestmark = pytest.mark.django_db

ACTIONS = actions.all_actions()
#: what is open to the one who asked for it alone, see below; and what reading leaves behind by itself
REQUESTERS = {("accounts.SlipSheet", "accounts.manage"), ("kernel.ImportBatch", "imports.run")}
#: what an act asks for besides: the imports of the world are of people
BESIDES = {"kernel.ImportBatch": "people.import", **brought.mapped("BESIDES")}
#: who has something of their own in the world
OWNER = filling.OWNER
VOLATILE = {"sessions.Session", "accounts.SessionRecord"}


def counts() -> dict[str, int]:
    """Return the number of rows of every table, and the last line of the trail; one statement, for it is asked so often."""
    labels, statement = _counting()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = dict(zip(labels, cursor.fetchone(), strict=True))
    return {**found, "last audit line": audit.last_id()}


@cache
def _counting() -> tuple[list[str], str]:
    tables = {m._meta.label: m._meta.db_table for m in apps.get_models() if m._meta.label not in VOLATILE}
    numbers = (f"(SELECT COUNT(*) FROM {connection.ops.quote_name(table)})" for table in tables.values())
    return list(tables), f"SELECT {', '.join(numbers)}"


def url_of(action: actions.Action, record: Any) -> str:
    """Return the address of the act on a record (None: of an act on none)."""
    return reverse("action-on", args=[action.code, record.uid]) if record else reverse("action", args=[action.code])


def records(world: World, action: actions.Action, side: str) -> list[Any]:
    """Return what the act may be tried on at one side; of acts on one's own record those of the member."""
    if action.target == "none":
        return [None]
    found: list[Any] = getattr(world, side).objects.get(action.model, [])
    if action.personal and side == "seen":
        mine = world.accounts[OWNER].person_id
        return [one for one in found if getattr(one, action.personal) == mine]
    return found


def holders(action: actions.Action) -> list[str]:
    """Return the roles that may perform an act; what is one's own is tried as the member."""
    if action.personal:
        return [OWNER]
    asked = {action.permission, BESIDES.get(action.model, action.permission)}
    return [role for role in ROLES if asked <= permissions(role)]


@pytest.mark.parametrize("role", [*ROLES, ""], ids=lambda role: role or "signed-out")
def test_an_act_is_open_to_those_who_hold_its_permission_and_to_nobody_else(
    world: World, visitor: Open, role: str
) -> None:
    browser = visitor(role)
    before = counts()
    for action in ACTIONS:
        record = records(world, action, "seen")[:1]
        if not record or (action.model, action.permission) in REQUESTERS:
            continue
        url = url_of(action, record[0])
        if role in holders(action) and not (action.own or action.everywhere):
            assert browser.get(url).status == 200, (role, action.code)
            continue
        body = filling.body(world, action, record[0])
        for page in (browser.get(url), browser.post(url, body)):
            assert page.status == (404 if role else 302), (role, action.code, page.status)
    assert counts() == before


def test_no_act_reaches_the_other_side(world: World, visitor: Open) -> None:
    before = counts()
    browsers = {role: visitor(role) for role in ROLES}
    for action in ACTIONS:
        if action.target == "none":
            continue
        for record in records(world, action, "other")[:2]:
            body = filling.body(world, action, record)
            for role in holders(action)[:2]:  # its page: see the next test
                answer = browsers[role].post(url_of(action, record), filling.again(body))
                assert answer.status == 404, (role, action.code)
    assert counts() == before


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_an_act_opens_on_a_record_that_is_not_for_that_role(world: World, visitor: Open, role: str) -> None:
    """Who holds the permission, on records of the other side and on every near one that is somebody else's.

    Who does not is refused before any record is looked at: they try each act once.
    """
    browser, account = visitor(role), world.accounts[role]
    for action in ACTIONS:
        foreign = [] if action.target == "none" else list(records(world, action, "other"))[:4]
        if role not in holders(action) and not action.own and not action.personal:
            foreign = foreign[:1]
        if action.own:
            foreign += [
                near
                for near in records(world, action, "seen")
                if not type(near).objects.system("test").filter(action.ownership(actor_of(world, role)), pk=near.pk)
            ]
        for record in foreign:
            assert browser.get(url_of(action, record)).status == 404, (role, action.code, record, account)


def test_an_own_assignment_is_lent_by_its_holder_alone(world: World, visitor: Open) -> None:
    action = actions.get("accounts.assignment.delegate")
    for role in ("leader", "hr_clerk"):
        own = RoleAssignment.objects.system("test").get(account=world.accounts[role])
        assert visitor(role).get(url_of(action, own)).status == 200
        before = counts()
        for other in {"leader", "hr_clerk", "organization_department"} - {role}:
            body = filling.body(world, action, own)
            assert visitor(other).post(url_of(action, own), body).status == 404
        assert counts() == before


def test_every_act_has_a_holder_and_a_record_to_be_tried_on(world: World) -> None:
    for action in ACTIONS:
        assert holders(action), action.code
        assert records(world, action, "seen"), action.code
        assert records(world, action, "other") or action.model == "accounts.Role", action.code  # roles are everybody's


def test_a_sheet_of_passwords_opens_for_its_requester_alone(world: World, visitor: Open) -> None:
    sheet = world.seen.objects["accounts.SlipSheet"][0]
    for role in ROLES:
        for name in ("slips", "slips-open", "slips-print"):
            assert visitor(role).post(reverse(name, args=[sheet.uid])).status in {404, 405}
        for code in ("accounts.slips.open", "accounts.slips.confirm"):
            assert (
                visitor(role).post(reverse("action-on", args=[code, sheet.uid]), {"key": str(uuid.uuid4())}).status
                == 404
            )


def foreign(world: World, field: Any) -> list[str]:
    """Return values that mean something of the other side for a field that chooses a record."""
    found: list[str] = []
    if isinstance(field, ModelChoiceField):
        for record in world.other.objects.get(field.queryset.model._meta.label, []):
            found += [str(record.pk), str(record.uid)]
        return found[:6]
    person, account = world.other.people[0], world.other.accounts[0]
    return [
        str(person.uid),
        f"{person.name} #{person.pk}",
        person.name,
        person.staff_number,
        account.username,
        account.display_name,
    ]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.code)
def test_a_forged_choice_of_the_other_side_is_refused(world: World, visitor: Open, action: actions.Action) -> None:
    """Every field that chooses a record, given one of the other side by key, uid, name or number: nothing is written."""
    if action.form is None:
        return
    role, record = holders(action)[0], records(world, action, "seen")[0]
    browser = Visitor(world.accounts[role], (), who=role)  # the form repeats what was typed
    form = filling.form(world, action, role, record)
    before = counts()
    for name in filling.choosing(form):
        for value in foreign(world, form.fields[name]):
            body = {**filling.body(world, action, record), name: value}
            page = browser.post(url_of(action, record), body)
            assert page.status == 404 or page.status == 422, (action.code, name, value, page.status)
            told = page.text.replace(value, "").replace(f"“{value[:40]}”", "")
            assert MARK not in told or MARK in value, (action.code, name, value)
    assert counts() == before
    assert not browser.problems, browser.problems


def test_an_assignment_of_the_other_side_cannot_be_made_by_uid(world: World, visitor: Open) -> None:
    """The two places where the forged key would pay most: a role over there, a person moved over there."""
    before = counts()
    account = next(a for a in world.seen.objects["accounts.Account"] if a.is_active)
    role = next(r for r in world.seen.objects["accounts.Role"])
    body = {
        "key": str(uuid.uuid4()),
        "role": role.uid,
        "organization": world.other.unit.uid,
        "since": "2026-11-24",
        "reason": "伪造",
    }
    assert (
        visitor("admin").post(reverse("action-on", args=["accounts.assignment.grant", account.uid]), body).status == 422
    )
    person = world.seen.people[0]
    body = {
        "key": str(uuid.uuid4()),
        "kind": "service",
        "organization": world.other.of("workstation").pk,
        "since": "2020-01-01",
    }
    assert (
        visitor("hr_clerk").post(reverse("action-on", args=["people.person.affiliate", person.uid]), body).status == 422
    )
    assert counts() == before


def test_what_would_change_is_told_without_the_other_side(world: World, visitor: Open) -> None:
    """A life event entered for a past day shows first what it would end: of those who belong to both sides, too."""
    before = counts()
    for person in (p for p in world.seen.people if p.name.startswith("两边人")):
        for action in (a for a in ACTIONS if a.code.startswith("people.life.") and a.model == "people.Person"):
            body = {**filling.body(world, action, person), "on": "2026-11-10"}
            assert visitor("hr_clerk").post(url_of(action, person), body).status in {404, 422}, action.code
    assert counts() == before


CONTACT = "people.person.edit.contact"


def contact(world: World, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return address and body of a harmless edit."""
    person = world.seen.people[1]
    body = {
        "mobile": "13700001111",
        "email": "",
        "key": str(uuid.uuid4()),
        "rev": person.rev,
        "seen": audit.last_id(),
        **more,
    }
    return reverse("action-on", args=[CONTACT, person.uid]), body


@pytest.mark.parametrize(
    "forged",
    [
        {"rev": "0"}, {"rev": "99999999999999999999"}, {"rev": "x"}, {"rev": "２"}, {"rev": "-1"}, {"rev": "9" * 5000}, {"key": ""},
        {"key": "x"}, {"key": "0" * 5000}, {"key": "\0"}, {"seen": "9" * 5000, "rev": "0"}, {"seen": "x", "rev": "0"},
    ],
    ids=lambda forged: " ".join(f"{name}={value[:12]!r}" for name, value in forged.items()),
)  # fmt: skip
def test_hidden_fields_may_be_forged_without_effect(world: World, visitor: Open, forged: dict[str, str]) -> None:
    url, body = contact(world)
    before = counts()
    page = visitor("hr_clerk").post(url, {**body, **forged})
    assert page.status in {409, 422}, page.status
    assert counts() == before


@pytest.mark.parametrize(
    "target",
    ["//example.org/", "https://example.org/", "javascript:alert(1)", "/\\example.org", "\0", "/people/\r\nX: 1"],
)
def test_next_stays_on_this_host(world: World, visitor: Open, target: str) -> None:
    url, body = contact(world, next=target)
    page = visitor("hr_clerk").post(url, body)
    assert page.status == 302
    assert page.response["Location"].startswith("/people/")
    assert "X" not in page.response.headers
    for address in (f"{url}?next={target}", f"{reverse('login')}?next={target}"):
        visitor("hr_clerk").get(address)
        visitor("").get(address)


def test_another_accounts_submission_key_is_not_answered(world: World, visitor: Open) -> None:
    url, body = contact(world)
    assert visitor("hr_clerk").post(url, body).status == 302
    before = counts()
    page = visitor("organization_department").post(url, {**body, "rev": "", "mobile": "13799999999"})
    assert page.status == 404
    assert counts() == before


def likely(found: list[Any], action: actions.Action) -> list[Any]:
    """Return the newest record first, without those in a state that is not the act's where some are in one that is."""
    if found == [None]:
        return found
    model: Any = type(found[0])
    fit = model.objects.system("test").filter(action.condition(localdate()), pk__in=[one.pk for one in found])
    keys = set(fit.values_list("pk", flat=True))
    return [one for one in reversed(found) if one.pk in keys] or found[-1:]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.code)
def test_a_form_posted_twice_acts_once(world: World, visitor: Open, action: actions.Action) -> None:
    browser = visitor(holders(action)[0])
    acted, first = 0, None
    for place, record in enumerate(likely(records(world, action, "seen"), action)):
        if acted:
            break
        body = filling.body(world, action, record)
        first = browser.post(url_of(action, record), body)
        if (
            first.status != 302 and place
        ):  # refused: looked at once, the others are tried until one is in the right state
            continue
        between = counts()
        second = browser.post(url_of(action, record), filling.again(body))
        assert counts() == between, action.code
        if first.status == 302:
            acted += 1
            assert second.status in {302, 404, 409, 422}, (action.code, second.status)
    assert first is not None
    if not acted and action.code not in filling.NOT_FILLED:
        pytest.fail(f"{action.code} never acted: {filling.complaints(first.text)}")


def test_a_post_without_a_token_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.accounts["hr_clerk"])
    before = counts()
    url, body = contact(world)
    person = world.seen.people[1]
    posts = [
        url,
        *(reverse(f"{slug}-export") for slug in ("people", "organizations")),
        reverse("people-reveal", args=[person.uid]),
    ]
    posts += [reverse(name) for name in ("logout", "ui:text-size", "password-change")]
    posts += [reverse("job-cancel", args=[world.seen.objects["kernel.Job"][3].uid])]
    for target in posts:
        assert client.post(target, body).status_code == 403, target
    assert client.post(reverse("login"), {"username": "x", "password": "y"}).status_code == 403
    assert counts() == before


def test_other_methods_change_nothing(world: World, visitor: Open) -> None:
    """GET where only POST acts, and methods nobody asked for, on every address that takes no record or a seen one."""
    from tests.matrix.addresses import addresses

    before = counts()
    browser = visitor("organization_department")
    posting = {
        "logout",
        "demo-login",
        "job-cancel",
        "slips-open",
        "slips-print",
        "print-list",
        "rule-json",
        "me-numbers",
        "reply-draft",
        *(name for name, _ in patterns() if name.endswith(("-export", "-act"))),
        "notice-calls-sheet",
        "message-unread",
        "messages-read-all",
        *brought.named("POSTED"),
    }
    for address in {address.name: address for address in addresses(world.seen)}.values():
        if address.name in posting:
            assert browser.get(address.url).status in {404, 405}, address
        if address.name in {"import-original", "print"}:  # taking it out is written down
            continue
        for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "PROPFIND"):
            assert browser.ask(method, address.url, data=b"{}", content_type="application/json").status < 500
        browser.get(address.url, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE")
    assert counts() == before


def test_who_acts_in_the_matrix_is_who_the_table_says(world: World) -> None:
    for role in ROLES:
        assert {grant.permission for grant in actor_of(world, role).grants} == permissions(role)
        assert {grant.path for grant in actor_of(world, role).grants} <= {world.seen.unit.path}
