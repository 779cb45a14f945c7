"""The declared list of elections, and the page of one: its course, its people, its ballots, its papers."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.elections import progress, queries
from zhibu.apps.elections.models import TONES, Ballot, Election
from zhibu.apps.elections.permissions import MANAGE, VIEW
from zhibu.apps.voting.models import MotionState
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION = "组织生活"
BALLOT_TONES = {"open": "info", "counted": "due", "settled": "ok", "void": "late"}
SLATE_TONES = {"asked": "due", "agreed": "ok", "refused": "late", "replaced": "plain", "withdrawn": "plain"}
UNSURE = {"S": "出处为二手资料", "M": "未核对原文"}


def search(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep those of organisations whose name has the text."""
    return rows.filter(Q(organization__name__icontains=text) | Q(organization__short_name__icontains=text))


def page(request: HttpRequest, election: Election) -> dict[str, Any]:
    """Return what the page of an election shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = progress.parts(election)
    may = actor.may(MANAGE, election.organization.path)
    return {
        "facts": [fact for fact in _facts(election) if not fact.absent], "tone": TONES[election.state],
        "steps": progress.steps(election, found), "petitions": found.petitions, "gone": queries.gone(election),
        "slates": [(one, SLATE_TONES[one.state]) for one in found.slates],
        "nominations": found.nominations, "nominated": queries.nominated(election)[:20], "may": may,
        "ballots": [_ballot(one, may=may) for one in found.ballots], "officials": queries.officials(election),
        "elected": queries.elected(election), "files": files.attached(actor, election), "unsure": unsure(election),
    }  # fmt: skip


def _facts(election: Election) -> list[Fact]:
    committee = election.body == "committee"
    appointed = election.kind == "appointment"
    return [
        Fact("党组织", election.organization, url=election.organization.get_absolute_url()),
        Fact("种类", election.get_kind_display()),
        Fact("届次", f"第 {election.number} 届"),
        Fact("任期届满", election.term.until if election.term and not appointed else None, hint=election.timing_words() if election.kind == "renewal" else ""),
        Fact("正式党员", None if appointed else f"{election.full_members} 人"),
        Fact("应选", None if appointed else election.seats_words, hint="" if appointed else f"候选人至少 {election.least} 人"),
        Fact("副书记", "设副书记 1 名" if committee and election.deputy else None),
        Fact("拟召开大会", None if appointed else election.planned_on),
        Fact("选举大会", election.meeting, url=election.meeting.get_absolute_url() if election.meeting else ""),
        Fact("选出日期", None if appointed else election.elected_on), Fact("生效日期", election.effective_on),
        Fact("任命文号", election.document), Fact("适用规则", None if appointed else election.held.source),
        Fact("经办人", election.by_name), Fact("终止原因", election.stopped_why), Fact("情况说明", election.words, wide=True),
    ]  # fmt: skip


def unsure(election: Election) -> str:
    """Return which figures of the rules rest on no text that was seen, in words for the page."""
    if election.kind == "appointment":
        return ""
    return election.held.note


def _came_to(name: str, found: queries.Outcome) -> tuple[str, str]:
    """Return what a ballot came to for one name, as a tag: words and tone."""
    if name in dict(found.elected):
        return "当选", "ok"
    return ("票数相等，再次投票", "due") if name in found.tied else ("未当选", "")


def _ballot(ballot: Ballot, *, may: bool) -> dict[str, Any]:
    """Return what the page shows of a ballot: its figures, and what comes next."""
    motion = ballot.motion
    rows = []
    if motion.state == MotionState.DECIDED:
        found = queries.outcome(ballot)
        rows = [
            (row["title"], row["yes"], row.get("no", 0), row.get("abstain", 0), _came_to(row["title"], found))
            for row in motion.result
        ]
    return {
        "obj": ballot, "vote": motion.get_absolute_url(), "tone": BALLOT_TONES[ballot.state], "rows": rows, "motion": motion, "names": motion.questions,
        "settle": reverse("action-on", args=["elections.ballot.settle", ballot.uid]) if may and ballot.state == "counted" else "",
        "print": reverse("print", args=["elections.ballot", ballot.uid]) if may else "",
        "sheet": reverse("print", args=["elections.sheet", ballot.uid]) if may else "",
    }  # fmt: skip


register(
    Screen(
        slug="elections", model="elections.Election", label="换届选举", permission=VIEW, rows=queries.listed, order="-pk",
        columns=(
            Column("name", "选举", str, sort="organization__path", primary=True),
            Column("organization", "党组织", "organization.name", where="export"),
            Column("kind", "种类", "get_kind_display", sort="kind", kind="short"),
            Column("timing", "按期或提前、延期", lambda e: e.timing_words() if e.kind == "renewal" else None, where="export"),
            Column("seats", "应选人数", "seats", kind="number", phone=False),
            Column("planned", "大会日期", "planned_on", sort="planned_on", kind="date"),
            Column("state", "状态", "get_state_display", sort="state", kind="short", tone=lambda e: TONES[e.state]),
            Column("elected", "选出日期", "elected_on", kind="date", where="export"),
            Column("effective", "生效日期", "effective_on", sort="effective_on", kind="date", phone=False),
            Column("document", "任命文号", "document", where="export"),
        ),
        search=search, search_hint="党组织名称", filterset="zhibu.apps.elections.filters.ElectionFilter",
        head=("elections.election.create", "elections.appointment.record"), record="zhibu.apps.elections.console.page",
        record_template="elections/election.html",
        empty="还没有选举。任期六个月内届满的，待办里会提醒“办理换届选举”；补选和首届选举点“新的选举”。",
        section=SECTION, icon="archive-box-arrow-down", position=52,
    ),
)  # fmt: skip
