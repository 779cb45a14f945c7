"""The first administrator of an empty database, who sets up everything else in the browser."""

from dataclasses import dataclass, field

from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account, Role, RoleAssignment
from zhibu.apps.accounts.services import guards, naming
from zhibu.apps.accounts.services.roles import sync_builtin
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM

CODE = "accounts.account.create_first"
#: the founder manages accounts, and builds the tree and imports people; nothing else is needed for a start
FOUNDER_ROLES = ("admin", "organization_department")


@dataclass(frozen=True)
class Founder:
    """The first administrator, with the password that is shown once."""

    account: Account
    organization: Organization
    password: str = field(repr=False)


def create_first_administrator(*, username: str, name: str, organization: str) -> Founder | None:
    """Make the first administrator at the root, and the root where there is none.

    Returns None, and changes nothing, when somebody manages accounts at the root already.
    Raises Refused for an unusable user name.
    """
    today = localdate()
    if guards.root_managers(today):
        return None
    sync_builtin()
    act = Act(actor=SYSTEM, code=CODE, wording="建立第一个管理员")
    root = Organization.objects.system("first start").filter(parent__isnull=True).first()
    if root is None:
        if not organization.strip():
            raise Refused("最高一级组织的名称不能为空")
        root = create_root(act, name=organization.strip())
    first = naming.make_first_password()
    account = Account.objects.create(
        username=naming.check_username(username),
        display_name=name.strip()[:100] or "系统管理员",
        password=first.hashed,
        must_change_password=True,
    )
    for code in FOUNDER_ROLES:
        role = Role.objects.system("first start").get(code=code)
        RoleAssignment.objects.create(
            account=account,
            role=role,
            organization=root,
            since=today,
            reason="第一个管理员",
            granted_by_name=SYSTEM.name,
        )
    act.log(account, summary=f"建立第一个管理员：{account}", organization_id=root.pk)
    return Founder(account, root, first.plain)
