"""What members show on the pages of others: the person's page and timeline, one's own, the desk, the first page."""

from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.membership import console, counting, listing
from zhibu.apps.membership.models import Member, living
from zhibu.apps.membership.permissions import VIEW
from zhibu.apps.membership.rules import political_birthday
from zhibu.apps.people import own, panels, record
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import bench
from zhibu.kernel.ui.parts import Fact, Happening


def _seen(actor: Actor, person: Person) -> Member | None:
    """Return the membership of a person as far as the viewer reaches."""
    if not actor.may(VIEW):
        return None
    found: Member | None = listing.listed(actor).filter(person=person).first()
    return found


def member_panel(request: HttpRequest, person: Person) -> panels.Panel | None:
    """Return the membership of a person on their page."""
    member = _seen(request.actor, person)  # type: ignore[attr-defined]
    if member is None:
        return None
    context = {"member": member, "status": console.status_words(member), "tone": console.tone(member),
               "branch": listing.branch(member), "years": listing.years_words(member)}  # fmt: skip
    return panels.Panel("党员", "membership/_of_person.html", context, (("打开党员页", member.get_absolute_url()),))


@record.timeline
def changes_of_membership(actor: Actor, person: Person) -> list[Happening]:
    """What happened to the membership, as far as the viewer reaches."""
    member = _seen(actor, person)
    if member is None:
        return []
    url = member.get_absolute_url()
    found = [Happening("申请入党", member.applied_on, url=url)] if member.applied_on else []
    for row in listing.changes(member, actor):
        if row.kind in ("admit", "full", "die", "reversal"):  # the person's own dates and events tell these
            continue
        found.append(
            Happening(str(row.get_kind_display()), row.on, "已撤销" if row.reversed_by_id else row.document, url=url)
        )
    return found


@own.panel(10)
def ones_own_membership(request: HttpRequest, person: Person) -> own.Panel | None:
    """Tell a member the own branch, group, kind, dates and political birthday."""
    rows = Member.objects.system("one's own membership").filter(living(), person=person)
    member = rows.select_related("person", "organization__parent").first()
    if member is None:
        return None
    context = {"facts": _own_facts(member), "member": member, "birthday": _is_birthday(member, localdate())}
    return own.Panel("membership/_own.html", context)


def _own_facts(member: Member) -> list[Fact]:
    names = "、".join(listing.introducers([member])[member.pk])
    facts = [
        Fact("所在支部", listing.branch(member)), Fact("党小组", listing.group(member)), Fact("人员类别", member.get_kind_display()),
        Fact("党籍状态", console.status_words(member)), Fact("申请入党日期", member.applied_on),
        Fact("入党日期", member.admitted_on, hint="也是您的政治生日"), Fact("转正日期", member.full_on),
        Fact("党龄", listing.years_words(member), hint=listing.era_words(member)), Fact("入党介绍人", names),
    ]  # fmt: skip
    return [fact for fact in facts if not fact.absent]


def _is_birthday(member: Member, today: date) -> bool:
    joined = member.admitted_on
    return joined is not None and joined.year < today.year and political_birthday(joined, today.year) == today


def figures(request: HttpRequest, person: Person | None) -> bench.Panel | None:
    """Tell the office how many members there are within reach, by what waits for somebody."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(VIEW):
        return None
    total, (kinds, status) = counting.tables(actor, localdate(), codes=("kind", "status"))
    if not total:
        return None
    lines = [line for line in (*kinds.lines, *status.lines) if line.label != "正常"]
    context = {"total": total, "lines": lines, "list_url": reverse("members")}
    return bench.Panel("党员", "membership/_bench.html", context, (("党员统计", reverse("members-statistics")),))


panels.register(5, member_panel)
bench.register_office(20, figures)
