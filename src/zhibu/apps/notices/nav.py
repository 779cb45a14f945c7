"""Entries of the menu that are not screens."""

from zhibu.apps.notices.permissions import SETTINGS
from zhibu.kernel.messages.queries import unread
from zhibu.kernel.ui.nav import ACCOUNT, NavItem, register

register(NavItem("消息", "我的消息", "messages", "bell", order=59, count=unread))
register(NavItem("系统", "消息发送", "message-channels", "paper-airplane", permissions=(SETTINGS,), order=84))
register(NavItem(ACCOUNT, "消息设置", "message-settings", "adjustments-horizontal", order=890))
