"""Pages of members that are no lists."""

from zhibu.apps.membership.permissions import VIEW
from zhibu.kernel.ui.nav import NavItem, register

SECTION = "党员管理"
register(NavItem(SECTION, "党员统计", "members-statistics", "chart-bar", (VIEW,), order=31))
register(NavItem(SECTION, "光荣在党50年", "members-honours", "trophy", (VIEW,), order=32))
register(NavItem(SECTION, "政治生日", "members-birthdays", "cake", (VIEW,), order=33))
