"""The board stands first among the pages of development; the public notices are one click away."""

from zhibu.apps.development.permissions import VIEW
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("发展党员", "发展党员概览", "development-board", "rectangle-group", (VIEW,), order=30))
