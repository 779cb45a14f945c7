"""Relief (减免) asked for by a branch and answered above it; payment by the quarter; matters of long arrears."""

import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import months, rules
from zhibu.apps.dues.models import ArrearCase, Charge, Outcome, QuarterlyConsent, Relief, ReliefState
from zhibu.apps.dues.permissions import VIEW
from zhibu.apps.dues.services import bases, requesting, roster
from zhibu.apps.dues.services.separation import apart
from zhibu.apps.petitions.models import Outcome as Answered
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why, diff
from zhibu.kernel.actor import Actor

ARTICLE = f"{rules.REGULATION}第七条"


@dataclass(frozen=True)
class AskRelief:
    """What the branch asks for: from month to month, what is still to be paid a month (0: nothing), why, studied when.

    outside: the committee above where it is not in this platform.
    """

    since: date
    until: date
    amount: Decimal
    reason: str
    studied_on: date
    scan: Any = None
    outside: str = ""


@dataclass(frozen=True)
class AnswerRelief:
    """The committee's answer: agreed, refused, or returned for the branch to complete its report first."""

    outcome: Answered
    words: str = ""


@dataclass(frozen=True)
class Quarterly:
    """From which month the branch agrees to payment by the quarter, and why."""

    since: date
    agreed_on: date
    reason: str


@dataclass(frozen=True)
class Discussed:
    """What the branch made of long arrears."""

    outcome: str
    met_on: date
    words: str


def ask_relief(act: Act, person: Any, data: AskRelief) -> Relief:
    """Ask the committee above for relief; it holds only once that has agreed."""
    branch = roster.collector(person.pk, localdate())
    if branch is None:
        raise Refused(f"{person.name}现在不在任何党支部")
    since, until = _span(person, data)
    made: Relief = Relief.objects.create(
        person=person, organization=branch, since=since, until=until, amount=data.amount, reason=data.reason,
        studied_on=data.studied_on, asked_by=act.actor.account_id, asked_by_person_id=act.actor.person_id,
        asked_name=act.actor.name[:100],
    )  # fmt: skip
    _keep(act, made, data.scan)
    act.log(
        made, summary=f"报请减免党费：{person.name}，{months.words(months.span(since, until))}，每月交 {made.amount} 元"
    )
    requesting.send(act, made, data.scan, data.outside)
    return made


def revise_relief(act: Act, relief: Relief, data: AskRelief) -> Relief:
    """Complete a relief that came back, and send its request again; whoever does so asks, and does not answer."""
    before = copy.copy(relief)
    relief.since, relief.until = _span(relief.person, data, besides=relief)
    relief.amount, relief.reason, relief.studied_on = data.amount, data.reason, data.studied_on
    relief.asked_by, relief.asked_by_person_id = act.actor.account_id, act.actor.person_id
    relief.asked_name, relief.answer, relief.rev = act.actor.name[:100], "", relief.rev + 1
    relief.save()
    _keep(act, relief, data.scan)
    changes = diff(before, relief, ("since", "until", "amount", "reason", "studied_on"))
    act.log(relief, changes=changes, summary=f"补充后重报减免党费：{relief.person.name}")
    requesting.send_again(act, relief, data.scan)
    return relief


def _keep(act: Act, relief: Relief, scan: Any) -> None:
    if scan is not None:
        files.attach(relief, scan.blob, name=scan.name, permission=VIEW, actor=act.actor)


def _span(person: Any, data: AskRelief, besides: Relief | None = None) -> tuple[date, date]:
    """Return the first day of the first and of the last month; raises Refused for months that cannot be asked for."""
    since, until = months.first(data.since), months.first(data.until)
    if until < since:
        raise Refused("截止月份早于起始月份", field="until")
    if months.between(since, until) > 11:
        raise Refused("一次减免最长十二个月", field="until", next_step="到期仍有困难的，支部重新研究后再报。")
    if data.studied_on > localdate():
        raise Refused("支部研究日期不能晚于今天", field="studied_on", article=ARTICLE)
    there = Relief.objects.system("reliefs of a member in hand").filter(person=person, state__in=["asked", "agreed"])
    if besides is not None:
        there = there.exclude(pk=besides.pk)
    if there.filter(since__lte=until, until__gte=since).exists():
        raise Refused("这几个月已有减免", field="since", next_step="请先撤回或结束原来的减免。")
    return since, until


def answer_relief(act: Act, relief: Relief, data: AnswerRelief) -> Relief:
    """Agree, refuse or send back: never by whoever asked. The request that went up is answered with it."""
    apart(act.actor, relief.asked_by, relief.asked_by_person_id, "批准自己报的减免")
    if data.outcome != Answered.AGREED and not data.words.strip():
        raise Refused("不同意或退回补充的，请写明意见", field="words")
    if requesting.answer(act, relief, data.outcome, data.words):
        relief.refresh_from_db()
        return relief
    if data.outcome == Answered.RETURNED:
        raise Refused(
            "这份报告没有随请示报来，不能退回补充", field="agree", next_step="请批复不同意并写明原因，支部再报一次。"
        )
    _settle(act, relief, data.outcome == Answered.AGREED, data.words, localdate())
    return relief


