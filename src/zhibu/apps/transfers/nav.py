"""The pages of this app that are no list."""

from zhibu.apps.transfers.permissions import CONTACT, VIEW
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("组织关系", "联系名单", "contact-list", "phone", (CONTACT,), order=46))
register(NavItem("组织关系", "接转统计", "transfer-figures", "chart-bar", (VIEW,), order=49))
