"""The list of members and the page of one."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.membership import listing
from zhibu.apps.membership.models import Member
from zhibu.apps.membership.models.change import ChangeKind
from zhibu.apps.membership.panels import panels
from zhibu.apps.membership.permissions import MANAGE, STATUS, VIEW
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION = "党员管理"
TONES = {"normal": "ok", "lost": "due", "abroad": "info", "suspended": "late"}


def tone(member: Member) -> str:
    """Return the colour of the status."""
    return TONES.get(member.status, "plain")


def status_words(member: Member) -> str:
    """Return the status, with what restricts rights or opens a time."""
    words = [str(member.get_status_display())]
    if member.in_party and member.rights_until is not None:
        words.append("留党察看" if member.rights_until > localdate() else "留党察看期满")
    if member.in_party and member.rectify_until is not None:
        words.append("限期改正")
    return "、".join(words)


def page(request: HttpRequest, member: Member) -> dict[str, Any]:
    """Return what the page of a member shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    person, path = member.person, member.organization.path
    reachable = Person.objects.visible_to(actor).filter(pk=person.pk).exists()
    rows = listing.changes(member, actor)
    last = listing.reversible(member) if actor.may(STATUS, path) else None
    lines = [(row, listing.words_of(row, member, actor), last is not None and row.pk == last.pk) for row in rows]
    return {
        "facts": [fact for fact in _facts(member, reachable) if not fact.absent],
        "dates": [fact for fact in _dates(member) if not fact.absent],
        "lines": [line for line in lines if line[0].kind != ChangeKind.REVERSAL],
        "posts": listing.posts(member), "status": status_words(member), "tone": tone(member), "today": localdate(),
        "panels": panels(request, member), "conduct_url": _conduct_url(actor, member, reachable),
        "sees_conduct": actor.may(listing.SEE_DISCIPLINE, path), "conduct": listing.conduct(member, actor),
    }  # fmt: skip


def _facts(member: Member, reachable: bool) -> list[Fact]:
    person = member.person
    return [
        Fact("姓名", person.name, url=person.get_absolute_url() if reachable else ""),
        Fact("所在支部", listing.branch(member), url=listing.branch(member).get_absolute_url()),
        Fact("党小组", listing.group(member)), Fact("人员类别", member.get_kind_display()), Fact("党籍状态", status_words(member)),
        Fact("状态从哪天起", member.status_since if member.status != "normal" else None),
        Fact("留党察看", f"{member.rights_from} 至 {member.rights_until}" if member.rights_until else None,
             hint="没有表决权、选举权和被选举权；期满按决定恢复"),
        Fact("限期改正至", member.rectify_until), Fact("不再是党员之日", member.left_on),
        Fact("岗位情况", person.get_employment_display()), Fact("职务", person.position), Fact("备注", member.note, wide=True),
    ]  # fmt: skip


def _dates(member: Member) -> list[Fact]:
    names = "、".join(listing.introducers([member])[member.pk])
    return [
        Fact("申请入党日期", member.applied_on), Fact("入党日期", member.admitted_on, hint="支部大会通过之日，也是政治生日"),
        Fact("转正日期", member.full_on), Fact("预备期延长至", member.probation_until),
        Fact("党龄", listing.years_words(member), hint=listing.era_words(member)), Fact("入党介绍人", names),
    ]  # fmt: skip


def _conduct_url(actor: Actor, member: Member, reachable: bool) -> str:
    if not reachable or not actor.may("people.edit.discipline", member.organization.path):
        return ""
    return reverse("action-on", args=["people.conduct.add", member.person.uid])


def links(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list."""
    found = [("没有支部的党员", reverse("members-unplaced"))] if actor.may("people.see.party") else []
    return [*found, ("导入花名册", reverse("import-new", args=["membership.roster"]))] if actor.may(MANAGE) else found


register(
    Screen(
        slug="members", model="membership.Member", label="党员名册", permission=VIEW, rows=listing.listed, order="organization__path",
        complete=listing.with_introducers,
        columns=(
            Column("name", "姓名", "person.name", sort="person__name", primary=True),
            Column("staff_number", "工号", "person.staff_number", kind="short", where="export", gate="people.see.work"),
            Column("identity_number", "证件号码", "person.masked_identity", gate="people.see.identity", where="export"),
            Column("sex", "性别", "person.get_sex_display", where="export"),
            Column("birth_date", "出生日期", "person.birth_date", kind="date", gate="people.see.identity", where="export"),
            Column("ethnic", "民族", "person.get_ethnic_group_display", gate="people.see.identity", where="export"),
            Column("education", "学历", "person.get_education_display", gate="people.see.work", where="export"),
            Column("branch", "所在支部", listing.branch, sort="organization__path"),
            Column("group", "党小组", listing.group, kind="short", where="export"),
            Column("kind", "人员类别", "get_kind_display", sort="kind", kind="short"),
            Column("status", "党籍状态", status_words, sort="status", kind="short", tone=tone),
            Column("applied_on", "申请入党日期", "applied_on", kind="date", where="export"),
            Column("admitted_on", "入党日期", "admitted_on", sort="admitted_on", kind="date"),
            Column("full_on", "转正日期", "full_on", sort="full_on", kind="date", phone=False),
            Column("years", "党龄", listing.years_words, kind="short", phone=False),
            Column("introducers", "入党介绍人", "introducer_names", where="export"),
            Column("employment", "岗位情况", "person.get_employment_display", sort="person__employment", kind="short", phone=False),
            Column("mobile", "手机", "person.mobile", gate="people.see.contact", where="export"),
        ),
        search=listing.matching, search_hint="姓名、拼音、首字母、工号", filterset="zhibu.apps.membership.filters.MemberFilter",
        filter_gates=(("education", "people.see.work"), ("ethnic", "people.see.identity"), ("discipline", listing.SEE_DISCIPLINE)),
        links=links, record="zhibu.apps.membership.console.page", record_template="membership/member.html",
        empty="还没有党员。在人员主档里登记政治面貌和组织关系，或导入花名册，党员随之出现。", section=SECTION, icon="flag", position=30,
    ),
)  # fmt: skip
