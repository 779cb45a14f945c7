"""The board stands first among the pages of care."""

from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("托养托管", "服务看板", "care-board", "rectangle-group", (VIEW,), order=35))
