"""The desk stands among the first entries: for a workstation clerk it is the day's work."""

from zhibu.apps.cards.permissions import IDENTIFY
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("", "身份识别", "desk", "identification", (IDENTIFY,), order=4))
