"""What `zhibu doctor` looks at in accounts: second factors that are missing, ways to sign in that are half set up."""

from zhibu.apps.accounts import oidc, second_factor
from zhibu.apps.accounts.models import Account
from zhibu.kernel import doctor
from zhibu.kernel.doctor import Finding
from zhibu.kernel.messages import sms

NAMED = 5


@doctor.check(330, "第二验证")
def second_factors(full: bool) -> Finding:
    """Whoever sees money or sensitive groups has a second factor; without, they are stopped at the next sign-in."""
    rows = second_factor.lacking(Account.objects.system("doctor")).order_by("username")
    names = list(rows.values_list("username", flat=True)[: NAMED + 1])
    if not names:
        return doctor.ok("必须有第二验证的账号都设置了")
    more = f"等 {rows.count()} 个" if len(names) > NAMED else f"，共 {len(names)} 个"
    return doctor.attention(
        f"有账号必须有第二验证而还没有设置：{'、'.join(names[:NAMED])}{more}",
        "请通知本人登录一次，按提示设置；不再使用的账号请停用。名单见“账号”列表的“须有第二验证而没有”。",
    )


@doctor.check(460, "短信登录", database=False)
def sms_sign_in(full: bool) -> Finding:
    """Signing in by SMS is off, or whole."""
    from django.conf import settings

    if not settings.SMS_LOGIN:
        return doctor.ok("没有启用（需要的，见 docs/operations.md 的 Sign-in by SMS）")
    if not sms.is_on():
        return doctor.attention(
            "设了 ZHIBU_SMS_LOGIN，短信网关却没有启用，登录页不会出现短信登录",
            "请设置 ZHIBU_SMS_URL，或改正短信网关的其他设置。",
        )
    return doctor.ok("已启用")


@doctor.check(470, "单位统一登录", database=False)
def single_sign_on(full: bool) -> Finding:
    """Single sign-on is off, or whole."""
    if faults := oidc.problems():
        return doctor.fault("；".join(faults), "请改正后重新启动；在此之前统一登录不启用，用密码登录。")
    return doctor.ok("已启用" if oidc.is_on() else "没有启用")
