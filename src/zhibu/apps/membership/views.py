"""A member as of a day, and members by status who stand in no branch."""

import uuid
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from zhibu.apps.membership import listing, queries
from zhibu.apps.membership.models import Member, MemberKind, Status
from zhibu.apps.membership.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.ui.parts import Fact

SEE_PARTY = "people.see.party"
#: names on one page
MOST = 300


def read_day(request: HttpRequest, name: str = "day") -> tuple[date, str]:
    """Return the day asked for (today without one, never a later one) and what is wrong with what was written."""
    text, today = request.GET.get(name, ""), localdate()
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        return today, "日期应写成 2026-01-31 的样子"
    if day > today:
        return today, "不能选今天以后的日期"
    if day.year < 1921:
        return today, "日期早于 1921 年，请核对年份"
    return day, ""


def member_in_reach(request: HttpRequest, uid: uuid.UUID) -> Member:
    """Return the member, or raise Http404."""
    member: Member | None = listing.listed(request.actor).filter(uid=uid).first()  # type: ignore[attr-defined]
    if member is None:
        raise Http404
    return member


@require_safe
def unplaced(request: HttpRequest) -> HttpResponse:
    """List who is a member by political status and stands in no branch: nobody of them is in the register."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not (actor.may(VIEW) and actor.may(SEE_PARTY)):
        raise Http404
    people = list(listing.unplaced(actor)[: MOST + 1])
    context = {"people": people[:MOST], "more": len(people) > MOST, "may_place": actor.may("people.affiliate")}
    return render(request, "membership/unplaced.html", context)


@require_safe
def as_of(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show how a member stood on a past day: branch, kind, status, rights, years of membership."""
    member = member_in_reach(request, uid)
    day, error = read_day(request)
    found = queries.member_on(member, day)
    facts = []
    if found is not None:
        branch = queries.branch_of(member.person_id, day)
        # another subtree's branch is not told to a viewer who reaches only this one
        seen = branch is not None and request.actor.may("membership.view", branch.path)  # type: ignore[attr-defined]
        years = member.years(day)
        facts = [
            Fact("所在支部", (str(branch) if seen else "其他党组织") if branch else "没有登记"),
            Fact("人员类别", MemberKind(found.kind).label), Fact("党籍状态", Status(found.status).label),
            Fact("表决权", "有" if found.has_vote else "没有", hint=found.ground),
            Fact("党龄", f"{years.years} 年" if years.years is not None and found.kind == MemberKind.FULL else "预备期"),
        ]  # fmt: skip
    context = {"member": member, "day": day, "error": error, "facts": facts}
    return render(request, "membership/as_of.html", context, status=422 if error else 200)
