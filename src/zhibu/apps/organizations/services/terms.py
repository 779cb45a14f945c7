"""Terms of office (届): register, renew (换届), correct, close."""

import copy
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from zhibu.apps.organizations import rules
from zhibu.apps.organizations.models import Organization, Term
from zhibu.apps.organizations.params import term_lengths
from zhibu.kernel.actions import Act, Refused, diff
from zhibu.kernel.audit import Change

FIELDS = ("number", "since", "until", "closed_on")


@dataclass(frozen=True)
class NewTerm:
    """Input of `register` and `renew`. Without `until` the statutory length counts from `since`."""

    number: int
    since: date
    until: date | None = None
    village: bool = False


@dataclass(frozen=True)
class TermFields:
    """Input of `correct`."""

    number: int
    since: date
    until: date
    reason: str


@dataclass(frozen=True)
class TermEnd:
    """Input of `close`: the first day after the term."""

    on: date
    reason: str


def register(act: Act, obj: Organization, data: NewTerm) -> Term:
    """Register the term of office that runs now (or one that was missed); only one may be open."""
    if not obj.is_open(localdate()):
        raise Refused("这个组织已撤销", next_step="不再登记任期。")
    if Term.objects.system("one open term").filter(organization=obj, closed_on__isnull=True).exists():
        raise Refused("已有一届尚未结束", next_step="请在该届任期上办理“换届”，或先结束该届。")
    term = _new(obj, data)
    act.log(obj, changes=_described(term), summary=f"登记{term}", organization_id=obj.pk)
    return term


def renew(act: Act, obj: Term, data: NewTerm) -> Term:
    """Elect anew: close this term on the day the next one begins, and register the next."""
    before = copy.copy(obj)
    if data.since < obj.since:
        raise Refused("新一届的任期起早于本届", field="since")
    obj.closed_on, obj.rev = data.since, obj.rev + 1
    obj.save(update_fields=["closed_on", "rev"])
    term = _new(obj.organization, data)
    changes = diff(before, obj, ["closed_on"]) + _described(term)
    act.log(obj.organization, changes=changes, summary=f"换届：{term}", organization_id=obj.organization_id)
    return term


def correct(act: Act, obj: Term, data: TermFields) -> Term:
    """Correct number or dates, e.g. after the superior agreed to an earlier or later election; the reason is kept."""
    before = copy.copy(obj)
    obj.number, obj.since, obj.until = data.number, data.since, data.until
    _check(obj)
    if obj.closed_on and obj.closed_on < obj.since:
        raise Refused("任期起晚于实际结束日期", field="since")
    changes = diff(before, obj, FIELDS)
    if not changes:
        raise Refused("没有改动任何内容", next_step="请修改后再保存，或返回。", code="unchanged")
    obj.rev += 1
    obj.save(update_fields=["number", "since", "until", "rev"])
    act.log(obj.organization, changes=changes, summary=f"更正任期：{obj}", organization_id=obj.organization_id)
    return obj


def close(act: Act, obj: Term, data: TermEnd) -> Term:
    """End a term without a next one yet."""
    if data.on < obj.since:
        raise Refused("结束日期早于任期起", field="on")
    if data.on > localdate():
        raise Refused("结束日期不能晚于今天", field="on")
    before = copy.copy(obj)
    obj.closed_on, obj.rev = data.on, obj.rev + 1
    obj.save(update_fields=["closed_on", "rev"])
    changes = diff(before, obj, ["closed_on"])
    act.log(obj.organization, changes=changes, summary=f"结束任期：{obj}", organization_id=obj.organization_id)
    return obj


def statutory_until(kind: str, since: date, *, village: bool = False) -> date | None:
    """Return the first day after a term of statutory length; None for kinds without a term of office."""
    variant = rules.Variant.VILLAGE if village else rules.Variant.STANDARD
    length = rules.term_length(rules.Kind(kind), variant, since, term_lengths())
    if length is None and village:  # committees have one length only
        return statutory_until(kind, since)
    return rules.term_until(since, length) if length else None


def next_term_number(organization: Organization) -> int:
    """Return the number of the term after the last registered one."""
    last = Term.objects.system("number of the next term").filter(organization=organization).order_by("-number").first()
    return last.number + 1 if last else 1


def _new(organization: Organization, data: NewTerm) -> Term:
    statutory = statutory_until(organization.kind, data.since, village=data.village)
    if statutory is None:
        raise Refused(f"{organization.get_kind_display()}没有任期", next_step="党委、党总支、党支部才登记任期。")
    term = Term(organization=organization, number=data.number, since=data.since, until=data.until or statutory)
    _check(term)
    term.save(force_insert=True)
    return term


def _check(term: Term) -> None:
    if term.number < 1:
        raise Refused("届次从 1 开始", field="number")
    if term.since > localdate():
        raise Refused("任期起不能晚于今天", field="since")
    if term.until <= term.since:
        raise Refused("任期止应晚于任期起", field="until")
    founded = term.organization.founded_on
    if founded and term.since < founded:
        raise Refused(f"任期起早于组织成立日期 {founded}", field="since")
    others = Term.objects.system("terms of one organisation").filter(organization=term.organization).exclude(pk=term.pk)
    if others.filter(number=term.number).exists():
        raise Refused(f"第 {term.number} 届已经登记", field="number")
    for other in others:
        end = other.closed_on or other.until
        if other.number < term.number and end > term.since:
            raise Refused(f"与第 {other.number} 届（至 {end}）重叠", field="since")
        if other.number > term.number and other.since < (term.closed_on or term.until):
            raise Refused(f"与第 {other.number} 届（自 {other.since}）重叠", field="until")


def _described(term: Term) -> list[Change]:
    blank = Term(organization=term.organization)
    return diff(blank, term, FIELDS)
