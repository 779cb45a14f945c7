"""Where a person belongs: begin, change and end affiliations; appoint to posts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.apps.people.events import PartyFactsChanged, PostsChanged
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.rules import why_not_belong
from zhibu.kernel.actions import Act, Refused, naming
from zhibu.kernel.audit import Change
from zhibu.kernel.events import publish

#: kinds of which a person has at most one at a time: a new one ends the old one on the same day
SINGLE = frozenset({Kind.HOME, Kind.PARTY, Kind.ADMINISTRATIVE})


@dataclass(frozen=True)
class Affiliate:
    """A new affiliation of a person: kind, organisation, first day."""

    kind: str
    organization: Any
    since: date
    note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class EndAffiliation:
    """The first day on which an affiliation no longer holds."""

    until: date
    reason: str = ""


@dataclass(frozen=True)
class Appoint:
    """A post for a person at an organisation, from a day on."""

    person: Any
    kind: str
    since: date
    note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class EndPost:
    """The first day on which the post is no longer held."""

    until: date
    reason: str = ""


def fits(kind: str, organization: Any) -> str | None:
    """Return why an organisation cannot hold that kind of relation, or None."""
    if kind == Kind.PARTY and organization.kind not in PARTY_KINDS:
        return "组织关系只能放在党组织（党委、党总支、党支部、党小组）"
    if kind in {Kind.HOME, Kind.ADMINISTRATIVE} and organization.kind in PARTY_KINDS and kind == Kind.ADMINISTRATIVE:
        return "行政关系只能放在单位、部门或工作站"
    if kind == Kind.SERVICE and organization.kind != "workstation":
        return "服务关系只能放在工作站"
    return None


def affiliate(act: Act, person: Person, data: Affiliate) -> Affiliation:
    """Begin an affiliation; one of a single kind ends its predecessor on the same day."""
    if (why := fits(data.kind, data.organization)) is not None:
        raise Refused(why, field="organization")
    if (why := why_not_belong(person.employment, data.kind)) is not None:
        raise Refused(why, field="kind", code="gone")
    if data.since > localdate():
        raise Refused("起始日期不能晚于今天", field="since")
    if not data.organization.is_open(data.since):
        raise Refused("该组织在这一天尚未成立或已经撤销", field="organization")
    changes = _end_predecessors(person, data)
    made: Affiliation = Affiliation.objects.create(
        person=person, organization=data.organization, kind=data.kind, since=data.since, note=data.note
    )
    changes.append(
        Change(
            naming("affiliation", data.organization),
            made.get_kind_display(),
            "",
            f"{data.organization}（{data.since.isoformat()}起）",
        )
    )
    _touch(person)
    summary = f"建立{made.get_kind_display()}：{person.name}"
    act.log(person, changes=changes, organization_id=data.organization.pk, summary=summary)
    _tell(act, made)
    return made


def _end_predecessors(person: Person, data: Affiliate) -> list[Change]:
    """End what a new affiliation of a single kind replaces; raises Refused where it cannot follow on what there is."""
    open_rows = Affiliation.objects.system("affiliations of a person in hand").filter(
        person=person, kind=data.kind, until__isnull=True
    )
    changes: list[Change] = []
    for row in open_rows.select_for_update(of=("self",)).select_related("organization"):
        if row.organization_id == data.organization.pk:
            raise Refused("此人已有这一关系", field="organization")
        if data.kind in SINGLE:
            if data.since <= row.since:
                raise Refused(f"起始日期应晚于现有关系的起始日期 {row.since.isoformat()}", field="since")
            row.until = data.since
            row.rev += 1
            row.save(update_fields=["until", "rev"])
            changes.append(
                Change(
                    naming("affiliation", row.organization),
                    f"{row.get_kind_display()}（止）",
                    str(row.organization),
                    data.since.isoformat(),
                )
            )
    return changes


def end_affiliation(act: Act, row: Affiliation, data: EndAffiliation) -> Affiliation:
    """End an affiliation. The home cannot end by itself: nobody may be left without a keeper."""
    if row.kind == Kind.HOME:
        raise Refused("归属单位不能单独结束", next_step="请改为“建立新的归属单位”，原归属会在同一天结束。")
    if row.until is not None:
        raise Refused("这一关系已经结束")
    if data.until < row.since:
        raise Refused(f"结束日期早于起始日期 {row.since.isoformat()}", field="until")
    if data.until > localdate():
        raise Refused("结束日期不能晚于今天", field="until")
    row.until = data.until
    row.rev += 1
    row.save(update_fields=["until", "rev"])
    _touch(row.person)
    field, label = naming("affiliation", row.organization), f"{row.get_kind_display()}（止）"
    change = Change(field, label, str(row.organization), data.until.isoformat())
    summary = f"结束{row.get_kind_display()}：{row.person.name}"
    act.log(row.person, changes=[change], organization_id=row.organization_id, summary=summary)
    _tell(act, row)
    return row


def _tell(act: Act, row: Affiliation) -> None:
    if row.kind == Kind.PARTY:
        publish(PartyFactsChanged((row.person_id,), act.actor, by_hand=True))


def _touch(person: Person) -> None:
    person.rev += 1
    person.save(update_fields=["rev", "changed_at"])


def appoint(act: Act, organization: Any, data: Appoint) -> Post:
    """Appoint a person to a post of an organisation; a secretary must belong to it or to what lies under it."""
    if data.since > localdate():
        raise Refused("任职日期不能晚于今天", field="since")
    if organization.founded_on and data.since < organization.founded_on:
        raise Refused(f"任职日期早于组织成立日期 {organization.founded_on.isoformat()}", field="since")
    kind = "party_post" if organization.kind in PARTY_KINDS else "post"
    if (why := why_not_belong(data.person.employment, kind)) is not None:
        raise Refused(why, field="person", code="gone")
    held = Post.objects.system("posts of an organisation in hand").filter(organization=organization, until__isnull=True)
    if held.filter(person=data.person, kind=data.kind).exists():
        raise Refused("此人已任这一职务", field="person")
    if data.kind == "secretary" and (other := held.filter(kind="secretary").select_related("person").first()):
        raise Refused(f"现任书记为{other.person.name}", field="kind", next_step="请先结束现任书记的任职。")
    if organization.kind in PARTY_KINDS:
        rows = Affiliation.objects.system("membership of an appointee").filter(
            person=data.person, kind=Kind.PARTY, until__isnull=True, organization__path__startswith=organization.path
        )
        if not rows.exists():
            raise Refused("此人的组织关系不在本组织", field="person", next_step="请先接转组织关系。")
    post: Post = Post.objects.create(
        organization=organization, person=data.person, kind=data.kind, since=data.since, note=data.note
    )
    change = Change("post", post.get_kind_display(), "", f"{data.person.name}（{data.since.isoformat()}起）")
    act.log(
        organization,
        changes=[change],
        organization_id=organization.pk,
        summary=f"任职：{organization} {post.get_kind_display()} {data.person.name}",
    )
    publish(PostsChanged((organization.pk,)))
    return post


def end_post(act: Act, post: Post, data: EndPost) -> Post:
    """End a post."""
    if post.until is not None:
        raise Refused("这一任职已经结束")
    if data.until < post.since:
        raise Refused(f"结束日期早于任职日期 {post.since.isoformat()}", field="until")
    if data.until > localdate():
        raise Refused("结束日期不能晚于今天", field="until")
    post.until = data.until
    post.rev += 1
    post.save(update_fields=["until", "rev"])
    change = Change("post", f"{post.get_kind_display()}（止）", post.person.name, data.until.isoformat())
    act.log(
        post.organization,
        changes=[change],
        organization_id=post.organization_id,
        summary=f"结束任职：{post.organization} {post.get_kind_display()} {post.person.name}",
    )
    publish(PostsChanged((post.organization_id,)))
    return post
