"""Menu entries beside those of the declared screens."""

from zhibu.apps.accounts.permissions import VIEW
from zhibu.kernel.ui.nav import ACCOUNT, NavItem, register

register(NavItem("账号与权限", "权限审查", "access-review", "shield-check", permissions=(VIEW,), order=83))
register(NavItem(ACCOUNT, "我的权限与代理", "my-access", "key", order=900))
register(NavItem(ACCOUNT, "我的登录", "my-sessions", "computer-desktop", order=905))
register(NavItem(ACCOUNT, "登录安全", "security", "finger-print", order=907))
register(NavItem(ACCOUNT, "修改密码", "password-change", "lock-closed", order=910))
