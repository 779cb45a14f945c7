"""The course of an election as its page shows it: what is done, what comes next, and why the rest may not be done yet."""

from dataclasses import dataclass

from zhibu.apps.elections import queries
from zhibu.apps.elections.models import Ballot, Election, Kind, Nomination, Slate
from zhibu.apps.elections.services import committee
from zhibu.apps.petitions import queries as petitions
from zhibu.apps.petitions.models import Petition

ORDER = ("draft", "asked", "nominating", "slate_asked", "assembly", "allocating", "reported", "done")


@dataclass(frozen=True)
class Step:
    """One step. state: done, now or wait; why: what is missing before it may be done, with what that rests on."""

    title: str
    state: str
    text: str = ""
    why: str = ""
    url: str = ""


@dataclass(frozen=True)
class Parts:
    """What hangs on an election, read once for its page and its file."""

    petitions: list[Petition]
    nominations: list[Nomination]
    slates: list[Slate]
    ballots: list[Ballot]


def parts(election: Election) -> Parts:
    """Return what hangs on an election."""
    return Parts(
        petitions.about(election), queries.nominations(election), queries.slates(election), queries.ballots(election)
    )


def petition_of(found: Parts, *kinds: str) -> Petition | None:
    """Return the latest request of these kinds that was not withdrawn."""
    return next((one for one in found.petitions if one.kind in kinds and one.state != "withdrawn"), None)


def steps(election: Election, found: Parts) -> list[Step]:
    """Return the steps of an election in their order."""
    if election.kind == Kind.APPOINTMENT:
        return []
    at = ORDER.index(election.state) if election.state in ORDER else -1
    hold = petition_of(found, "election_hold", "election_change")
    return [
        _asked("报请上级同意选举", at, 0, hold, "填好方案，报请上级同意。"),
        _roll(election, at),
        _nominations(election, at, found),
        _slate(election, at, found),
        _rules(election, at),
        _ballots(election, at, found),
        _committee(election, at),
        _asked("报请上级批准结果", at, 5, petition_of(found, "election_result"), _before_report(election, at)),
        Step(
            "任职生效", "done" if at == 7 else "wait", f"{election.effective_on} 生效" if election.effective_on else "",
            "" if at == 7 else "上级批准以前，职务待批复，不生效。",
        ),
    ]  # fmt: skip


def _state(at: int, here: int, last: int | None = None) -> str:
    """Return how a step stands that begins at state `here` and is over behind `last`."""
    last = here if last is None else last
    return "done" if at > last else "now" if here <= at <= last else "wait"


def _asked(title: str, at: int, here: int, petition: Petition | None, hint: str) -> Step:
    if petition is None:
        return Step(title, _state(at, here, here + 1), "", hint)
    words = f"{petition.number_text} {petition.get_state_display()}"
    if petition.answered_on:
        words += f"（{petition.answered_on.isoformat()} {petition.answer_number}）"
    why = (
        "等待上级批复；批复以前不能办下一步。"
        if petition.state == "sent"
        else petition.answer_words
        if petition.state != "agreed"
        else ""
    )
    return Step(title, _state(at, here, here + 1), words, why, petition.get_absolute_url())


def _roll(election: Election, at: int) -> Step:
    roll = election.roll
    why = (
        "上级同意选举以后建立。"
        if at < 2
        else "正式党员有选举权和被选举权；预备党员和受留党察看处分期间的党员没有，名册上写明原因。"
    )
    if roll is None or roll.is_void:
        return Step("建立选举名册", "wait" if at < 2 else "now", "", why)
    count = queries.eligible(election).count()
    words = f"{roll.on.isoformat()}，有选举权的 {count} 人"
    return Step("建立选举名册", "done" if at >= 2 else "wait", words, "", roll.get_absolute_url())


def _nominations(election: Election, at: int, found: Parts) -> Step:
    live = [one for one in found.nominations if one.stands]
    words = f"{len(live)} 次推荐，{len(queries.nominated(election))} 人被推荐" if live else ""
    why = "" if live else "上级同意、名册建立以后，由党小组或党员大会酝酿推荐，逐次登记票数。"
    return Step("酝酿推荐", "done" if live and at > 2 else _state(at, 2), words, why)


def _slate(election: Election, at: int, found: Parts) -> Step:
    petition = petition_of(found, "election_candidates")
    agreed = next((one for one in found.slates if one.state == "agreed"), None)
    names = "、".join(one.name for one in agreed.shown) if agreed else ""  # type: ignore[attr-defined]
    why = ""
    if agreed is None:
        rest = election.held.surplus.article if election.body == "committee" else ""
        why = f"应选 {election.seats} 人，候选人至少 {election.least} 人" + (f"（{rest}）。" if rest else "。")
    if petition is not None and petition.state == "sent":
        why = "等待上级同意候选人；同意以前不能投票。"
    return Step("确定候选人，报上级同意", _state(at, 2, 3) if at != 2 or found.nominations else "wait", names, why,
                petition.get_absolute_url() if petition else "")  # fmt: skip


def _rules(election: Election, at: int) -> Step:
    if election.adopted_on:
        words = f"{election.adopted_on.isoformat()} 大会举手通过"
        return Step(
            "通过选举办法、监票人和计票人",
            "done",
            words,
            "",
            election.adopted.get_absolute_url() if election.adopted else "",
        )
    why = "上级同意候选人以后，在选举大会上举手通过；候选人不能担任监票人、计票人。"
    if election.adopted is not None and at == 4:
        why = "已提请大会，请打开这次表决，登记到会的人和举手结果。"
    return Step(
        "通过选举办法、监票人和计票人",
        "now" if at == 4 else "wait",
        "",
        why,
        election.adopted.get_absolute_url() if election.adopted else "",
    )


def _ballots(election: Election, at: int, found: Parts) -> Step:
    done = [one for one in found.ballots if not one.of_committee and one.state == "settled"]
    left = queries.seats_left(election)
    words = f"投票 {len(done)} 次，已选出 {election.seats - left} / {election.seats} 人" if done else ""
    why = ""
    if at < 4 or not election.adopted_on:
        why = "选举办法、监票人和计票人由大会通过以后才能投票。"
    elif left:
        why = "到会人数不少于应到会有选举权人数的五分之四，才能投票；赞成票超过应到会有选举权人数的一半才当选。"
    state = "done" if at > 4 else "now" if at == 4 and election.adopted_on else "wait"
    return Step("无记名投票", state, words, why)


def _committee(election: Election, at: int) -> Step:
    title = "委员会选举书记、分工"
    if election.body == "posts":
        return Step("书记、副书记由大会直接选举", "done" if at > 4 else "wait")
    posts = [f"{one.name}（{one.get_post_display()}）" for one in queries.elected(election) if one.post]
    why = (
        "大会选出委员以后，由新一届委员会第一次会议选举书记、副书记，再登记分工。"
        if at < 5
        else committee.why_not_ready(election)
        if at == 5
        else ""
    )
    return Step(title, "done" if at > 5 or (at == 5 and not why) else _state(at, 5), "、".join(posts), why)


def _before_report(election: Election, at: int) -> str:
    if at < 5:
        return "选举和分工办完以后报批。"
    return committee.why_not_ready(election) or "写报告，报请上级批准；批准以前职务待批复。"
