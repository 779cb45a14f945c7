"""What lists and pages of members read: rows with what their columns need, who stands behind a figure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.membership.models import Introducer, Member, MemberChange, RecordState
from zhibu.apps.membership.models.change import BY_HAND, DISCIPLINE, standing
from zhibu.apps.membership.services.changes import HIDDEN
from zhibu.apps.organizations.models import Kind
from zhibu.apps.people import search
from zhibu.apps.people.models import Affiliation, Conduct, Person, Post
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.apps.people.models.affiliation import current
from zhibu.kernel.actor import Actor

SEE_DISCIPLINE = "people.see.discipline"


def listed(actor: Actor) -> "QuerySet[Member]":
    """Return the members within reach, those of the past included."""
    rows: QuerySet[Member] = Member.objects.visible_to(actor).filter(state=RecordState.LIVE)
    return rows.select_related("person", "organization__parent")


def matching(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the members meant: by name, pinyin, initials or staff number."""
    people = search.matching(Person.objects.system("people of visible members"), text, actor)
    return rows.filter(person_id__in=people.values("pk"))


def branch(member: Member) -> Any:
    """Return the branch: of a group its branch."""
    place = member.organization
    return place.parent if place.kind == Kind.GROUP and place.parent_id else place


def group(member: Member) -> Any:
    """Return the group, None for who is in none."""
    return member.organization if member.organization.kind == Kind.GROUP else None


def years_words(member: Member) -> str:
    """Return the years of membership in words; "约" where the day they count from was worked out."""
    found = member.years(member.left_on or localdate())
    if found.years is None:
        return ""
    if found.since is None:
        return "预备期"
    return f"{'约 ' if found.estimated else ''}{found.years} 年"


def unplaced(actor: Actor) -> "QuerySet[Person]":
    """Return the people within reach who are members by political status, alive, and have no open party relation."""
    relations = Affiliation.objects.system("party relations of visible people").filter(
        person=OuterRef("pk"), kind=Relation.PARTY, until__isnull=True
    )
    people = Person.objects.visible_to(actor, "people.see.party").filter(
        state="live", political_status__in=["01", "02"]
    )
    rows: QuerySet[Person] = people.exclude(employment="deceased").exclude(Exists(relations)).order_by("name", "pk")
    return rows


def introducers(members: Iterable[Member]) -> dict[int, list[str]]:
    """Return member id -> names of the introducers, in one query."""
    rows = Introducer.objects.system("introducers of visible members").filter(
        member__in=[member.pk for member in members], withdrawn_at__isnull=True
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row.name)
    return found


def with_introducers(actor: Actor, members: list[Member]) -> None:
    """Give the members of a page the names of their introducers."""
    found = introducers(members)
    for member in members:
        member.introducer_names = "、".join(found[member.pk])  # type: ignore[attr-defined]


def disciplined(value: str) -> Any:
    """Condition: members with a disciplinary measure on record, "now" for one whose effect lasts."""
    rows = Conduct.objects.system("measures of visible members").filter(
        kind=Conduct.Kind.DISCIPLINE, withdrawn_at__isnull=True, person_id=OuterRef("person_id")
    )
    return Exists(rows.filter(until__gt=localdate()) if value == "now" else rows)


def changes(member: Member, actor: Actor) -> list[MemberChange]:
    """Return what happened to a member, the latest first; measures only for who may see people's conduct there."""
    rows = MemberChange.objects.system("changes of a visible member").filter(member=member)
    found = list(rows.select_related("organization", "reversed_by", "reverses"))
    if actor.may(SEE_DISCIPLINE, member.organization.path):
        return found
    return [row for row in found if row.kind not in HIDDEN and getattr(taken_back(row), "kind", "") not in HIDDEN]


def taken_back(row: MemberChange) -> MemberChange | None:
    """Return the change that this one takes back."""
    return getattr(row, "reverses", None)


def words_of(row: MemberChange, member: Member, actor: Actor) -> str:
    """Return the sealed words of a change; those of a measure only for who may see people's conduct."""
    if row.kind in DISCIPLINE and not actor.may(SEE_DISCIPLINE, member.organization.path):
        return ""
    return row.words or ""


def reversible(member: Member) -> MemberChange | None:
    """Return the change that a clerk may take back now: the last that stands, if it was entered here."""
    rows = MemberChange.objects.system("changes of a visible member").filter(standing(), member=member)
    last: MemberChange | None = rows.order_by("-pk").first()
    return last if last is not None and last.kind in BY_HAND and not last.source else None


def conduct(member: Member, actor: Actor) -> list[Conduct]:
    """Return rewards and measures of the person, for who may see people's conduct where the member is; `tone` colours them."""
    if not actor.may(SEE_DISCIPLINE, member.organization.path):
        return []
    rows = Conduct.objects.system("conduct of a visible member").filter(
        person=member.person_id, withdrawn_at__isnull=True
    )
    found = list(rows)
    for row in found:
        lasts = row.kind == Conduct.Kind.DISCIPLINE and (row.until is None or row.until > localdate())
        row.tone = "due" if lasts else "ok" if row.kind == Conduct.Kind.REWARD else "plain"
    return found


def posts(member: Member) -> list[Post]:
    """Return the Party posts held now."""
    rows = Post.objects.system("posts of a visible member").filter(current(), person=member.person_id)
    return [post for post in rows.select_related("organization") if post.organization.kind in _PARTY]


_PARTY = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP)


def era_words(member: Member) -> str:
    """Return from which day years of membership count, and why."""
    found = member.years(localdate())
    if found.since is None:
        return ""
    if found.estimated and found.era:
        return f"从 {found.since.isoformat()} 算起（没有转正日期，按入党时预备期 {found.era.probation_months} 个月推算，请核对档案）"
    if member.full_on is None:
        return f"从 {found.since.isoformat()} 算起（入党时没有预备期）"
    return f"从转正之日 {found.since.isoformat()} 算起"
