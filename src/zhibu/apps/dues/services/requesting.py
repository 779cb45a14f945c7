"""The request upward that a relief is asked for with (请示), and its answer (批复): one matter, whichever of the two is opened.

支部研究 → 报上一级党委批准 (article 7): the request is numbered and lies with the committee above. It is answered on either
page, and the relief follows the answer in the same transaction.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Q
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.apps.dues.models import Relief, ReliefState
from zhibu.apps.petitions import queries as petitions
from zhibu.apps.petitions import services
from zhibu.apps.petitions.models import Outcome, Petition, Reply, State
from zhibu.apps.petitions.params import kind
from zhibu.apps.petitions.services import answering
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.periods import day_words

KIND = "dues_relief"
LABEL = Relief._meta.label
#: a request that still waits for an answer, here or above
OPEN = (State.SENT, State.RETURNED)


def words(relief: Relief) -> str:
    """Return the request as it is sent, from what the branch wrote down."""
    name, asked = relief.person.name, f"每月交 {relief.amount} 元" if relief.amount else "免交党费"
    period = months.words(months.span(relief.since, relief.until))
    return f"{name}同志，{relief.reason}。{day_words(relief.studied_on)}经支部委员会研究，拟请准予{asked}（{period}）。妥否，请批复。"


def send(act: Act, relief: Relief, scan: Any, outside: str) -> Petition:
    """Send the request about a relief to the nearest committee; `outside` names it where it is not in this platform."""
    return services.ask(
        act, organization=relief.organization, kind=KIND, title=f"关于减免{relief.person.name}同志党费的请示", words=words(relief),
        about=relief, attachments=[scan] if scan is not None else [], outside=outside,
    )  # fmt: skip


def send_again(act: Act, relief: Relief, scan: Any) -> Petition:
    """Send the request that came back to the branch again, in words of what the relief is now."""
    request = open_request(relief)
    if request is None:
        raise Refused("这份报告没有请示被退回", code="state")
    return services.ask_again(act, request, words(relief), [scan] if scan is not None else [])


def is_returned(today: date) -> Q:
    """Condition on reliefs: asked for, and the request came back to be completed."""
    return Q(Exists(petitions.of_subject(Relief).filter(state=State.RETURNED)), state=ReliefState.ASKED)


def is_before_us(today: date) -> Q:
    """Condition on reliefs: asked for, and the committee that answers stands in this platform and has it now."""
    elsewhere = Q(state=State.RETURNED) | Q(state=State.SENT, superior__isnull=True)
    return Q(~Exists(petitions.of_subject(Relief).filter(elsewhere)), state=ReliefState.ASKED)


def due_on(relief: Relief) -> date:
    """Return the day by which an answer is expected: as of every request of this kind, counted from its asking."""
    return localdate(relief.asked_at) + timedelta(days=kind(KIND).days)


def open_request(relief: Relief) -> Petition | None:
    """Return the request about a relief that is not answered yet; None for a relief asked for without one."""
    return next((one for one in petitions.about(relief) if one.state in OPEN), None)


def answer(act: Act, relief: Relief, outcome: Outcome, said: str) -> bool:
    """Answer the request about a relief, which then follows by the event; False where there is none to be answered.

    Raises Refused for a request that went back to the branch, and where the committee is not in this platform.
    """
    request = open_request(relief)
    if request is None:
        return False
    if request.state == State.RETURNED:
        raise Refused("请示已退回支部补充，还没有再报", next_step="支部补充后再发出，然后批复。", code="returned")
    if request.superior_id is None:
        raise Refused(
            f"{request.outside}不在本平台，不能在这里批复", next_step="请在“请示和批复”里打开这份请示，凭上级的批复件登记。", code="outside"
        )  # fmt: skip
    rows = Reply.objects.system("the request about a relief in hand").filter(petition=request, outcome=Outcome.WAITING)
    reply = rows.select_for_update(of=("self",)).select_related("organization", "petition").get()
    answering.answer(act, reply, answering.Answer(outcome, said or "同意。"))
    return True


def withdraw(act: Act, relief: Relief, data: Why) -> bool:
    """Take back the request about a relief, which then follows by the event; False where there is none."""
    request = open_request(relief)
    if request is None:
        return False
    services.withdraw(act, request, data)
    return True