def _settle(act: Act, relief: Relief, agree: bool, words: str, on: date) -> None:
    """Write the answer down; unpaid months of the period are worked out anew."""
    relief.state = ReliefState.AGREED if agree else ReliefState.REFUSED
    relief.answer, relief.answered_on, relief.answered_name = words[:200], on, act.actor.name[:100]
    relief.rev += 1
    relief.save(update_fields=["state", "answer", "answered_on", "answered_name", "rev"])
    renewed = (
        bases.renew_unpaid(act.actor, relief.person_id, relief.since, f"减免已批准：{relief.reason}"[:200])
        if agree
        else 0
    )
    act.log(
        relief,
        summary=f"{'批准' if agree else '不批准'}减免党费：{relief.person.name}"
        + (f"，重算 {renewed} 个月" if renewed else ""),
    )


def answered(actor: Actor, key: str, outcome: str, on: date, words: str) -> None:
    """The request about a relief was answered: the relief is agreed or refused, or waits for the branch to complete it."""
    relief, act = _locked(key), Act(actor, "dues.relief.answer", "批复减免党费")
    if relief.state != ReliefState.ASKED:
        return
    if outcome == "returned":
        relief.answer, relief.rev = f"退回补充：{words}"[:200], relief.rev + 1
        relief.save(update_fields=["answer", "rev"])
        act.log(relief, summary=f"退回补充减免报告：{relief.person.name}")
        return
    _settle(act, relief, outcome == "agreed", words, on)


def taken_back(actor: Actor, key: str) -> None:
    """The request about a relief was taken back: so is the relief."""
    relief = _locked(key)
    if relief.state == ReliefState.ASKED:
        _withdraw(Act(actor, "dues.relief.withdraw", "撤回减免报告"), relief)


def _locked(key: str) -> Relief:
    rows = Relief.objects.system("the relief a request is about").select_for_update(of=("self",))
    found: Relief = rows.select_related("person", "organization").get(pk=int(key))
    return found


def withdraw_relief(act: Act, relief: Relief, data: Why) -> Relief:
    """The branch takes its request back before it is answered."""
    if requesting.withdraw(act, relief, data):
        relief.refresh_from_db()
        return relief
    _withdraw(act, relief)
    return relief


def _withdraw(act: Act, relief: Relief) -> None:
    relief.state = ReliefState.WITHDRAWN
    relief.rev += 1
    relief.save(update_fields=["state", "rev"])
    act.log(relief, summary=f"撤回减免报告：{relief.person.name}")


def end_relief(act: Act, relief: Relief, data: Why) -> Relief:
    """End a relief that is needed no more: from next month on it does not hold; what was free stays free."""
    now = months.first(localdate())
    relief.state = ReliefState.ENDED if relief.since > now else relief.state
    if relief.since <= now:
        relief.until = min(relief.until, now)
    relief.answer = f"{relief.answer}；提前结束：{data.reason}"[:200]
    relief.rev += 1
    relief.save(update_fields=["state", "until", "answer", "rev"])
    bases.renew_unpaid(act.actor, relief.person_id, months.later(now, 1), "减免提前结束")
    act.log(relief, summary=f"提前结束减免党费：{relief.person.name}")
    return relief


def agree_quarterly(act: Act, person: Any, data: Quarterly) -> QuarterlyConsent:
    """Write down that the branch agreed to payment by the quarter (article 12)."""
    branch = roster.collector(person.pk, localdate())
    if branch is None:
        raise Refused(f"{person.name}现在不在任何党支部")
    if data.agreed_on > localdate():
        raise Refused("支部同意日期不能晚于今天", field="agreed_on")
    rows = QuarterlyConsent.objects.system("consents of a member in hand").filter(person=person, until__isnull=True)
    if rows.exists():
        raise Refused("已经同意按季交纳", next_step="要改回按月的，请结束原来的登记。")
    made: QuarterlyConsent = QuarterlyConsent.objects.create(
        person=person, organization=branch, since=months.first(data.since), agreed_on=data.agreed_on, reason=data.reason,
        by_name=act.actor.name[:100],
    )  # fmt: skip
    act.log(made, summary=f"同意按季交纳党费：{person.name}")
    return made


def end_quarterly(act: Act, consent: QuarterlyConsent, data: Why) -> QuarterlyConsent:
    """Back to payment by the month."""
    consent.until = max(months.first(localdate()), consent.since)
    consent.rev += 1
    consent.save(update_fields=["until", "rev"])
    act.log(consent, summary=f"改回按月交纳党费：{consent.person.name}")
    return consent


def discuss(act: Act, case: ArrearCase, data: Discussed) -> ArrearCase:
    """Write down what the branch made of it. The membership stays as it is: that is for the assembly and the level above."""
    if data.met_on > localdate() or data.met_on < case.opened_on.replace(day=1):
        raise Refused("支部研究日期应在提出之后、今天之前", field="met_on")
    if data.outcome == Outcome.PAID:
        rows = Charge.objects.system("arrears of a member in hand").filter(
            person=case.person, stands=True, settled=False
        )
        if rows.filter(month__lte=case.oldest).exists():
            raise Refused(
                "最早欠交的月份还没有交", field="outcome", next_step="收款后再办结；超过 6 个月的，先登记“准予补交”。"
            )
    case.outcome, case.met_on, case.words = data.outcome, data.met_on, data.words
    case.closed_on, case.by_name = localdate(), act.actor.name[:100]
    case.rev += 1
    case.save(update_fields=["outcome", "met_on", "words", "closed_on", "by_name", "rev"])
    act.log(case, summary=f"登记支部研究结果：{case.person.name}，{case.get_outcome_display()}")
    return case
