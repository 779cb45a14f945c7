"""Everything that can be done with transfers: by the side that lets go, the side that takes, and the member."""

from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate

from zhibu.apps.membership.models import IN_PARTY
from zhibu.apps.transfers import actions_away, actions_twofold, queries  # noqa: F401 - the acts of those away register themselves
from zhibu.apps.transfers.models import OPEN, Arrival, Transfer
from zhibu.apps.transfers.permissions import ASK, ISSUE, RECEIVE
from zhibu.apps.transfers.rules import countdown
from zhibu.kernel.actions import Action, Inbox, register
from zhibu.kernel.console.declare import offer

S = "zhibu.apps.transfers.services"
F = "zhibu.apps.transfers.forms"
MEMBER, TRANSFER, ARRIVAL = "membership.Member", "transfers.Transfer", "transfers.Arrival"
NOT_WAITING = "这一项已经接收、退回，或被转出方收回"


def free(today: date) -> Q:
    """Condition on members: a member of the Party of whom no transfer is under way."""
    going = Transfer.objects.system("whose transfer is under way").filter(state__in=OPEN)
    return Q(status__in=IN_PARTY, state="live") & ~Q(person__in=going.values("person_id"))


def asked_of(transfer: Transfer) -> str:
    """Return what the inbox says of a request."""
    asked = f"{transfer.asked_on.isoformat()} {'本人申请' if transfer.by_self else f'{transfer.asked_name}提出'}"
    return f"{asked}，转往{transfer.target_name}"


def coming(arrival: Arrival) -> str:
    """Return what the inbox says of somebody who comes."""
    until = arrival.valid_until
    return f"来自{arrival.transfer.source_name}{f'，介绍信有效期至 {until.isoformat()}' if until else ''}"


def stuck(transfer: Transfer) -> str:
    """Return why a transfer is stuck."""
    return transfer.ended_words or "介绍信已过有效期"


def ran_out(transfer: Transfer) -> date | None:
    """Return the last day of a letter that ran out; for one that came back no rule names a day."""
    return transfer.letter.valid_until if transfer.letter and transfer.letter.valid_until < localdate() else None


def awaited(transfer: Transfer) -> str:
    """Return how long a letter that is out still holds."""
    words, _ = countdown(transfer.letter.valid_until, localdate()) if transfer.letter else ("", "")
    return f"{transfer.letter}，{words}；收到回执后登记"


