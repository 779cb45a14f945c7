"""Who is on the list of a meeting: derived from membership, posts and guests on its day, and frozen with the roll."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zhibu.apps.meetings import guests
from zhibu.apps.meetings.models import Attendance, AttendanceState, Meeting, Standing
from zhibu.apps.meetings.queries import COUNTED
from zhibu.apps.meetings.services.saving import organizations
from zhibu.apps.membership.queries import members_on_many
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Post
from zhibu.apps.people.models.affiliation import PostKind, current
from zhibu.apps.voting.models import RollEntry
from zhibu.apps.voting.services import rolls
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.bulk import insert_models
from zhibu.kernel.tree import ancestors

#: the longest list
MOST = 2_000
#: posts that sit on a branch's committee, in the order in which they are listed
COMMITTEE = (
    PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANIZATION, PostKind.PUBLICITY, PostKind.DISCIPLINE,
    PostKind.UNITED_FRONT, PostKind.YOUTH, PostKind.MEMBER,
)  # fmt: skip
KIND_WORDS = {"full": "正式党员", "probationary": "预备党员"}
ELSEWHERE = "同一天已在{place}的应到名单上"


@dataclass(frozen=True)
class Invited:
    """Somebody who is to be on the list."""

    person_id: int | None
    name: str
    unit: str
    kind: str
    standing: str
    ground: str = ""


def derive(meeting: Meeting) -> list[Invited]:
    """Return who belongs on the list of a meeting on its day; members of a branch never on two branches' rolls for one day."""
    found = _committee(meeting) if meeting.kind == "committee" else _members(meeting)
    known = {one.person_id for one in found}
    # floating members take part in the life of the branch, not in its committee
    visiting = guests.collect(organizations(meeting), meeting.on) if meeting.kind != "committee" else []
    for guest in visiting:
        if guest.person_id is None or guest.person_id not in known:
            found.append(Invited(guest.person_id, guest.name, guest.unit, "列席", Standing.GUEST, guest.ground))
            known.add(guest.person_id)
    if len(found) > MOST:
        raise Refused(f"参会人员超过 {MOST} 人", next_step="请分支部召开，或在“共同召开的党组织”里只选要参加的支部。")
    return _not_twice(meeting, found)


def _members(meeting: Meeting) -> list[Invited]:
    ids: Sequence[int] = organizations(meeting)
    if len(ids) > 1 and meeting.organization.kind in ("committee", "general_branch"):
        ids = ids[1:]  # a joint meeting called from above is one of those that hold it
    units = dict(_names(ids))
    found: dict[int, Invited] = {}
    for members in members_on_many(list(ids), meeting.on).values():
        for one in members:
            standing = Standing.ENTITLED if one.has_vote else Standing.NO_VOTE
            unit = units.get(one.organization_id, "")
            found.setdefault(
                one.person_id,
                Invited(one.person_id, one.name, unit, KIND_WORDS.get(one.kind, one.kind), standing, one.ground),
            )
    return list(found.values())


def _names(ids: Sequence[int]) -> Iterable[tuple[int, str]]:
    """Yield (id, name) of the organisations and of what lies under them: the unit that stands beside each name."""
    paths = Organization.objects.system("who holds a meeting in hand").filter(pk__in=ids).values_list("path", flat=True)
    from zhibu.kernel.tree import under

    rows = Organization.objects.system("units of members invited").filter(under("path", tuple(paths)))
    return ((pk, short or name) for pk, short, name in rows.values_list("pk", "short_name", "name"))


def _committee(meeting: Meeting) -> list[Invited]:
    rows = Post.objects.system("the committee of a branch on a day").filter(current(meeting.on), kind__in=COMMITTEE)
    posts = rows.filter(organization=meeting.organization_id).select_related("person")
    found: dict[int, Invited] = {}
    for post in sorted(posts, key=lambda post: (COMMITTEE.index(PostKind(post.kind)), post.pk)):
        words = str(post.get_kind_display())
        found.setdefault(
            post.person_id,
            Invited(post.person_id, post.person.name, str(meeting.organization), words, Standing.ENTITLED),
        )
    if not found:
        raise Refused(
            "这个党组织还没有登记支部委员", next_step="请先在组织页面登记领导班子；不设支部委员会的支部开党员大会。"
        )
    return list(found.values())


def _not_twice(meeting: Meeting, found: list[Invited]) -> list[Invited]:
    """Take the vote from those who stand with a vote on the list of another branch's meeting of the same day."""
    people = [one.person_id for one in found if one.person_id is not None and one.standing == Standing.ENTITLED]
    rows = Attendance.objects.system("lists of the same day").filter(
        person__in=people, meeting__on=meeting.on, meeting__state__in=COUNTED, standing=Standing.ENTITLED
    )
    rows = rows.exclude(meeting=meeting).select_related("meeting__organization")
    own = {path[: len(path)] for path in _lineage(meeting.organization)}
    taken: dict[int, str] = {}
    for row in rows:
        other = row.meeting.organization
        if not _related(meeting.organization.path, other.path) and other.path not in own:
            taken[row.person_id] = str(other)
    return [
        one
        if one.person_id not in taken
        else Invited(one.person_id, one.name, one.unit, one.kind, Standing.NO_VOTE, ELSEWHERE.format(place=taken[one.person_id])[:100])
        for one in found
    ]  # fmt: skip


