"""The whole file of an election: every paper in the order in which it came about."""

from collections.abc import Sequence
from typing import Any

from zhibu.apps.elections import progress, queries
from zhibu.apps.elections.documents.ballot import count_sheet, slip
from zhibu.apps.elections.models import Ballot, Election
from zhibu.apps.petitions import papers as official
from zhibu.apps.voting import queries as votes
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

HOLD, CANDIDATES, RESULT = ("election_hold", "election_change"), ("election_candidates",), ("election_result",)


def build(actor: Actor, elections: Sequence[Election]) -> Content:
    """Return the file of one election."""
    election = elections[0]
    found = progress.parts(election)
    papers = [
        *_petition(found, HOLD, "请示", "批复"), *_roll(election), *_nominations(election, found), *_slates(found),
        *_petition(found, CANDIDATES, "候选人请示", "候选人批复"), *_rules(election), *_ballots(found.ballots),
        *_result(election), *_petition(found, RESULT, "选举结果报告", "批准任职的批复"),
    ]  # fmt: skip
    return Content(
        title=f"{election}材料", data={"title": f"{election}材料", "papers": papers}, organization=str(election.organization),
        sensitive="选举名册和计票结果", seats={election.pk: election.organization_id},
    )  # fmt: skip


def _petition(found: progress.Parts, kinds: Sequence[str], *names: str) -> list[dict[str, Any]]:
    """Return the requests of these kinds with their answers, the earliest first."""
    made = []
    rows = [one for one in found.petitions if one.kind in kinds and one.state != "withdrawn"][::-1]
    for one in rows:
        for name, paper in zip(names, official.whole(one), strict=False):
            made.append({"kind": "paper", "name": name, "paper": paper})
    return made


def _table(
    name: str, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], *words: str
) -> dict[str, Any]:
    return {
        "kind": "table",
        "name": name,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "words": list(words),
    }


def _roll(election: Election) -> list[dict[str, Any]]:
    if election.roll is None:
        return []
    entries = list(votes.entries(election.roll))
    rows = [[str(n), e.name, e.kind, "有" if e.entitled else "无", e.ground] for n, e in enumerate(entries, 1)]
    words = (
        f"截至 {election.roll.on.isoformat()}，共 {len(entries)} 人，有选举权的 {sum(e.entitled for e in entries)} 人。"
    )
    return [_table("选举名册", ("序号", "姓名", "类别", "选举权", "说明"), rows, (1, 2, 2, 1, 4), words)]


def _nominations(election: Election, found: progress.Parts) -> list[dict[str, Any]]:
    live = [one for one in found.nominations if one.stands]
    if not live:
        return []
    rows = [[str(n), name, str(count)] for n, (_, name, count) in enumerate(queries.nominated(election), 1)]
    words = [f"{one.source}：{one.on.isoformat()}，参加 {one.attended} 人。" for one in live]
    return [_table("推荐情况汇总", ("序号", "姓名", "推荐票数"), rows, (1, 3, 2), *words)]


def _slates(found: progress.Parts) -> list[dict[str, Any]]:
    made = []
    for slate in found.slates[::-1]:
        shown = slate.shown  # type: ignore[attr-defined]
        rows = [
            [str(one.place), one.name, {"secretary": "书记", "deputy_secretary": "副书记"}.get(one.post, "委员")]
            for one in shown
        ]
        words = [
            f"{slate.on.isoformat()}，{slate.get_state_display()}。",
            *([f"调整原因：{slate.words}"] if slate.words else []),
        ]
        made.append(_table(f"候选人名单（第 {slate.version} 份）", ("序号", "姓名", "职务"), rows, (1, 3, 2), *words))
    return made


def _rules(election: Election) -> list[dict[str, Any]]:
    if not election.regulations:
        return []
    lines = election.regulations.splitlines()
    officials = queries.officials(election)
    for role in ("scrutineer", "counter"):
        people = [one for one in officials if one.role == role]
        if people:
            lines.append(f"{people[0].get_role_display()}：{'、'.join(one.name for one in people)}。")
    if election.adopted is not None and election.adopted.outcome:
        lines.append(f"大会表决：{election.adopted.outcome}")
    return [{"kind": "text", "name": "选举办法", "words": lines}]


def _ballots(ballots: Sequence[Ballot]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for ballot in ballots:
        made.append({"kind": "slip", "name": f"{ballot.title}样张", "slip": slip(ballot)})
        if ballot.motion.state == "decided":
            made.append({"kind": "sheet", "name": f"{ballot.title}计票单", "sheet": count_sheet(ballot, filled=True)})
    return made


def _result(election: Election) -> list[dict[str, Any]]:
    rows = [
        [str(n), one.name, one.get_post_display() or "委员", str(one.votes), "另选他人" if one.written_in else ""]
        for n, one in enumerate(queries.elected(election), 1)
    ]
    if not rows:
        return []
    state = f"{election.effective_on.isoformat()} 生效。" if election.effective_on else "待上级批复。"
    return [_table("当选人名单", ("序号", "姓名", "职务", "得票", "说明"), rows, (1, 2, 2, 1, 2), state)]
