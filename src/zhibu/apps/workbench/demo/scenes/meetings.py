"""A year of organisational life of every branch and group: planned, held with who came and minutes; one under way, one called."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from zhibu.apps.meetings import rules
from zhibu.apps.meetings.models import AgendaItem, Attendance, Meeting, Minutes, PlanLine
from zhibu.apps.meetings.params import headings, kinds, labels
from zhibu.apps.meetings.services import calling, holding, leaves, signing
from zhibu.apps.membership.queries import MemberOn, members_on_many
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Post
from zhibu.apps.people.models.affiliation import current
from zhibu.apps.workbench.demo.scenes import Scene
from zhibu.apps.workbench.demo.scenes.meeting_words import AGENDA, TEXTS, THEMES
from zhibu.kernel.bulk import insert_models

#: kinds of the plan; what a branch leaves out now and then, so that not every light is green
KINDS = ("assembly", "committee", "group", "lecture", "party_day", "life")
MISSED, AWAY, ON_LEAVE = 0.06, 0.10, 0.05
STUDIED = 0.7
#: the branch whose secretary is among the accounts of the demonstration
SHOWN = "东山二支部"


def write(scene: Scene) -> None:
    """Write plans, meetings, who attended and minutes in a few statements a table; then what is going on today."""
    places = list(Organization.objects.system("demonstration").filter(kind__in=["branch", "group"]).order_by("path"))
    members = members_on_many([place.pk for place in places], scene.today)
    year = Year(scene, places, members)
    year.plan()
    year.hold()
    today(scene, next((place for place in places if str(place) == SHOWN), places[0]))


class Year:
    """One year of all branches and groups."""

    def __init__(self, scene: Scene, places: list[Organization], members: dict[int, list[MemberOn]]) -> None:
        self.scene, self.places, self.members = scene, [place for place in places if members[place.pk]], members
        rows = Post.objects.system("demonstration").filter(current(scene.today)).select_related("person").order_by("pk")
        self.leaders: dict[int, list[Any]] = {}
        for post in rows:
            self.leaders.setdefault(post.organization_id, []).append(post.person)
        self.lines: list[PlanLine] = []

    def plan(self) -> None:
        """Write the lines of this year."""
        for place in self.places:
            wanted = [kind for kind in KINDS if kind != "committee" or len(self.leaders.get(place.pk, [])) > 2]
            day = self.scene.rng.choice((10, 15, 20, 25))
            for one in rules.year_plan(kinds(), place.kind, self.scene.today.year, wanted, day):
                title = f"主题党日：{THEMES[one.on.month - 1]}" if one.kind == "party_day" else ""
                line = PlanLine(organization=place, year=one.on.year, kind=one.kind, on=one.on, title=title)
                line.used = one.on < self.scene.today - timedelta(days=1) and self.scene.rng.random() >= MISSED
                self.lines.append(line)
        insert_models(self.lines, with_keys=True)

    def hold(self) -> None:
        """Write the meetings of the lines that were held."""
        held = [self._meeting(line) for line in self.lines if line.used]
        attended = [row for one in held for row in self._attended(one)]  # which also counts them
        insert_models(held, with_keys=True)
        for row in attended:
            row.meeting_id = row.meeting.pk
        insert_models(attended)
        items = [(one, n, text) for one in held for n, text in enumerate(AGENDA[one.kind], 1)]
        insert_models([AgendaItem(meeting=one, place=n, title=text) for one, n, text in items])
        written = [one for one in held if one.minutes_at]
        insert_models(
            [Minutes(meeting=one, number=1, parts=_parts(one), by_name=str(one.recorder or "")) for one in written]
        )

    def _meeting(self, line: PlanLine) -> Meeting:
        rng, place = self.scene.rng, line.organization
        leaders = self.leaders.get(place.pk, [])
        starts = _at(line.on, 9 if line.kind != "group" else 15)
        title = line.title or f"{place} {line.on.month} 月{labels()[line.kind]}"
        made = Meeting(
            organization=place, kind=line.kind, title=title[:100], starts_at=starts, ends_at=starts + timedelta(minutes=90), on=line.on,
            place=rng.choice(("党员活动室", "三楼会议室", "车间会议室")), state="held", plan_line=line, host=leaders[0] if leaders else None,
            recorder=leaders[-1] if len(leaders) > 1 else None, called_at=starts - timedelta(days=3), opened_at=starts,
            closed_at=starts + timedelta(minutes=90), by_name=leaders[0].name if leaders else "支部书记",
        )  # fmt: skip
        recent = (self.scene.today - line.on).days < 6
        made.minutes_at = None if recent else starts + timedelta(days=1)
        return made

    def _attended(self, meeting: Meeting) -> list[Attendance]:
        if meeting.kind == "committee":
            people = [(person.pk, person.name, True, "") for person in self.leaders.get(meeting.organization_id, [])]
        else:
            found = self.members[meeting.organization_id]
            people = [(one.person_id, one.name, one.has_vote, one.ground) for one in found]
        rows = [self._row(meeting, place, *one) for place, one in enumerate(dict.fromkeys(people), 1)]
        if rows and not any(row.state == "present" for row in rows):
            rows[0].state, rows[0].how, rows[0].at, rows[0].study = "present", "hand", meeting.starts_at, ""
        voting = [row for row in rows if row.standing == "entitled"]
        meeting.entitled, meeting.present = len(voting), sum(row.state == "present" for row in voting)
        count = rules.count(meeting.rule, meeting.entitled, meeting.present)
        meeting.quorate = None if count.needed is None else count.reached
        return rows

    def _row(self, meeting: Meeting, place: int, person_id: int, name: str, votes: bool, ground: str) -> Attendance:
        rng = self.scene.rng
        row = Attendance(
            meeting=meeting, person_id=person_id, name=name, unit=str(meeting.organization), place=place, ground=ground,
            standing="entitled" if votes else "no_vote", rev=2,
        )  # fmt: skip
        drawn = rng.random()
        if drawn >= AWAY + ON_LEAVE:
            row.state, row.how = "present", rng.choice(("card", "qr", "qr", "hand"))
            row.at = meeting.starts_at - timedelta(minutes=rng.randint(1, 25))
            return row
        if drawn < ON_LEAVE:
            row.state, row.leave, row.leave_why = "leave", "agreed", rng.choice(("出差", "住院", "探亲", "值班"))
        else:
            row.state = "absent"
        if meeting.rule is not None and meeting.rule.study:
            self._study(row, meeting)
        return row

    def _study(self, row: Attendance, meeting: Meeting) -> None:
        due = meeting.on + timedelta(days=rules.STUDY_DAYS)
        row.study_due_on = due
        if due < self.scene.today or self.scene.rng.random() < STUDIED:
            row.study, row.state, row.study_at = "done", "made_up", meeting.starts_at + timedelta(days=5)
        else:
            row.study = "open"


def today(scene: Scene, branch: Organization) -> None:
    """Let the branch of the demonstration have an assembly under way, and a party day called for tomorrow."""
    act, leaders = (
        replace(scene.act, at=None),
        Post.objects.system("demonstration").filter(current(scene.today), organization=branch),
    )
    host = leaders.select_related("person").filter(kind="secretary").first()
    values = {
        "organization": branch,
        "host": host.person if host else None,
        "by_name": host.person.name if host else "",
    }
    now = Meeting.objects.create(
        kind="assembly", title=f"{branch}党员大会：讨论明年工作安排", starts_at=timezone.now() - timedelta(minutes=10), place="三楼会议室",
        link="https://meeting.example.org/room/dongshan2", words="请带党员学习笔记。", **values,
    )  # fmt: skip
    insert_models([AgendaItem(meeting=now, place=n, title=text) for n, text in enumerate(AGENDA["assembly"], 1)])
    calling.call(act, now, calling.Call(tell=True))
    holding.open_(act, now, None)
    rows = list(
        Attendance.objects.system("demonstration").filter(meeting=now).select_related("meeting").order_by("place")
    )
    known = {account.person_id for account in scene.accounts.values()}
    free = [row for row in rows if row.person_id not in known]  # who tries it out signs in by themselves
    for row in free[1 : len(rows) // 3 + 1]:
        signing.sign(act, row, scene.rng.choice(("card", "qr")))
    if free:
        leaves.ask(act, free[0], leaves.Ask("在外地探亲"))
    later = Meeting.objects.create(
        kind="party_day", title=f"{branch}主题党日：走访离退休党员", starts_at=_at(scene.today + timedelta(days=1), 14), place="党员活动室",
        words="分三个小组，下午两点集合。", **values,
    )  # fmt: skip
    calling.call(act, later, calling.Call(tell=True))


def _parts(meeting: Meeting) -> list[list[str]]:
    texts = TEXTS.get(meeting.kind, TEXTS["party_day"])
    template = headings().get(meeting.kind, headings()[""])
    return [[heading, texts[n % len(texts)]] for n, (heading, _) in enumerate(template)]


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 30)))
