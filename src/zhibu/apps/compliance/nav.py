"""The board stands first among the pages of organisational life."""

from zhibu.apps.compliance.permissions import VIEW
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("组织生活", "落实情况", "compliance-board", "signal", (VIEW,), order=60))
