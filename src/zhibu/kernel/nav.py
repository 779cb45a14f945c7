"""The kernel's own entries of the menu; lists and imports add theirs by themselves."""

from zhibu.kernel.jobs.queries import my_open_jobs
from zhibu.kernel.ui.nav import NavItem, register

register(NavItem("系统", "我的任务", "jobs", "queue-list", order=82, count=my_open_jobs))
register(NavItem("系统", "工作日历", "work-calendar", "calendar-days", order=85))
register(NavItem("系统", "保留期限", "retention", "archive-box-x-mark", ("settings.retention",), order=84))
register(NavItem("系统", "规则试算", "rules", "calculator", order=86))
register(NavItem("系统", "使用手册", "handbook", "book-open", order=99))
