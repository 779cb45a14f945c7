"""The first entries of the menu, for everyone; they are the phone's tabs as well."""

from zhibu.kernel import inbox
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("", "工作台", "workbench", "home", order=1, tab="工作台"))
register(NavItem("", "待办", "inbox", "inbox", order=2, count=inbox.badge, tab="待办"))
register(NavItem("", "我的主档", "me", "user", order=3, tab="我的"))
