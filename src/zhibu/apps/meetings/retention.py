"""Why somebody stayed away is forgotten in the end; that they did, and the minutes, are archives and stay."""

from datetime import datetime

from django.db.models import Q

from zhibu.apps.meetings.models import Attendance, State
from zhibu.kernel.retention import Rows, cleared, retained

OVER = Q(meeting__state__in=[State.HELD, State.CANCELLED])


@retained("meeting_absences")
def old_reasons(before: datetime) -> Rows:
    """The words of leaves and of study of meetings so long ago; the states stand on the list."""
    due = Attendance.objects.system("retention table").filter(OVER, meeting__starts_at__lt=before)
    return cleared(due, leave_why="", leave_answer="", study_words="")
