"""The declared act on the calendar."""

from zhibu.kernel.actions import Action, register

PERMISSION = "settings.calendar"
LOAD = "calendar.year.load"

register(
    Action(
        code=LOAD,
        label="载入放假安排",
        permission=PERMISSION,
        everywhere=True,  # there is one calendar for all
        target="none",
        service="zhibu.kernel.calendar.services.load_year",
        form="zhibu.kernel.calendar.forms.LoadYearForm",
        confirm="载入后，这一年没有列出的日子一律按周一至周五上班、周末休息推算；以前载入的同一年安排全部换成这一份。"
        "请确认通知里的每一天都已列出。",
        audit="载入放假安排",
        style="go",
        icon="calendar-days",
    ),
)
