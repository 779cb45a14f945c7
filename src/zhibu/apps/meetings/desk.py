"""What the identify desk shows of somebody who has a meeting today, and the way to the page where a tap signs in."""

from datetime import date

from django.urls import reverse

from zhibu.apps.cards.panels import Button, Panel, register
from zhibu.apps.meetings.models import Attendance, Standing, State
from zhibu.apps.meetings.permissions import MANAGE, VIEW
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact

MOST = 3


def today_s_meeting(person: Person, actor: Actor, today: date) -> Panel | None:
    """The meetings of this day, whether they have signed in; for who runs it the button to its door."""
    if not actor.may(VIEW):
        return None
    rows = Attendance.objects.visible_to(actor, VIEW).filter(
        person=person, meeting__on=today, meeting__state__in=[State.CALLED, State.UNDER_WAY]
    )
    found = list(
        rows.exclude(standing=Standing.OFF)
        .select_related("meeting__organization")
        .order_by("meeting__starts_at")[:MOST]
    )
    if not found:
        return None
    facts = tuple(Fact("今天的会议", row.meeting.title, url=row.meeting.get_absolute_url()) for row in found)
    tags = tuple((f"{row.meeting.kind_label}：{row.state_words}", row.tone) for row in found)
    buttons = tuple(
        Button("去签到台", reverse("meeting-door", args=[row.meeting.uid]), "check-circle", "go")
        for row in found
        if row.state != "present" and actor.may(MANAGE, row.meeting.organization.path)
    )
    return Panel(facts, tags, buttons)


register(40, today_s_meeting)
