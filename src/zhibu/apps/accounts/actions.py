"""The declared acts on accounts, roles and assignments."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import FactorReset, RoleAssignment
from zhibu.apps.accounts.permissions import CONSENT, DELEGATE, MANAGE
from zhibu.apps.accounts.rules import EXTEND_WINDOW_DAYS
from zhibu.apps.accounts.second_factor import with_factor
from zhibu.apps.accounts.services import lockout, resets, session_list
from zhibu.kernel.actions import Action, Inbox, register

SERVICES = "zhibu.apps.accounts.services"
FORMS = "zhibu.apps.accounts.forms"
ACCOUNT = "accounts.Account"
ASSIGNMENT = "accounts.RoleAssignment"
ROLE = "accounts.Role"
SESSION = "accounts.SessionRecord"
RESET = "accounts.FactorReset"
SHEET = "accounts.SlipSheet"

ACTIVE = Q(is_active=True)
DISABLED = "这个账号已停用"
DECIDED = "这份申请已经办理、撤回或过期"


def _ending_soon(today: date) -> Q:
    soon = today + timedelta(days=EXTEND_WINDOW_DAYS)
    return Q(until__gt=today, until__lte=soon, delegated_from__isnull=True, account__is_active=True)


def _own_lendable(today: date) -> Q:
    return RoleAssignment.current(today) & Q(delegated_from__isnull=True)


def _lent(today: date) -> Q:
    return RoleAssignment.live(today) & Q(delegated_from__isnull=False)


def _locked(today: date) -> Q:
    return lockout.locked_accounts()


def _resettable(today: date) -> Q:
    return ACTIVE & with_factor() & resets.without_open_request()


def _days_left(assignment: Any) -> str:
    return f"{assignment.role}，{assignment.until.isoformat()} 到期，还有 {(assignment.until - localdate()).days} 天"


register(
    Action(
        code="accounts.account.create",
        label="建立账号",
        permission=MANAGE,
        model="people.Person",
        service=f"{SERVICES}.accounts.create",
        form=f"{FORMS}.CreateForm",
        when=Q(account__isnull=True, merged_into__isnull=True),
        when_message="此人已有账号",
        confirm="为“{obj}”建立登录账号，并打印首次密码。新账号只能看本人的记录，需要别的权限再授予角色。",
        audit="建立账号",
        icon="key",
    ),
    Action(
        code="accounts.account.create_many",
        label="批量建账号",
        permission=MANAGE,
        model=ACCOUNT,
        target="none",
        service=f"{SERVICES}.accounts.create_many",
        form=f"{FORMS}.CreateManyForm",
        confirm="为还没有账号的人建立账号并打印首次密码条。超过 50 人的在后台办理。",
        audit="批量建立账号",
        style="go",
        icon="user-plus",
        job=True,
    ),
    Action(
        code="accounts.account.reset_password",
        label="重置密码",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.accounts.reset_password",
        form=f"{FORMS}.ReasonForm",
        when=ACTIVE,
        when_message=DISABLED,
        not_by=("person_id",),
        confirm="“{obj}”原来的密码立即作废，已登录的地方全部退出；系统生成新的首次密码，由您打印交给本人。",
        audit="重置密码",
        icon="arrow-path",
    ),
    Action(
        code="accounts.account.rename",
        label="改用户名",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.accounts.rename",
        form=f"{FORMS}.RenameForm",
        confirm="“{obj}”以后用新的用户名登录，密码和角色不变。请通知本人。",
        audit="修改用户名",
        icon="pencil-square",
    ),
    Action(
        code="accounts.account.disable",
        label="停用",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.accounts.disable",
        form=f"{FORMS}.ReasonForm",
        when=ACTIVE,
        when_message=DISABLED,
        not_by=("person_id",),
        confirm="“{obj}”立即不能登录，已登录的地方全部退出，他委托出去的代理也停止。角色保留，可以再启用。",
        audit="停用账号",
        style="danger",
        icon="no-symbol",
    ),
    Action(
        code="accounts.account.enable",
        label="启用",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.accounts.enable",
        form=f"{FORMS}.ReasonForm",
        when=~ACTIVE,
        when_message="这个账号没有停用",
        not_by=("person_id",),
        confirm="“{obj}”可以重新登录，并恢复尚未到期的角色。",
        audit="启用账号",
        icon="check-circle",
    ),
    Action(
        code="accounts.account.unlock",
        label="解锁",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.lockout.unlock",
        when=_locked,
        when_message="这个账号没有因为输错密码而暂停登录",
        not_by=("person_id",),
        confirm="“{obj}”可以马上再试着登录。请先问清本人：不是本人输错的，可能有人在猜密码。",
        audit="解锁账号",
        style="go",
        icon="lock-open",
    ),
    Action(
        code="accounts.account.end_sessions",
        label="全部退出登录",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.session_list.end_sessions",
        when=session_list.with_sessions,
        when_message="这个账号现在没有登录",
        confirm="“{obj}”在所有电脑和手机上立即退出登录，没有提交的内容不会保存。密码不变，可以重新登录。",
        audit="结束全部登录",
        icon="arrow-right-start-on-rectangle",
    ),
    Action(
        code="accounts.session.end",
        label="结束这处登录",
        permission=MANAGE,
        model=SESSION,
        service=f"{SERVICES}.session_list.end_one",
        when=Q(ended_at__isnull=True),
        when_message="这处登录已经结束",
        confirm="结束“{obj}”：那里立即退出登录，没有提交的内容不会保存。",
        audit="结束一处登录",
        icon="x-circle",
        listed=False,
    ),
    Action(
        code="accounts.reset.ask",
        label="申请重置第二验证",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.resets.ask",
        form=f"{FORMS}_security.ResetForm",
        when=_resettable,
        when_message="这个账号没有第二验证，或已有一份申请在等同意",
        not_by=("person_id",),
        confirm="为“{obj}”申请删除全部第二验证和恢复码。另一位有权限的人在期限内同意后才生效；请先当面或打电话核实是本人。",
        audit="申请重置第二验证",
        icon="device-phone-mobile",
    ),
    Action(
        code="accounts.reset.consent",
        label="同意重置",
        permission=CONSENT,
        model=RESET,
        service=f"{SERVICES}.resets.consent",
        form=f"{FORMS}_security.ConsentForm",
        when=FactorReset.waiting,
        when_message=DECIDED,
        not_by=("account.person_id", "requested_by_person_id"),
        confirm="同意“{obj}”：他的动态码、通行密钥和恢复码立即作废，已登录的地方全部退出，下次登录只用密码并须重新设置。",
        audit="同意重置第二验证",
        style="go",
        icon="check-circle",
        inbox=Inbox(
            title=lambda row: f"{row.account.display_name}的第二验证要重置，请核实后同意或不同意",
            detail=lambda row: f"{row.requested_by_name}申请：{row.reason}",
            due=lambda row: localdate(row.expires_at),
            related=("account",),
            order=("expires_at",),
        ),
    ),
    Action(
        code="accounts.reset.refuse",
        label="不同意",
        permission=CONSENT,
        model=RESET,
        service=f"{SERVICES}.resets.refuse",
        form=f"{FORMS}_security.RefuseForm",
        when=FactorReset.waiting,
        when_message=DECIDED,
        not_by=("account.person_id", "requested_by_person_id"),
        confirm="不同意“{obj}”：第二验证不变。",
        audit="不同意重置第二验证",
        style="danger",
        icon="x-circle",
    ),
    Action(
        code="accounts.reset.withdraw",
        label="撤回申请",
        permission=MANAGE,
        model=RESET,
        service=f"{SERVICES}.resets.withdraw",
        form=f"{FORMS}_security.ConsentForm",
        when=FactorReset.waiting,
        when_message=DECIDED,
        own="requested_by_id",
        confirm="撤回“{obj}”：第二验证不变。",
        audit="撤回重置申请",
        icon="arrow-uturn-left",
    ),
    Action(
        code="accounts.assignment.grant",
        label="授予角色",
        permission=MANAGE,
        model=ACCOUNT,
        service=f"{SERVICES}.assignments.grant",
        form=f"{FORMS}.GrantForm",
        when=ACTIVE,
        when_message=DISABLED,
        not_by=("person_id",),
        confirm="“{obj}”将在所选组织及其全部下级得到这个角色的权限。",
        audit="授予角色",
        style="go",
        icon="shield-check",
    ),
    Action(
        code="accounts.assignment.extend",
        label="续期",
        permission=MANAGE,
        model=ASSIGNMENT,
        service=f"{SERVICES}.assignments.extend",
        form=f"{FORMS}.ExtendForm",
        when=_ending_soon,
        when_message=f"到期前 {EXTEND_WINDOW_DAYS} 天以内才办理续期，代理和停用的账号不续期",
        not_by=("account.person_id",),
        confirm="“{obj}”延长到新的日期。不续期的，到期自动失效。",
        audit="延长角色",
        icon="calendar-days",
        inbox=Inbox(
            title=lambda row: f"{row.account.display_name}在{row.organization}的授权快到期",
            detail=_days_left,
            due=lambda row: row.until,
            related=("account", "role", "organization"),
            order=("until",),
        ),
    ),
    Action(
        code="accounts.assignment.end",
        label="结束角色",
        permission=MANAGE,
        model=ASSIGNMENT,
        service=f"{SERVICES}.assignments.end",
        form=f"{FORMS}.EndForm",
        when=RoleAssignment.live,
        when_message="这项授权已经结束",
        confirm="“{obj}”从结束日期起失去这些权限，由此委托出去的代理一并结束。",
        audit="结束角色",
        style="danger",
        icon="x-circle",
    ),
    Action(
        code="accounts.assignment.delegate",
        label="委托代理",
        permission=DELEGATE,
        model=ASSIGNMENT,
        own="account_id",
        service=f"{SERVICES}.assignments.delegate",
        form=f"{FORMS}.DelegateForm",
        when=_own_lendable,
        when_message="只有本人正在担任的角色可以委托，代理来的不能再委托",
        confirm="代理人在这段时间内代您行使“{obj}”的权限（账号管理权除外），您自己的权限不变。操作都记在代理人名下。",
        audit="委托代理",
        icon="arrows-right-left",
        listed=False,
    ),
    Action(
        code="accounts.assignment.recall",
        label="收回代理",
        permission=DELEGATE,
        model=ASSIGNMENT,
        own="delegated_from__account_id",
        service=f"{SERVICES}.assignments.recall",
        form=f"{FORMS}.EndForm",
        when=_lent,
        when_message="这项代理已经结束",
        confirm="代理“{obj}”从结束日期起停止。",
        audit="收回代理",
        icon="arrow-uturn-left",
        listed=False,
    ),
    Action(
        code="accounts.role.create",
        label="新建角色",
        permission=MANAGE,
        everywhere=True,
        model=ROLE,
        target="none",
        service=f"{SERVICES}.roles.create",
        form=f"{FORMS}.RoleForm",
        confirm="新建一个角色。建好后还要在账号上授予，才有人得到这些权限。",
        audit="新建角色",
        style="go",
        icon="plus",
    ),
    Action(
        code="accounts.role.edit",
        label="修改",
        permission=MANAGE,
        everywhere=True,
        model=ROLE,
        service=f"{SERVICES}.roles.edit",
        form=f"{FORMS}.RoleForm",
        when=Q(builtin=False),
        when_message="内置角色不能修改，可以新建一个角色",
        confirm="修改角色“{obj}”：所有担任它的人立即得到或失去相应的权限。",
        audit="修改角色",
        icon="pencil-square",
    ),
    Action(
        code="accounts.slips.open",
        label="打开并打印",
        permission=MANAGE,
        model=SHEET,
        service=f"{SERVICES}.slips.open_sheet",
        when=Q(erased_at__isnull=True),
        when_message="密码条已经清除。还没有登录过的人，请重置密码",
        confirm="打开“{obj}”，屏幕上会显示密码；每次打开都有记录。",
        audit="打开首次密码条",
        icon="printer",
        listed=False,
    ),
    Action(
        code="accounts.slips.confirm",
        label="已打印，清除密码",
        permission=MANAGE,
        model=SHEET,
        service=f"{SERVICES}.slips.confirm",
        when=Q(erased_at__isnull=True),
        when_message="密码条已经清除",
        confirm="清除“{obj}”：系统里不再保留这些首次密码，不能再查看或打印。纸条丢失的，只能重置密码。",
        audit="清除首次密码条",
        icon="trash",
        listed=False,
    ),
)