def _lineage(organization: Any) -> list[str]:
    return [*ancestors(organization.path), organization.path]


def _related(one: str, other: str) -> bool:
    """Tell whether one lies in the other: a branch and its groups, a committee and its branches."""
    return one.startswith(other) or other.startswith(one)


def freeze(act: Act, meeting: Meeting) -> int:
    """Make the list of a meeting, and its roll where the kind decides by vote; return how many are on it.

    Somebody on a list made before who does not belong any more stays as not on it; leave that was asked stays.
    """
    invited = derive(meeting)
    known = {
        row.person_id: row
        for row in Attendance.objects.system("the list of a meeting in hand").filter(
            meeting=meeting, person__isnull=False
        )
    }
    new: list[Attendance] = []
    for place, one in enumerate(invited, 1):
        values = {
            "name": one.name[:50],
            "unit": one.unit[:100],
            "standing": one.standing,
            "ground": one.ground[:100],
            "place": place,
        }
        row = known.pop(one.person_id, None) if one.person_id is not None else None
        if row is None:
            new.append(Attendance(meeting=meeting, person_id=one.person_id, **values))
        else:
            _update(row, values)
    for row in known.values():
        if row.standing != Standing.GUEST:
            _update(row, {"standing": Standing.OFF, "ground": "名单重新核定后不在应到之列"})
    insert_models(new)
    _roll(act, meeting, invited)
    return len(invited)


def _update(row: Attendance, values: dict[str, Any]) -> None:
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.rev += 1
        row.save()


def _roll(act: Act, meeting: Meeting, invited: Sequence[Invited]) -> None:
    """Freeze the roll for a meeting that decides by vote; one made before becomes void."""
    if meeting.roll is not None and not meeting.roll.is_void:
        rolls.make_void(act, meeting.roll, Why("应到名单重新核定"))
    meeting.roll = None
    rule = meeting.rule
    if rule is None or not rule.vote:
        return
    rows = [
        rolls.RollRow(one.person_id, one.name, one.kind, one.standing == Standing.ENTITLED, one.ground)
        for one in invited
        if one.person_id is not None and one.standing != Standing.GUEST
    ]
    kind = "committee" if meeting.kind == "committee" else "assembly"
    meeting.roll = rolls.freeze(
        act,
        organization=meeting.organization,
        on=meeting.on,
        rule=kind,
        rows=rows,
        subject=meeting,
        title=meeting.title,
    )


def follow_roll(meeting: Meeting) -> None:
    """Take over who has a vote from the roll: the assembly left somebody out, or that was taken back."""
    entries = RollEntry.objects.system("roll of a meeting in hand").filter(roll=meeting.roll_id)
    votes = {
        person: (entitled, ground)
        for person, entitled, ground in entries.values_list("person_id", "entitled", "ground")
    }
    rows = Attendance.objects.system("the list of a meeting in hand").filter(meeting=meeting, person__in=votes)
    for row in rows.filter(standing__in=[Standing.ENTITLED, Standing.NO_VOTE]):
        entitled, ground = votes[row.person_id]
        standing = Standing.ENTITLED if entitled else Standing.NO_VOTE
        if row.standing != standing:
            _update(row, {"standing": standing, "ground": ground[:100]})


@dataclass(frozen=True)
class GuestIn:
    """A guest added by hand: somebody with a record, or a name from outside."""

    person: Any = None
    name: str = ""
    unit: str = ""
    ground: str = ""


def add_guest(act: Act, meeting: Meeting, data: GuestIn) -> Meeting:
    """Invite a guest; nobody stands on the list twice."""
    rows = Attendance.objects.system("the list of a meeting in hand").filter(meeting=meeting)
    name = data.person.name if data.person is not None else data.name.strip()
    same = (
        rows.filter(person=data.person)
        if data.person is not None
        else rows.filter(person=None, name=name, unit=data.unit)
    )
    if same.exists():
        raise Refused(f"{name}已经在名单上", field="person" if data.person is not None else "name")
    last = rows.order_by("-place").values_list("place", flat=True).first() or 0
    made: Attendance = Attendance.objects.create(
        meeting=meeting, person=data.person, name=name[:50], unit=data.unit[:100], standing=Standing.GUEST, ground=data.ground[:100],
        place=last + 1, state=AttendanceState.INVITED,
    )  # fmt: skip
    act.log(made, organization_id=meeting.organization_id, summary=f"邀请列席：{name}（{meeting}）")
    return meeting
