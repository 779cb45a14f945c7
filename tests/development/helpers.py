"""A branch with members and a committee above it, a clock that can be set, and the acts of a whole path."""

import io
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests import factories
from tests.membership.helpers import member
from zhibu.apps.development.models import Case
from zhibu.apps.development.services import admitting, course, opening, posting, probation
from zhibu.apps.development.services.steps import Given
from zhibu.apps.people.models import Person
from zhibu.kernel import actions, files
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.files import Scan
from zhibu.kernel.publicity import services as publicity
from zhibu.kernel.publicity.models import Publicity

SECRETARY = (
    "development.view", "development.papers", "development.manage", "publicity.view", "publicity.read", "people.view",
    "organizations.view", "meetings.view", "meetings.manage", "voting.view", "voting.manage", "voting.count", "membership.view",
)  # fmt: skip
DEPARTMENT = (
    "development.view", "development.papers", "development.approve", "development.override", "development.plan",
    "development.settings", "publicity.view", "people.view", "organizations.view",
)  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


class Clock:
    """Sets what day it is for everything."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def set(self, day: date) -> None:
        """Let it be noon in China on that day."""
        moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        self.patch.setattr("django.utils.timezone.now", lambda: moment)


def scan(name: str = "签字材料.pdf") -> Scan:
    """Return a stored paper."""
    content = PDF + uuid.uuid4().hex.encode() + b"\n%%EOF"
    return Scan(files.store(io.BytesIO(content), name=name, policy=files.DOCUMENT), name)


def paper(*codes: str, on: date | None = None) -> tuple[Given, ...]:
    """Return signed papers of these kinds."""
    return tuple(Given(code, scan(f"{code}.pdf"), on) for code in codes)


@dataclass
class Branch:
    """A branch with its members, and the two offices that act."""

    house: factories.House
    secretary: Actor
    department: Actor
    members: list[Person]
    clock: Clock

    def do(self, actor: Actor, code: str, obj: Any, data: Any = None) -> Any:
        """Perform an act on the record as it stands."""
        uid = obj.uid if obj is not None else None
        return actions.perform(actions.get(code), actor, uid=uid, data=data, key=uuid.uuid4()).result

    def step(self, case: Case, code: str, data: Any) -> Case:
        """Do a step as whoever does it, and return the case as it is then."""
        action = actions.get(f"development.step.{code}")
        actor = self.department if action.permission == "development.approve" else self.secretary
        self.do(actor, action.code, case, data)
        return reread(case)

    def apply(self, person: Person, on: date, **more: Any) -> Case:
        """Hand in an application."""
        data = opening.Apply(person, self.house.east, on, scan("入党申请书.pdf"), **more)
        return reread(self.do(self.secretary, "development.case.open", None, data))

    def activist(self, case: Case, talked: date, on: date) -> Case:
        """Talk, determine, file, assign a contact."""
        case = self.step(
            case, "talked", course.Talked(talked, paper("talk_record"), talker="王书记", topics=("入党动机",))
        )
        papers = paper("recommendation", "activist_minutes")
        case = self.step(case, "activist", course.Recommended(on, papers, ways=("党员推荐",)))
        case = self.step(case, "activist_filed", self.decision(on, "activist_filing"))
        return self.step(case, "contact_assigned", course.Named(on, paper("contact_paper"), people=(self.members[0],)))

    def decision(self, on: date, *papers: str, **more: Any) -> course.Decided:
        """Return a decision of the committee."""
        return course.Decided(on, paper(*papers), committee=self.house.committee, **more)

    def agree(self, case: Case, on: date) -> Case:
        """The committee agrees (2014: files) that the person is to be listed."""
        return self.step(
            case, "target_agreed", self.decision(on, "register", "opinions", "target_minutes", "target_reply")
        )

    def post(self, case: Case, on: date, **more: Any) -> Publicity:
        """Post the notice."""
        more.setdefault("work", "公司公示栏")
        return self.do(self.secretary, "development.publicity.post", case, posting.Post(on, "东山支部 010-1", **more))

    def close(self, notice: Publicity) -> Any:
        """Record the result."""
        return self.do(self.secretary, "development.publicity.close", notice, publicity.Closing("没有收到反映"))

    def prepare(self, case: Case, on: date) -> Case:
        """From the list of targets to the committee's review, all of it on one day but the course."""
        case = self.step(
            case, "introducers", course.Named(on, paper("introducer_paper"), people=tuple(self.members[:2]))
        )
        examined = course.Examined(on, paper("political_conclusion"), methods=("同本人谈话",), joint=True)
        case = self.step(case, "political_review", examined)
        trained = course.Trained(
            on, paper("training_certificate"), since=on - timedelta(days=2), days=3, hours=24, organizer="党委"
        )
        case = self.step(case, "trained", trained)
        return self.step(case, "committee_reviewed", course.Signed(on, paper("review_minutes")))

    def pre_examine(self, case: Case, on: date) -> Case:
        """The committee examines beforehand."""
        return self.step(case, "pre_examined", self.decision(on, "pre_examination"))

    def vote(self, case: Case, on: date, yes: int = 6, present: int = 6, entitled: int = 10, written: int = 0) -> Case:
        """The assembly votes on receiving the person, by signed minutes."""
        votes = admitting.Votes(entitled, present, yes, no=present - yes, written_yes=written)
        return self.step(case, "assembly", admitting.Assembly(on, votes, paper("assembly_minutes", "volunteer_form")))

    def approve(self, case: Case, on: date, **more: Any) -> Case:
        """The committee talks and approves."""
        if ",approval_talk," in case.ready:
            talk = admitting.Talk(on, "李委员", "党委委员", "同意", paper("approval_talk_record"))
            case = self.step(case, "approval_talk", talk)
        return self.step(case, "approved", self.approval(on, "approval_reply", **more))

    def approval(self, on: date, *papers: str, **more: Any) -> admitting.Approve:
        """Return a collective decision of the committee."""
        values = {"committee": self.house.committee, "entitled": 7, "present": 6, "yes": 6, "approved": True, **more}
        return admitting.Approve(on, papers=paper(*papers), **values)

    def full_vote(self, case: Case, on: date, proposal: str = "full", months: int = 0, **more: Any) -> Case:
        """The assembly votes at the end of the probation."""
        votes = admitting.Votes(10, 8, 8)
        papers = paper("probation_register", "full_opinions", "full_minutes")
        return self.step(
            case, "full_assembly", probation.FullAssembly(on, votes, proposal, months, papers=papers, **more)
        )


def reread(case: Case) -> Case:
    """Return the case as it stands."""
    found: Case = Case.objects.system("test").select_related("person", "organization").get(pk=case.pk)
    return found


def refused(call: Any, *arguments: Any, **more: Any) -> Refused:
    """Return the refusal of a call that must be refused."""
    with pytest.raises(Refused) as caught:
        call(*arguments, **more)
    return caught.value


def branch(house: factories.House, clock: Clock) -> Branch:
    """Make the branch."""
    names = ["丁一", "王二", "张三", "李四"]
    members = [member(name, house, full=date(2001, 6, 20), birth_date=date(1970, 1, 1)).person for name in names]
    return Branch(
        house, factories.actor(SECRETARY, house.east), factories.actor(DEPARTMENT, house.root, account_id=2), members, clock
    )  # fmt: skip


def applicant(house: factories.House, name: str = "王敏", **more: Any) -> Person:
    """Make somebody who wants to join."""
    more.setdefault("birth_date", date(1995, 5, 5))
    return factories.person(name, house.root, staff_number=uuid.uuid4().hex[:8], **more)
