"""One account for each role, with a password that everybody may know: it opens invented data only."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account, Role
from zhibu.apps.accounts.services import assignments
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.workbench.demo.leaders import Leaders
from zhibu.apps.workbench.demo.people import Plan
from zhibu.apps.workbench.demo.tree import Tree
from zhibu.apps.workbench.demo.writing import PastAct

PASSWORD = "zhibu-demo-2026"


@dataclass(frozen=True)
class Login:
    """An account of the demonstration: who it is, which role it has where, and for how many days (None: no end)."""

    username: str
    plan: Plan | None
    role: str = ""
    place: Organization | None = None
    days: int | None = None


def logins(tree: Tree, people: list[Plan], leaders: Leaders) -> list[Login]:
    """Return the accounts to make: clerks from their departments, officers from their posts, and three without a role.

    In a very small demonstration a desk may be empty; its account is left out then.
    """
    east, north = tree.named("东山二支部"), tree.named("江北一支部")
    root, station = tree.root, tree.named("江北工作站")
    clerk = partial(_clerk, people, tree, leaders)
    wanted = [
        Login("zuzhibu", clerk("党群工作部"), "organization_department", root),
        Login("lingdao", leaders.held(tree.committee, "secretary"), "leader", root),
        Login("shuji", leaders.held(east, "secretary"), "branch_secretary", east),
        Login("weiyuan", leaders.held(east, "organization"), "branch_officer", east),
        Login("shuji2", leaders.held(north, "secretary"), "branch_secretary", north),
        Login("gongzuozhan", clerk("江北工作站"), "workstation_clerk", station),
        Login("renshi", clerk("人力资源部"), "hr_clerk", root),
        Login("caiwu", clerk("财务资产部"), "payroll_clerk", root),
        Login("xinxiyuan", clerk("信息中心"), "information_officer", root, 12),
        Login("shenji", clerk("纪检审计室"), "auditor", root),
        Login("dangan", clerk("档案室"), "archivist", root, 24),
        Login(
            "tuoyang",
            next(
                (p for p in people if p.values["employment"] == "in_care" and p.places.get("service") is station), None
            ),
        ),
        Login("zhigong", next((p for p in people if p.values["employment"] == "dispatched" and not _in(p)), None)),
    ]
    found: dict[int, Login] = {}
    for login in wanted:
        if login.plan is not None:
            found.setdefault(login.plan.pk, login)
    member = _member([p for p in people if p.pk not in found], east)
    return [Login("admin", None, "admin", root), *found.values(), *([Login("dangyuan", member)] if member else [])]


def _clerk(people: list[Plan], tree: Tree, leaders: Leaders, place: str) -> Plan | None:
    """Return somebody of that desk, who leads no branch besides: a leader is told of what no desk's role opens."""
    organization, leading = tree.named(place), {plan.pk for plan in leaders.posts.values()}
    here = [p for p in people if p.places["home"] is organization and p.values["employment"] == "active"]
    return next((p for p in here if p.pk not in leading), next(iter(here), None))


def _member(people: list[Plan], branch: Organization) -> Plan | None:
    """Return a retired member of the branch; where there is none, of another one."""
    retired = [p for p in people if p.values["employment"] == "retired" and _in(p)]
    return next((p for p in retired if _in(p, branch)), next(iter(retired), None))


def _in(plan: Plan, branch: Organization | None = None) -> bool:
    place = plan.places.get("party")
    return place is not None and (branch is None or place.path.startswith(branch.path))


def create(act: PastAct, wanted: list[Login]) -> dict[str, Account]:
    """Make the accounts and hand out the roles; returns user name -> account."""
    hashed = make_password(PASSWORD)
    made: dict[str, Account] = {}
    for login in wanted:
        person = Person.objects.system("demo account").get(pk=login.plan.pk) if login.plan else None
        account = Account.objects.create(
            username=login.username,
            person=person,
            display_name=person.name if person else "系统管理员",
            password=hashed,
            must_change_password=False,
            is_demo=True,
        )
        home = login.plan.places["home"].pk if login.plan else (login.place.pk if login.place else None)
        act.log(account, summary=f"建立演示账号：{account}", organization_id=home)
        made[login.username] = account
        if login.role and login.place:
            role = Role.objects.system("demo account").get(code=login.role)
            today = localdate()
            until = today + timedelta(days=login.days) if login.days else None
            given = assignments.NewAssignment(role, login.place, today, until, "演示")
            assignments.grant(act, account, given)
    return made
