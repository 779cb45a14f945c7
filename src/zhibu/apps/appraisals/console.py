"""The declared lists of appraisals and of their results."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.appraisals import queries, rules
from zhibu.apps.appraisals.models import TONES, Appraisal, Entry
from zhibu.apps.appraisals.params import limits
from zhibu.apps.appraisals.permissions import MANAGE, VIEW
from zhibu.apps.people.models import Person
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION = "组织生活"
F = "zhibu.apps.appraisals.filters"


def appraisal_page(request: HttpRequest, appraisal: Appraisal) -> dict[str, Any]:
    """Return what the page of an appraisal shows: how far it is, the members with votes and ranks."""
    limit = rules.limit_on(limits(), appraisal.on)
    entries = list(queries.entries(appraisal))
    settled = appraisal.state in queries.SETTLED or appraisal.state == "proposed"
    ranked = [entry for entry in entries if entry.ranked]
    counts = [(label, sum(entry.rank == rank for entry in ranked)) for rank, label in rules.RANK_LABELS.items()]
    slips = (
        f"发出 {appraisal.issued} 张，收回 {appraisal.returned} 张，有效 {appraisal.valid} 张"
        if appraisal.issued
        else None
    )
    meeting = appraisal.meeting
    facts = [
        Fact("党支部", appraisal.organization), Fact("年度", f"{appraisal.year} 年"), Fact("名册日期", appraisal.on),
        Fact("党员总数", f"{appraisal.total} 人，其中不评定等次 {len(entries) - len(ranked)} 人"),
        Fact("优秀限额", f"最多 {limit.most(appraisal.total)} 人", hint=f"{limit.provision}（{limit.source}）"),
        Fact("已写自评", f"{sum(bool(entry.own_on) for entry in entries)} / {len(entries)} 人"), Fact("民主测评", slips),
        Fact("评定的会议", meeting, url=meeting.get_absolute_url() if meeting else ""), Fact("审定人", appraisal.confirmed_by),
        Fact("审定日期", appraisal.confirmed_on), Fact("上级意见", appraisal.words), Fact("经办人", appraisal.by_name),
    ]  # fmt: skip
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {
        "facts": [fact for fact in facts if not fact.absent], "entries": entries, "counts": counts if settled else [],
        "heads": list(rules.RANK_LABELS.values()), "may_manage": actor.may(MANAGE, appraisal.organization.path),
        "steps": ["自评和互评", "民主测评", "拟定等次", "评定报审", "上级审定"],
        "at": {"open": 1, "measured": 3, "proposed": 4, "decided": 5, "confirmed": 6}.get(appraisal.state, 1),
    }  # fmt: skip


def entry_page(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return what the page of a member's appraisal shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    reachable = (
        Person.objects.visible_to(actor).filter(pk=entry.person_id).exists() if actor.may("people.view") else False
    )
    votes = "，".join(f"{label} {number}" for label, number in entry.votes) if entry.excellent is not None else None
    facts = [
        Fact("姓名", entry.name, url=entry.person.get_absolute_url() if reachable else ""),
        Fact("党支部", entry.appraisal.organization, url=entry.appraisal.get_absolute_url()), Fact("年度", f"{entry.appraisal.year} 年"),
        Fact("等次", entry.rank_words), Fact("评定理由", entry.rank_why), Fact("测评票", votes),
        Fact("自评日期", entry.own_on), Fact("自评录入", entry.own_by), Fact("个人自评", entry.own_words, wide=True),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent]}


def results_link(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list of appraisals."""
    return [("全部结果", reverse("appraisal-results") + f"?year={localdate().year}")]


def appraisals_link(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list of results."""
    return [("各支部进度", reverse("appraisals"))]


register(
    Screen(
        slug="appraisals", model="appraisals.Appraisal", label="民主评议", permission=VIEW, rows=queries.listed, order="-year",
        columns=(
            Column("organization", "党支部", "organization", sort="organization__path", primary=True),
            Column("year", "年度", "year", sort="year", kind="number"),
            Column("total", "党员总数", "total", kind="number"),
            Column("state", "进度", "get_state_display", sort="state", kind="short", tone=lambda a: TONES[a.state]),
            Column("meeting", "评定的会议", "meeting", phone=False),
            Column("confirmed", "审定日期", "confirmed_on", sort="confirmed_on", kind="date", phone=False),
        ),
        search=lambda rows, text, actor: rows.filter(organization__name__icontains=text), search_hint="党支部名称",
        filterset=f"{F}.AppraisalFilter", head=("appraisals.open",), links=results_link,
        record="zhibu.apps.appraisals.console.appraisal_page", record_template="appraisals/appraisal.html",
        empty="还没有民主评议。点“开始民主评议”，选党支部和年度。", section=SECTION, icon="clipboard-document-check", position=64,
    ),
    Screen(
        slug="appraisal-results", model="appraisals.Entry", label="民主评议结果", permission=VIEW, rows=queries.results,
        order="-appraisal__year",
        columns=(
            Column("name", "姓名", "name", sort="person__name", primary=True),
            Column("organization", "党支部", "appraisal.organization.name", sort="appraisal__organization__path"),
            Column("year", "年度", "appraisal.year", sort="appraisal__year", kind="number"),
            Column("rank", "等次", "rank_words", kind="short", tone=lambda e: e.tone),
            Column("own", "自评日期", "own_on", sort="own_on", kind="date", phone=False),
            Column("why", "评定理由", "rank_why", where="export"),
        ),
        search=queries.search_results, search_hint="姓名、拼音、首字母", filterset=f"{F}.EntryFilter", links=appraisals_link,
        record="zhibu.apps.appraisals.console.entry_page", empty="还没有民主评议结果。", section=SECTION, icon="list-bullet",
        position=65,
    ),
)  # fmt: skip