register(
    Action(
        "transfers.transfer.ask", "转出组织关系", ASK, f"{S}.asking.ask", model=MEMBER, form=f"{F}.AskForm", when=free,
        when_message="此人已不是党员，或已有一项接转正在办理", leaves_scope=True, icon="arrow-right-on-rectangle", audit="提出组织关系接转",
        confirm="替{obj}提出接转，交上级审批并开具介绍信。接收以前组织关系不变，本支部仍然负责。",
    ),
    Action(
        "transfers.transfer.ask_own", "申请转组织关系", "", f"{S}.asking.ask_own", model=MEMBER, personal="person_id",
        form=f"{F}.AskOwnForm", when=free, when_message="您已有一项接转正在办理", listed=False, icon="arrow-right-on-rectangle",
        audit="本人申请接转", confirm="提交以后由支部和上级审批。对方接收以前，您仍在原支部参加组织生活、交纳党费。",
    ),
    Action(
        "transfers.transfer.withdraw_own", "撤回申请", "", f"{S}.asking.withdraw", model=TRANSFER, personal="person_id",
        form=f"{F}.ReasonForm", when=Q(state="asked"), when_message="已经审批，请与支部联系", listed=False, audit="本人撤回接转申请",
        confirm="撤回以后不再审批，组织关系不变。",
    ),
    Action(
        "transfers.transfer.withdraw", "撤回申请", ASK, f"{S}.asking.withdraw", model=TRANSFER, form=f"{F}.ReasonForm",
        when=Q(state="asked"), when_message="已经审批，不能撤回", style="danger", icon="arrow-uturn-left", audit="撤回接转申请",
        confirm="撤回“{obj}”的申请，组织关系不变。",
    ),
    Action(
        "transfers.transfer.approve", "同意并开介绍信", ISSUE, f"{S}.issuing.approve", model=TRANSFER, form=f"{F}.ApproveForm",
        when=Q(state="asked"), when_message="已经审批或撤回", not_by=("person_id", "asked_by_id"), leaves_scope=True, style="go",
        icon="check-circle", audit="审批接转、开具介绍信",
        confirm="同意“{obj}”，按顺序编号开具介绍信。平台内的马上送达接收支部；平台外的打印盖章后交本人。接收以前原支部仍然负责。",
        inbox=Inbox(
            title=lambda t: f"审批接转：{t.person.name}", detail=asked_of, due=lambda t: None, order=("asked_on",),
            related=("person",),
        ),
    ),
    Action(
        "transfers.transfer.decline", "不予转出", ISSUE, f"{S}.issuing.decline", model=TRANSFER, form=f"{F}.DeclineForm",
        when=Q(state="asked"), when_message="已经审批或撤回", not_by=("person_id",), style="danger", icon="x-circle", audit="不予转出",
        confirm="不同意“{obj}”。没有正当理由不得拒转，理由本人看得到。",
    ),
    Action(
        "transfers.transfer.receipt", "登记回执", ISSUE, f"{S}.outside.register_receipt", model=TRANSFER, form=f"{F}.ReceiptForm",
        when=queries.under_way, when_message="不是等待回执的转出", leaves_scope=True, style="go", icon="inbox-arrow-down",
        audit="登记介绍信回执", confirm="对方已接收“{obj}”。组织关系从回执日期起离开本平台，党内职务和角色同日结束。",
        inbox=Inbox(
            title=lambda t: f"等待回执：{t.person.name}", detail=awaited, due=lambda t: t.letter.valid_until if t.letter else None,
            order=("letter__valid_until",), related=("person", "letter"),
        ),
    ),
    Action(
        "transfers.transfer.undo_receipt", "撤销回执", ISSUE, f"{S}.outside.undo_receipt", model=TRANSFER, form=f"{F}.ReasonForm",
        when=Q(state="left"), when_message="还没有登记回执", leaves_scope=True, style="danger", icon="arrow-uturn-left",
        audit="撤销介绍信回执",
        confirm="回执登记错了：“{obj}”的组织关系恢复到原支部，这封介绍信作废，可以重新开具或收回。已经结束的职务和角色不会自动恢复。",
    ),
    Action(
        "transfers.transfer.came_back", "对方退回", ISSUE, f"{S}.outside.came_back", model=TRANSFER, form=f"{F}.CameBackForm",
        when=queries.under_way, when_message="不是等待回执的转出", icon="arrow-uturn-left", audit="登记介绍信被退回",
        confirm="对方把“{obj}”的介绍信退了回来：这一号作废，可以改好后重新开具。组织关系仍在本支部。",
    ),
    Action(
        "transfers.transfer.reissue", "重新开介绍信", ISSUE, f"{S}.issuing.reissue", model=TRANSFER, form=f"{F}.ReissueForm",
        when=queries.run_out, when_message="介绍信没有退回，也没有过期", not_by=("person_id",), leaves_scope=True, style="go",
        icon="document-plus", audit="重新开具介绍信", confirm="给“{obj}”重新开具介绍信，另编新号；原来的号作废，仍看得到。",
        inbox=Inbox(
            title=lambda t: f"介绍信退回或过期：{t.person.name}", detail=stuck, due=ran_out, order=("asked_on",),
            related=("person", "letter"),
        ),
    ),
    Action(
        "transfers.transfer.recall", "收回，不转了", ISSUE, f"{S}.issuing.recall", model=TRANSFER, form=f"{F}.ReasonForm",
        when=Q(state__in=["issued", "returned"]) & ~Q(direction="in"), when_message="还没有开介绍信，或已经办结", style="danger",
        icon="x-circle", audit="收回介绍信", confirm="收回“{obj}”的介绍信，这一号作废，组织关系仍在原支部。",
    ),
    Action(
        "transfers.transfer.register_incoming", "登记外来介绍信", ISSUE, f"{S}.outside.register_incoming", target="none",
        form="zhibu.apps.transfers.forms_many.IncomingForm", leaves_scope=True, style="go", icon="inbox-arrow-down", audit="登记外来介绍信",
        confirm="登记以后，接收支部在待办里接收；接收的一刻建立组织关系，再把回执寄给对方。",
    ),
    Action(
        "transfers.arrival.accept", "接收", RECEIVE, f"{S}.arriving.accept", model=ARRIVAL, form=f"{F}.AcceptForm",
        when=queries.waiting_here, when_message=NOT_WAITING, not_by=("transfer__person_id", "transfer__issued_by_id"), leaves_scope=True,
        style="go", icon="check-circle", audit="接收组织关系",
        confirm="接收“{obj}”：从这一刻起组织关系在本支部，原支部的党内职务和角色同时结束。",
        inbox=Inbox(
            title=lambda a: f"接收党员：{a.transfer.person.name}", detail=coming, due=lambda a: a.valid_until,
            order=("letter__valid_until", "transfer__their_valid_until"), related=("transfer__person", "letter"),
        ),
    ),
    Action(
        "transfers.arrival.refuse", "退回", RECEIVE, f"{S}.arriving.refuse", model=ARRIVAL, form=f"{F}.RefuseForm",
        when=queries.waiting_here, when_message=NOT_WAITING, leaves_scope=True, style="danger", icon="arrow-uturn-left",
        audit="退回介绍信", confirm="退回“{obj}”。没有正当理由不得拒接；理由对方和本人看得到，组织关系仍在原支部。",
    ),
    Action(
        "transfers.transfer.ask_many", "批量转组织关系", ASK, f"{S}.asking.ask_many", target="none",
        form="zhibu.apps.transfers.forms_many.AskManyForm", icon="user-group", leaves_scope=True, audit="批量提出接转",
        confirm="给名单上的每个党员提出接转，全部转往同一个党组织。有一个人不能办的，全部不办；超过 200 人的在后台办理。",
    ),
    Action(
        "transfers.transfer.approve_many", "批量审批", ISSUE, f"{S}.issuing.approve_many", target="none",
        form="zhibu.apps.transfers.forms_many.ApproveManyForm", icon="check-circle", leaves_scope=True, audit="批量审批接转",
        confirm="同意名单上的全部接转并开具介绍信。不能审批与自己有关或由自己提出的。",
    ),
    Action(
        "transfers.arrival.accept_many", "批量接收", RECEIVE, f"{S}.arriving.accept_many", target="none",
        form="zhibu.apps.transfers.forms_many.AcceptManyForm", icon="check-circle", leaves_scope=True, audit="批量接收组织关系",
        confirm="接收名单上的全部党员。有一个人不能接收的，全部不办；超过 200 人的在后台办理。",
    ),
)  # fmt: skip

offer("members", "transfers.transfer.ask_many")
offer("transfers", "transfers.transfer.approve_many")
offer("arrivals", "transfers.arrival.accept_many")
