"""The board stands first among the pages of dues, one's own dues among what is one's own."""

from zhibu.apps.dues.permissions import BOOKS, VIEW
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("党费", "收缴情况", "dues-board", "chart-bar", (VIEW,), order=60))
register(NavItem("党费", "党费账和对账", "dues-reconcile", "scale", (BOOKS,), order=69))
register(NavItem("", "我的党费", "my-dues", "qr-code", order=3))
