"""A branch with members, its secretary, and a meeting of it, for tests."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.timezone import localdate

from tests import factories
from tests.membership.helpers import member
from zhibu.apps.meetings.models import Attendance, Meeting
from zhibu.apps.meetings.services.arranging import NewMeeting
from zhibu.apps.meetings.services.calling import Call
from zhibu.apps.people.models import Person, Post
from zhibu.kernel import actions
from zhibu.kernel.actor import Actor

RUNS = (
    "meetings.view",
    "meetings.manage",
    "people.view",
    "organizations.view",
    "voting.view",
    "voting.manage",
    "cards.identify",
)
FULL = date(2001, 6, 20)


def do(actor: Actor, code: str, obj: Any = None, data: Any = None, **more: Any) -> Any:
    """Perform an act and return what came of it."""
    more.setdefault("key", uuid.uuid4())
    return actions.perform(actions.get(code), actor, uid=obj.uid if obj is not None else None, data=data, **more).result


@dataclass
class Branch:
    """The east branch: four full members, one probationary; its secretary runs the meetings."""

    house: factories.House
    people: list[Person]
    secretary: Actor

    def at(self, days: int = 0, hour: int | None = None) -> datetime:
        """Return a moment so many days from today; today: soon, but not tomorrow."""

        def at(clock: time) -> datetime:
            return timezone.make_aware(datetime.combine(localdate() + timedelta(days=days), clock))

        if days == 0 and hour is None:
            return min(timezone.now() + timedelta(minutes=20), at(time(23, 59)))
        return at(time(hour or 9))

    def meeting(self, days: int = 0, kind: str = "assembly", call: bool = True, **more: Any) -> Meeting:
        """Arrange a meeting, and call it."""
        data = NewMeeting(self.house.east, kind, more.pop("title", "东山支部党员大会"), self.at(days), **more)
        made = do(self.secretary, "meetings.meeting.create", None, data)
        return do(self.secretary, "meetings.meeting.call", made, Call()) if call else made  # type: ignore[no-any-return]

    def open(self, **more: Any) -> Meeting:
        """Return a meeting that is under way."""
        return do(self.secretary, "meetings.meeting.open", self.meeting(**more))  # type: ignore[no-any-return]


def branch(house: factories.House) -> Branch:
    """Make the branch."""
    people = [member(name, house, full=FULL).person for name in ("安书记", "白组织", "陈党员", "丁党员")]
    people.append(member("范预备", house, full=None).person)
    for person, kind in zip(people, ("secretary", "organization"), strict=False):
        Post.objects.create(person=person, organization=house.east, kind=kind, since=factories.LONG_AGO)
    return Branch(house, people, factories.actor(RUNS, house.east, account_id=7, person_id=people[0].pk))


def themselves(person: Person, account_id: int = 50) -> Actor:
    """Return a member without any permission."""
    return Actor(account_id=account_id, person_id=person.pk, name=person.name)


def place(meeting: Meeting, person: Person) -> Attendance:
    """Return somebody's place on the list, as it stands."""
    found: Attendance = Attendance.objects.system("test").select_related("meeting").get(meeting=meeting, person=person)
    return found


def reread(meeting: Meeting) -> Meeting:
    """Return the meeting as it stands."""
    found: Meeting = Meeting.objects.system("test").select_related("organization").get(pk=meeting.pk)
    return found
