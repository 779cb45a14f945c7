"""Year plans, meetings, who attends, what is on the agenda, minutes and papers."""

from zhibu.apps.meetings.models.attendance import Attendance, How, Leave, Standing, Study
from zhibu.apps.meetings.models.attendance import State as AttendanceState
from zhibu.apps.meetings.models.meeting import KIND_CHOICES, AgendaItem, Meeting, Participant, State
from zhibu.apps.meetings.models.minutes import Minutes, Paper, PaperKind
from zhibu.apps.meetings.models.plan import PlanLine

__all__ = [
    "KIND_CHOICES",
    "AgendaItem",
    "Attendance",
    "AttendanceState",
    "How",
    "Leave",
    "Meeting",
    "Minutes",
    "Paper",
    "PaperKind",
    "Participant",
    "PlanLine",
    "Standing",
    "State",
    "Study",
]
