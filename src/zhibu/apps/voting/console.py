"""The declared lists of votes and rolls, and what their pages show."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.voting import queries, rules
from zhibu.apps.voting.models import Exclusion, ExclusionState, Motion, MotionState, NamedVote, Roll
from zhibu.apps.voting.permissions import MANAGE, VIEW
from zhibu.apps.voting.subjects import link_to
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION = "组织生活"
F = "zhibu.apps.voting.filters"
TONES = {"draft": "plain", "open": "due", "counting": "due", "decided": "info", "void": "plain"}


def search_titles(rows: Any, text: str, actor: Actor) -> Any:
    """Keep what has the words in its title."""
    return rows.filter(title__icontains=text)


def tone(motion: Motion) -> str:
    """Return the colour of how a vote stands."""
    if motion.state == MotionState.DECIDED and motion.passed is not None:
        return "ok" if motion.passed else "late"
    return TONES[motion.state]


def _about(record: Any) -> Fact:
    """Return what a roll or a vote was made for, with the way there."""
    words, url = link_to(record)
    return Fact("相关事项", words, url=url)


def motion_page(request: HttpRequest, motion: Motion) -> dict[str, Any]:
    """Return what the page of a vote shows; of an online ballot who has voted, never in which order."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    held = motion.majority
    facts = [
        Fact("党组织", motion.organization), Fact("应到名册", motion.roll, url=motion.roll.get_absolute_url()),
        Fact("表决方式", motion.get_method_display()), Fact("适用规则", held.label, hint=held.source),
        Fact("到会要求", f"到会{held.attend.words}"), Fact("通过要求", f"赞成{held.win.words}"),
        Fact("应到", motion.entitled), Fact("实到", motion.present), Fact("表决日期", motion.opened_on),
        Fact("最多赞成", f"{motion.choose} 人" if motion.choose else None),
        Fact("同意网上投票的批复", motion.approval, url=motion.approval_url), _about(motion),
        Fact("作废原因", motion.void_why), Fact("说明", motion.words, wide=True),
    ]  # fmt: skip
    voters = list(queries.voters(motion))
    number, entered = queries.round_in_hand(motion)
    counts = queries.settled_counts(motion)
    mine = [one for one in entered if one.account_id == actor.account_id]
    return {
        "facts": [fact for fact in facts if not fact.absent], "tone": tone(motion), "held": held, "result": queries.result_of(motion),
        "few": rules.too_few(held, motion.entitled or 0, motion.present or 0), "voters": voters, "voted": sum(voter.has_voted for voter in voters), "opinions": queries.written(motion),
        "tellers": queries.tellers(motion) if motion.method == "paper" else [],
        "trustees": list(motion.trustees.system("scrutineers of a visible vote")),
        "named": list(NamedVote.objects.system("names of a visible vote").filter(motion=motion).select_related("entry")),
        "agreed": any(one.agreed for one in counts), "settled": queries.rounds_of(counts), "round": number, "entered": entered, "mine": mine, "files": files.attached(actor, motion),
        "may_manage": actor.may(MANAGE, motion.organization.path),
    }  # fmt: skip


def roll_page(request: HttpRequest, roll: Roll) -> dict[str, Any]:
    """Return what the page of a roll shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    entries = list(queries.entries(roll))
    exclusions = (
        Exclusion.objects.system("exclusions of a visible roll").filter(roll=roll).select_related("entry", "motion")
    )
    kept = [one for one in exclusions if one.state != ExclusionState.WITHDRAWN]
    proposed = {one.entry_id: one for one in kept if one.state == ExclusionState.PROPOSED}
    facts = [
        Fact("党组织", roll.organization), Fact("用于", roll.get_rule_display()), Fact("截止日期", roll.on),
        Fact("应到会有表决权", f"{sum(entry.entitled for entry in entries)} 人"), Fact("名册人数", f"{len(entries)} 人"),
        _about(roll), Fact("建立人", roll.by_name), Fact("建立时间", roll.frozen_at), Fact("作废原因", roll.void_why),
    ]  # fmt: skip
    return {
        "facts": [fact for fact in facts if not fact.absent], "entries": [(entry, proposed.get(entry.pk)) for entry in entries],
        "exclusions": kept,
        "motions": [(one, tone(one)) for one in queries.listed(actor).filter(roll=roll).order_by("pk")],
        "may_manage": actor.may(MANAGE, roll.organization.path) and not roll.is_void,
        "papers": {one.pk: files.attached(actor, one) for one in kept},
    }  # fmt: skip


def lists_link(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list of votes."""
    return [("应到名册", reverse("rolls"))]


register(
    Screen(
        slug="motions", model="voting.Motion", label="表决", permission=VIEW, rows=queries.listed, order="-opened_on",
        columns=(
            Column("title", "表决事项", "title", sort="title", primary=True),
            Column("organization", "党组织", "organization", sort="organization__path", kind="short"),
            Column("on", "表决日期", "opened_on", sort="opened_on", kind="date"),
            Column("rule", "适用规则", "rule_label", where="export"),
            Column("method", "表决方式", "get_method_display", sort="method", kind="short", phone=False),
            Column("entitled", "应到", "entitled", kind="number", phone=False),
            Column("present", "实到", "present", kind="number", phone=False),
            Column("state", "结果", "verdict_words", sort="state", kind="short", tone=tone),
            Column("outcome", "结果说明", "outcome", where="export"),
            Column("article", "依据", "article", where="export"),
        ),
        search=search_titles, search_hint="表决事项", filterset=f"{F}.MotionFilter", links=lists_link,
        record="zhibu.apps.voting.console.motion_page", record_template="voting/motion.html",
        empty="还没有表决。在会议里，或在“应到名册”里准备表决。", section=SECTION, icon="hand-raised", position=46,
    ),
    Screen(
        slug="rolls", model="voting.Roll", label="应到名册", permission=VIEW, rows=queries.listed_rolls, order="-on",
        columns=(
            Column("title", "名称", "title", sort="title", primary=True),
            Column("organization", "党组织", "organization", sort="organization__path", kind="short"),
            Column("on", "截止日期", "on", sort="on", kind="date"),
            Column("rule", "用于", "get_rule_display", sort="rule", kind="short", phone=False),
            Column("everybody", "名册人数", "everybody", kind="number"),
            Column("with_vote", "应到", "with_vote", kind="number"),
            Column("state", "状态", lambda r: "已作废" if r.is_void else "有效", kind="short",
                   tone=lambda r: "plain" if r.is_void else "ok"),
        ),
        search=search_titles, search_hint="名称", filterset=f"{F}.RollFilter", head=("voting.roll.freeze",),
        record="zhibu.apps.voting.console.roll_page", record_template="voting/roll.html",
        empty="还没有应到名册。会议召集时自动建立；单独的表决点“建立应到名册”。", section=SECTION, icon="clipboard-document-list", position=47,
    ),
)  # fmt: skip
