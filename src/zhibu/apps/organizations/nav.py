"""The menu entry of the chart; the list's own entry comes from its screen."""

from zhibu.apps.organizations.permissions import VIEW
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("组织", "组织图", "organization-chart", "share", permissions=(VIEW,), order=32))
