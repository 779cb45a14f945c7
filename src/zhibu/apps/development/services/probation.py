"""The probation: its end, an extension or its cancellation, a deferral, becoming full, the filing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules, rules_path
from zhibu.apps.development.models import Case, Proposal, State, Step
from zhibu.apps.development.params import path
from zhibu.apps.development.services import members, telling
from zhibu.apps.development.services.admitting import (
    Approve,
    Votes,
    check_collective,
    counted,
    failed,
    must_add_up,
    tell,
)
from zhibu.apps.development.services.course import must_approve, must_decide
from zhibu.apps.development.services.opening import end
from zhibu.apps.development.services.posting import local_hindrances
from zhibu.apps.development.services.steps import Done, Given, complete, keep_paper, refresh, special, void_codes
from zhibu.kernel.actions import Act, Refused

#: what is begun anew after an extension
SECOND_ROUND = ("full_applied", "full_assembly", "full_approved")


@dataclass(frozen=True)
class FullAssembly:
    """What the assembly decided on a probationary member, and how it voted; `early`: for a breach of discipline."""

    on: date
    votes: Votes
    proposal: str
    months: int = 0
    early: bool = False
    reason: str = ""
    papers: Sequence[Given] = ()
    ref: tuple[str, str, str] = ("", "", "")
    ground: str = "document"
    one_by_one: bool = True


def discuss(act: Act, case: Case, data: FullAssembly) -> Case:
    """The assembly voted: become full, extend, or cancel. Same counts as for receiving (2026 art. 31-32)."""
    edition = path().which(data.on)
    if not data.one_by_one:
        raise Refused("必须逐个讨论和表决", field="one_by_one", article=edition.cited(edition.limits["favour"].article))
    if data.proposal == Proposal.EXTEND and (wrong := rules.extension(edition, data.months, case.extension > 0)):
        raise Refused(wrong.message, article=wrong.article, field="months", code=wrong.code)
    if data.early:
        _check_early(data, edition)
    else:
        local_hindrances(case, "full_assembly")
    must_add_up(data)
    count = counted(case, data.votes, data.on)
    label = Proposal(data.proposal).label
    facts = {"决议": label} | data.votes.facts()
    if data.proposal == Proposal.EXTEND:
        facts["延长"] = f"{data.months} 个月"
    if data.reason:
        facts["理由"] = data.reason
    unless = frozenset(
        {"probation", "full_assembly.needs.oath", "full_assembly.needs.full_applied"} if data.early else ()
    )
    done = Done("full_assembly", data.on, data.ground, facts, data.papers, ref=data.ref, unless=unless)
    if not count.passed:
        return failed(act, case, done, count, [])
    case.proposal, case.proposed_months = data.proposal, data.months or None
    complete(act, case, done)
    return case


def _check_early(data: FullAssembly, edition: rules.Edition) -> None:
    article = edition.cited(edition.limits["probation"].article)
    if data.proposal == Proposal.FULL:
        raise Refused("预备期未满，不能讨论按期转正", field="proposal", article=article)
    if not data.reason:
        raise Refused("预备期未满提请延长或取消，请写明违犯党纪的情况", field="words", article=article)


def decide(act: Act, case: Case, data: Approve) -> Case:
    """The committee above decides on what the assembly proposed, within three months (2026 art. 31, 33)."""
    edition = path().which(data.on)
    must_decide(act, case, data.committee)
    must_approve(data.committee, edition)
    check_collective(data, edition)
    facts = {
        "审批组织": str(data.committee), "文号": data.number, "应到": f"{data.entitled} 人", "实到": f"{data.present} 人",
        "赞成": f"{data.yes} 票", "决议": case.get_proposal_display(),
    }  # fmt: skip
    facts = {k: v for k, v in facts.items() if v}
    if not data.approved:
        return _not_approved(act, case, data, facts)
    course = queries.course_of(case)
    facts |= _ends(case, course, edition)
    unless = frozenset() if case.proposal == Proposal.FULL else frozenset({"papers.missing"})
    done = Done(
        "full_approved", data.on, "document", facts, data.papers, organization=data.committee,
        against=special(case, "full_approved", data.on), unless=unless,
    )  # fmt: skip
    complete(act, case, done)
    return {Proposal.FULL: _full, Proposal.EXTEND: _extend, Proposal.CANCEL: _cancel}[Proposal(case.proposal)](
        act, case, course, data, edition
    )


def _ends(case: Case, course: rules_path.Course, edition: rules.Edition) -> dict[str, str]:
    day = course.probation_end(edition)
    if case.proposal == Proposal.FULL and day is not None:
        return {"转正日期": f"{day.isoformat()}（党龄从这一天算起）"}
    return {}


def _full(act: Act, case: Case, course: rules_path.Course, data: Approve, edition: rules.Edition) -> Case:
    day = rules_path.full_on(edition, course)
    assert day is not None
    members.make_full(act, case.person, day)
    tell(case, "您已按期转为正式党员", f"党龄从 {day.isoformat()} 算起。", "full")
    return case


def _extend(act: Act, case: Case, course: rules_path.Course, data: Approve, edition: rules.Edition) -> Case:
    months = case.proposed_months or 0
    void_codes(case, SECOND_ROUND, f"预备期延长 {months} 个月，期满后重新办理")
    case.extension, case.proposal, case.proposed_months = months, "", None
    until = queries.course_of(case).probation_end(edition)
    assert until is not None
    members.extend(act, case.person, until, data.on)
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"延长预备期：{case.person.name}，至 {until.isoformat()}")
    tell(case, f"您的预备期延长 {months} 个月", f"至 {until.isoformat()}，期满后支部再讨论转正。", "extended")
    return case


def _cancel(act: Act, case: Case, course: rules_path.Course, data: Approve, edition: rules.Edition) -> Case:
    members.cancel(act, case.person, data.on)
    tell(case, "党组织取消了您的预备党员资格", "支部会同您谈话，说明情况。", "cancelled")
    return end(
        act, case, State.CANCELLED, data.on, data.reason or "取消预备党员资格", f"取消预备党员资格：{case.person.name}"
    )


def _not_approved(act: Act, case: Case, data: Approve, facts: dict[str, Any]) -> Case:
    """The committee did not approve the resolution: the assembly discusses anew."""
    if not data.reason:
        raise Refused("请写明没有批准的原因", field="words")
    for given in data.papers:
        keep_paper(act, case, given, "full_approved")
    Step(
        case=case, code="full_approved", on=data.on, version=path().which(data.on).version, ground="document", facts=facts,
        organization=data.committee, stands=False, void_why=f"没有批准支部大会的决议：{data.reason}"[:200],
        by_name=act.actor.name[:100],
    ).save()  # fmt: skip
    void_codes(case, ["full_assembly"], "上级党委没有批准，须重新讨论")
    case.proposal, case.proposed_months = "", None
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"上级党委没有批准转正的决议：{case.person.name}")
    return case


@dataclass(frozen=True)
class Defer:
    """Until when the discussion is put off, why, with the decision (2026 art. 35)."""

    until: date
    reason: str
    papers: Sequence[Given] = ()


def defer(act: Act, case: Case, data: Defer) -> Case:
    """Put off the discussion of somebody who came from elsewhere: at most six months from the end of the probation."""
    edition = path().which(localdate())
    article = edition.cited(edition.limits["deferral"].article)
    if not any(move.received_on for move in queries.moves_of(case)) and not case.imported:
        raise Refused("只有转入的预备党员，才可以推迟讨论其转正问题", article=article)
    finish = queries.course_of(case).probation_end(edition)
    if finish is None:
        raise Refused("还不是预备党员", article=article)
    if wrong := rules.deferral(edition, finish, data.until):
        raise Refused(wrong.message, article=wrong.article, field="until", code=wrong.code)
    case.deferred_until = data.until
    for given in data.papers:
        keep_paper(act, case, given, "full_assembly")
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"推迟讨论转正：{case.person.name}，至 {data.until.isoformat()}（{data.reason}）"[:200])
    return case


@dataclass(frozen=True)
class FileAway:
    """Where the file went: into the personnel file, or kept by the committee (2026 art. 36)."""

    on: date
    place: str
    receiver: str
    papers: Sequence[Given] = ()


def file_away(act: Act, case: Case, data: FileAway) -> Case:
    """The papers are filed; the case is done. Refused while a required paper is missing."""
    against = [*special(case, "filed", data.on), *telling.hindrances(case)]
    facts = {"存放": data.place, "接收人": data.receiver}
    complete(act, case, Done("filed", data.on, "document", facts, data.papers, against=against))
    return end(act, case, State.DONE, data.on, data.place, f"材料归档：{case.person.name}")
