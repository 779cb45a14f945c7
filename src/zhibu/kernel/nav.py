"""The kernel's own entries of the menu; lists and imports add theirs by themselves."""

from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("系统", "工作日历", "work-calendar", "calendar-days", order=85))
register(NavItem("系统", "规则试算", "rules", "calculator", order=86))
