"""From the assembly to the oath: the vote on one person, the talk, the approval, which changes the membership record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.development import queries, rules, rules_path
from zhibu.apps.development.models import Case, State, Step
from zhibu.apps.development.params import path
from zhibu.apps.development.services import members
from zhibu.apps.development.services.course import must_approve, must_decide
from zhibu.apps.development.services.posting import local_hindrances
from zhibu.apps.development.services.steps import Done, Given, complete, keep_paper, refresh, special, void_codes
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.calendar import add_months


@dataclass(frozen=True)
class Votes:
    """The secret ballot on one person as it was counted: on site, in writing; those who opposed and abstained."""

    entitled: int
    present: int
    yes: int
    no: int = 0
    abstained: int = 0
    written_yes: int = 0
    written_no: int = 0

    def facts(self) -> dict[str, str]:
        """Return them as they are shown."""
        found = {
            "应到会有表决权": f"{self.entitled} 人", "实到会有表决权": f"{self.present} 人", "赞成": f"{self.yes + self.written_yes} 票",
            "不赞成": f"{self.no + self.written_no} 票", "弃权": f"{self.abstained} 票",
        }  # fmt: skip
        if self.written_yes or self.written_no:
            found["书面意见"] = f"{self.written_yes + self.written_no} 份（赞成 {self.written_yes}）"
        return found


@dataclass(frozen=True)
class Assembly:
    """A vote of the assembly: when, how it came out, the signed minutes or the motion."""

    on: date
    votes: Votes
    papers: Sequence[Given] = ()
    ref: tuple[str, str, str] = ("", "", "")
    ground: str = "document"
    one_by_one: bool = True


def counted(case: Case, votes: Votes, on: date) -> rules.Count:
    """Return what the votes came to by the version of the day. Raises Refused for numbers that cannot be."""
    if wrong := rules.impossible_count(votes.entitled, votes.present, votes.yes, votes.written_yes):
        field, words = next(iter(wrong.items()))
        raise Refused(words, field=field)
    return rules.vote(path().which(on), votes.entitled, votes.present, votes.yes, votes.written_yes)


def receive(act: Act, case: Case, data: Assembly) -> Case:
    """The assembly voted on receiving the person. Not valid or not passed: told for ever, and the branch reviews anew."""
    edition = path().which(data.on)
    standing = queries.standing_of(case.organization)
    if temporary := rules.receiver(edition, standing, str(case.organization)):
        raise Refused(temporary.message, article=temporary.article)
    if not data.one_by_one:
        raise Refused(
            "讨论两个以上的发展对象入党时，必须逐个讨论和表决",
            field="one_by_one",
            article=edition.cited(edition.limits["favour"].article),
        )
    local_hindrances(case, "assembly")
    must_add_up(data)
    count = counted(case, data.votes, data.on)
    done = Done(
        "assembly", data.on, data.ground, data.votes.facts() | _plan(case, data.on), data.papers, ref=data.ref,
        against=special(case, "assembly", data.on),
    )  # fmt: skip
    if count.passed:
        complete(act, case, done)
        return case
    return failed(act, case, done, count, ["pre_examined", "committee_reviewed"])


def must_add_up(data: Any) -> None:
    """Raise Refused where the figures of signed minutes do not add up; a motion counted its own slips."""
    votes = data.votes
    written, absent = votes.written_yes + votes.written_no, votes.entitled - votes.present
    if absent >= 0 and written > absent:
        raise Refused(f"书面意见共 {written} 份，多于没有到会的 {absent} 人，请核对", field="written_no")
    if data.ground == "document" and votes.yes + votes.no + votes.abstained != votes.present:
        raise Refused(f"到会的赞成、不赞成、弃权（无效）相加应为实到 {votes.present} 人", field="yes")


def _plan(case: Case, on: date) -> dict[str, str]:
    """Return what is told where the plan of the year is used up by this one."""
    plan = queries.plan_of(case.organization, on.year)
    if plan is None:
        return {}
    taken = queries.used(case.organization_id, on.year) + 1
    return {"计划": f"{on.year} 年计划 {plan.number} 名，这是第 {taken} 名，超出计划"} if taken > plan.number else {}


def failed(act: Act, case: Case, done: Done, count: rules.Count, void: Sequence[str]) -> Case:
    """Write down a vote that did not carry: it does not stand, and what led to it is done anew before the next one."""
    course = queries.course_of(case)
    from zhibu.apps.development.services.steps import hold
    from zhibu.kernel.calendar.services import work_calendar

    hold(case, done.code, rules_path.judge(done.code, done.on, course, localdate(), path(), work_calendar()))
    why = count.hindrances[0]
    Step(
        case=case, code=done.code, on=done.on, version=path().which(done.on).version, ground=done.ground, ref_type=done.ref[0],
        ref_id=done.ref[1], ref_url=done.ref[2], facts=dict(done.facts), organization=case.organization, stands=False,
        void_why=f"{why.message}（{why.article}）"[:200], by_name=act.actor.name[:100],
    ).save()  # fmt: skip
    for given in done.papers:
        keep_paper(act, case, given, done.code)
    if why.code == "vote.rejected":
        void_codes(case, void, "支部大会没有通过，须重新审查")
    refresh(case)
    case.rev += 1
    case.save()
    act.log(case, summary=f"支部大会{why.message}：{case.person.name}"[:200])
    return case


#: opinion of the talk with which an approval needs no further word
AGREED = "同意"


@dataclass(frozen=True)
class Talk:
    """The talk before the approval: when, who talked and as what (article 23)."""

    on: date
    talker: str
    capacity: str
    opinion: str
    papers: Sequence[Given] = ()


def talk(act: Act, case: Case, data: Talk) -> Case:
    """A member of the committee or an organiser talked with the person; the opinion stands in the 志愿书."""
    facts = {"谈话人": f"{data.talker}（{data.capacity}）", "意见": data.opinion}
    complete(act, case, Done("approval_talk", data.on, "document", facts, data.papers))
    return case


@dataclass(frozen=True)
class Approve:
    """A decision of the committee on one person: collective, voted, in favour or not."""

    on: date
    committee: Any
    entitled: int
    present: int
    yes: int
    approved: bool
    papers: Sequence[Given] = ()
    number: str = ""
    reason: str = ""
    one_by_one: bool = True


def check_collective(data: Approve, edition: rules.Edition) -> None:
    """Raise Refused unless the committee decided together, one by one, and its votes carry what it decided (article 24)."""
    article = edition.cited(edition.limits["collective"].article)
    if not data.one_by_one:
        raise Refused("党委会审批两个以上的发展对象入党时，应当逐个审议和表决", field="one_by_one", article=article)
    if data.present > data.entitled:
        raise Refused(f"实到 {data.present} 人多于应到 {data.entitled} 人，请核对", field="present")
    if data.yes > data.present:
        raise Refused(f"赞成 {data.yes} 票多于实到 {data.present} 人，请核对", field="yes")
    if data.present < 2 or data.present * 2 <= data.entitled:
        raise Refused("党委审批必须集体讨论和表决，到会人数应超过半数", field="present", article=article)
    if data.approved and data.yes * 2 <= data.entitled:
        raise Refused("赞成票没有超过应到委员的半数，不能批准", field="yes", article=article)


def approve(act: Act, case: Case, data: Approve) -> Case:
    """The committee approves the person as a probationary member, or does not; the membership record follows."""
    edition = path().which(data.on)
    must_decide(act, case, data.committee)
    must_approve(data.committee, edition)
    check_collective(data, edition)
    course = queries.course_of(case)
    assembly = course.done.get("assembly")
    facts = {
        "审批组织": str(data.committee), "文号": data.number, "应到": f"{data.entitled} 人", "实到": f"{data.present} 人",
        "赞成": f"{data.yes} 票",
    }  # fmt: skip
    facts = {k: v for k, v in facts.items() if v}
    if not data.approved:
        return refuse(act, case, data, facts)
    if assembly is not None:
        must_explain(data, edition, assembly)
        end = add_months(assembly, edition.limits["probation"]["months"])
        facts["预备期"] = f"{assembly.isoformat()} 至 {end.isoformat()}（不含）"
    must_answer_the_talk(case, data, edition)
    if data.reason:
        facts["审批说明"] = data.reason
    against = special(case, "approved", data.on)
    complete(
        act,
        case,
        Done("approved", data.on, "document", facts, data.papers, organization=data.committee, against=against),
    )
    assert assembly is not None
    introducers = [one.person or one.name for one in queries.companions(case, "introducer")]
    members.admit(act, case.person, case.organization, assembly, introducers, course.done.get("applied"))
    tell(case, "您已被批准为预备党员", f"预备期从 {assembly.isoformat()} 支部大会通过之日算起，为期一年。", "approved")
    return case


def must_answer_the_talk(case: Case, data: Approve, edition: rules.Edition) -> None:
    """Raise Refused where the committee approves against the opinion of whoever talked, and nobody says why."""
    talk_, step = queries.talk_of(case), edition.step("approval_talk")
    if talk_ is None or step is None or talk_.facts.get("意见") == AGREED or data.reason:
        return
    raise Refused(
        f"审批前谈话的意见是“{talk_.facts['意见']}”（{talk_.facts['谈话人']}）", field="words", article=edition.cited(step.article),
        next_step="党委讨论后仍然批准的，请写明怎样考虑这一意见；否则请选不批准，或重新谈话。", code="talk_against",
    )  # fmt: skip


def must_explain(data: Approve, edition: rules.Edition, assembly: date) -> None:
    """Raise Refused where the approval comes after three months and nobody says why (article 25)."""
    step = edition.step("approved")
    assert step is not None
    first = step.by[0]
    last = add_months(assembly, first.months)
    if data.on > last and not data.reason:
        raise Refused(
            f"{first.words}，{last.isoformat()} 已过；遇特殊情况可以适当延长", field="words", article=edition.cited(first.article),
            next_step="请写明延长审批的特殊情况。", code="approval_late",
        )  # fmt: skip


def refuse(act: Act, case: Case, data: Approve, facts: dict[str, Any]) -> Case:
    """The committee did not approve: the branch and the person are told (article 24)."""
    for given in data.papers:
        keep_paper(act, case, given, "approved")
    from zhibu.apps.development.services.opening import end

    if not queries.course_of(case).done.get("assembly"):
        raise Refused("支部大会还没有通过，不能审批", article=path().which(data.on).cited("第二十一条"))
    Step(
        case=case, code="approved", on=data.on, version=path().which(data.on).version, ground="document", facts=facts,
        organization=data.committee, stands=False, void_why=f"党委没有批准：{data.reason}"[:200], by_name=act.actor.name[:100],
    ).save()  # fmt: skip
    if not data.reason:
        raise Refused("请写明没有批准的原因，党组织要据此做好思想工作", field="words")
    void_codes(case, ["committee_reviewed", "pre_examined", "assembly", "approval_talk"], "党委没有批准")
    refresh(case)
    tell(case, "党委没有批准接收您为预备党员", "支部会同您谈话，说明情况。", "refused")
    return end(act, case, State.REFUSED, data.on, data.reason, f"党委没有批准接收：{case.person.name}")


def tell(case: Case, title: str, body: str, key: str) -> None:
    """Tell the person in the site; a person without an account reads it when there is one."""
    from zhibu.kernel import messages

    messages.tell(
        [case.person], "affairs", title=title, body=body, link=case.own_url, key=f"development:{case.uid}:{key}"
    )


@dataclass(frozen=True)
class Oath:
    """When and where the oath was taken, and who held the ceremony (article 29)."""

    on: date
    place: str = ""
    held_by: str = ""
    papers: Sequence[Given] = ()


def oath(act: Act, case: Case, data: Oath) -> Case:
    """The person took the oath before the flag."""
    facts = {"地点": data.place, "组织": data.held_by}
    complete(act, case, Done("oath", data.on, "document", {k: v for k, v in facts.items() if v}, data.papers))
    return case
