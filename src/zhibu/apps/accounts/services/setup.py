"""What is done on the server alone: the first administrator of an empty database, and the way back in for a single one."""

from dataclasses import dataclass, field

from django.utils.timezone import localdate

from zhibu.apps.accounts import rules
from zhibu.apps.accounts.models import Account, Role, RoleAssignment
from zhibu.apps.accounts.queries import seat_of
from zhibu.apps.accounts.services import guards, naming, passwords, resets, warnings
from zhibu.apps.accounts.services.roles import sync_builtin
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services.tree import create_root
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.actor import SYSTEM

CODE = "accounts.account.create_first"
RESET = "accounts.account.reset_on_server"
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


@dataclass(frozen=True)
class WayBack:
    """An administrator's account with the password that is shown once."""

    account: Account
    password: str = field(repr=False)


def reset_administrator(username: str = "") -> WayBack:
    """Give whoever manages accounts at the root a new first password and take their second factors away.

    For the command line: nobody else could do it where there is one administrator only. Raises Refused.
    """
    account = _administrator(username)
    first = naming.make_first_password()
    passwords.remember(account, account.password)
    resets.remove_factors(account)
    account.password, account.must_change_password, account.rev = first.hashed, True, account.rev + 1
    account.save(update_fields=["password", "must_change_password", "must_set_factor", "rev"])
    act = Act(actor=SYSTEM, code=RESET, wording="在服务器上重置管理员")
    act.log(account, summary=f"在服务器上重置密码和第二验证：{account}", organization_id=seat_of(account))
    for one in _managers():
        about = "您的账号" if one.pk == account.pk else f"管理员“{account}”"
        warnings.tell(one, f"{about}在服务器上被重置了密码和第二验证", f"on-server:{account.pk}:{account.rev}:{one.pk}")
    return WayBack(account, first.plain)


def _managers() -> list[Account]:
    rows = Account.objects.system("the way back in").filter(pk__in=guards.root_managers(localdate()))
    return list(rows.order_by("username").select_for_update(of=("self",)))


def _administrator(username: str) -> Account:
    known = _managers()
    if not known:
        raise Refused("没有可以用的管理员账号", next_step="请运行 zhibu createadmin 建立一个。")
    named = [account for account in known if not username or account.username == rules.normal_username(username)]
    if len(named) == 1:
        return named[0]
    names = "、".join(account.username for account in known[:10])
    if username:
        raise Refused(
            f"“{username}”不是最高一级组织的管理员", next_step=f"管理员是：{names}。其他人请管理员在网页上重置。"
        )
    raise Refused(f"有 {len(known)} 位管理员：{names}", next_step="请用 --username 指明是哪一位。")
