"""Handing up with retention, and using what was kept within its budget; cash taken to the bank."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.dues import months, rules
from zhibu.apps.dues.models import Account, Budget, EntryKind, HandUp, HandUpState, Spending, SpendingState
from zhibu.apps.dues.models.common import Total
from zhibu.apps.dues.permissions import MONEY, VIEW
from zhibu.apps.dues.services import ledger
from zhibu.apps.dues.services.policies import PolicyBook
from zhibu.apps.dues.services.separation import apart
from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.rules import PARTY_KINDS
from zhibu.kernel import files
from zhibu.kernel.actions import Act, Refused, Why
from zhibu.kernel.numbering import next_number
from zhibu.kernel.tree import ancestors

SHORT = "请核对方式；现金、扫码收的款和银行存款，可以先由财务人员在组织页面登记“党费存取”。"
ASSETS = {"cash": Account.CASH, "bank": Account.BANK, "online": Account.ONLINE}


@dataclass(frozen=True)
class Send:
    """How the money goes up, and when."""

    organization: Any
    on: date
    method: str
    note: str = ""
    scan: Any = None


@dataclass(frozen=True)
class Deposit:
    """Cash or money of the code taken to the bank account; from there (source "bank") taken out as cash."""

    organization: Any
    on: date
    source: str
    amount: Decimal
    note: str = ""


@dataclass(frozen=True)
class SetBudget:
    """What may be used a year for a purpose."""

    organization: Any
    year: int
    use: str
    amount: Decimal
    ground: str


@dataclass(frozen=True)
class AskSpending:
    """A use of dues somebody asks for, with the papers."""

    organization: Any
    use: str
    amount: Decimal
    words: str
    payee: str
    scans: tuple[Any, ...] = ()


@dataclass(frozen=True)
class AnswerSpending:
    """Agree or refuse."""

    agree: bool
    words: str = ""


@dataclass(frozen=True)
class Pay:
    """When and how an approved use was paid; the receipt of whoever got it."""

    on: date
    method: str
    scan: Any = None


@dataclass(frozen=True)
class Due:
    """What an organisation has to hand up now."""

    base: Decimal
    percent: Decimal
    kept: Decimal
    upward: Decimal
    large: Decimal


def due(organization: Any, on: date) -> Due:
    """Return what is to be handed up: all that came in since the last time, less the share kept; 大额党费 whole (article 11)."""
    found = ledger.balances([organization.pk])

    def credit(*accounts: Account) -> Decimal:
        return -sum((found.get((organization.pk, one), Decimal(0)) for one in accounts), Decimal("0.00"))

    base = credit(Account.PAID, Account.VOLUNTARY, Account.BELOW)
    percent = PolicyBook(months.first(on)).of(organization).kept
    kept, upward = rules.shares(base, percent)
    return Due(base, percent, kept, upward, credit(Account.LARGE, Account.BELOW_LARGE))


def superior_of(organization: Any) -> Any:
    """Return the party organisation a hand-up goes to: the nearest above, None at the top."""
    rows = Organization.objects.system("party organisations above one in hand").filter(
        path__in=ancestors(organization.path), kind__in=PARTY_KINDS, dissolved_on__isnull=True
    )
    return rows.order_by("-path").first()


def hand_up(act: Act, _: None, data: Send) -> HandUp:
    """Hand up what is due now; the money is on its way until the level above says that it has it."""
    organization = _locked(data.organization)
    if data.on > localdate():
        raise Refused("上缴日期不能晚于今天", field="on")
    above = superior_of(organization)
    if above is None:
        raise Refused(f"{organization}上面没有党组织，在本平台里不能上缴", field="organization")
    now = due(organization, data.on)
    whole = now.upward + now.large
    if whole <= 0 or now.base < 0:
        raise Refused("没有要上缴的党费", next_step="收到党费以后再上缴。", code="nothing")
    _enough(organization, data.method, whole)
    found = ledger.balances([organization.pk])
    sides = [(one, -found.get((organization.pk, one), Decimal(0))) for one in
             (Account.PAID, Account.VOLUNTARY, Account.BELOW, Account.LARGE, Account.BELOW_LARGE)]  # fmt: skip
    sides += [(Account.KEPT, -now.kept), (ASSETS[data.method], -whole)]
    # what is on its way belongs to the house still: it lies with the sender until the level above has it
    entry = ledger.post(
        act.actor, organization, data.on, EntryKind.HAND_UP, f"上缴党费给{above}", f"handup:{uuid.uuid4().hex}", sides
    )
    made = HandUp(
        organization=organization, superior=above, year=data.on.year, on=data.on, base=now.base, percent=now.percent, kept=now.kept,
        number=next_number("dues.handup", data.on.year, organization_id=organization.pk), upward=now.upward, large=now.large,
        method=data.method, note=data.note, sent=entry, sent_by=act.actor.account_id, sent_by_person_id=act.actor.person_id,
        sent_name=act.actor.name[:100],
    )  # fmt: skip
    made.save()
    if data.scan is not None:
        files.attach(made, data.scan.blob, name=data.scan.name, permission=VIEW, actor=act.actor)
    act.log(made, summary=f"上缴党费：{made}，上缴 {made.whole} 元，留存 {made.kept} 元")
    return made


def receive(act: Act, hand_up: HandUp, data: None = None) -> HandUp:
    """The level above has the money: somebody else than who sent it says so."""
    apart(act.actor, hand_up.sent_by, hand_up.sent_by_person_id, "确认自己上缴的款")
    if not act.actor.is_system and not act.actor.may(MONEY, hand_up.superior.path):
        raise Refused(f"要由{hand_up.superior}的财务人员确认")
    sides = [(Account.BANK if hand_up.method == "bank" else Account.CASH, hand_up.whole), (Account.BELOW, -hand_up.upward),
             (Account.BELOW_LARGE, -hand_up.large)]  # fmt: skip
    entry = ledger.post(
        act.actor, hand_up.superior, localdate(), EntryKind.RECEIVE, f"收到{hand_up}", f"received:{hand_up.pk}", sides
    )
    hand_up.state, hand_up.received, hand_up.received_on = HandUpState.RECEIVED, entry, localdate()
    hand_up.received_name = act.actor.name[:100]
    hand_up.rev += 1
    hand_up.save(update_fields=["state", "received", "received_on", "received_name", "rev"])
    act.log(hand_up, summary=f"确认收到上缴党费：{hand_up}，{hand_up.whole} 元")
    return hand_up


def recall(act: Act, hand_up: HandUp, data: Why) -> HandUp:
    """Take a hand-up back before it arrived."""
    ledger.reverse(act.actor, hand_up.sent, localdate(), f"撤回{hand_up}：{data.reason}")
    hand_up.state = HandUpState.RECALLED
    hand_up.rev += 1
    hand_up.save(update_fields=["state", "rev"])
    act.log(hand_up, summary=f"撤回上缴：{hand_up}")
    return hand_up


def deposit(act: Act, organization: Any, data: Deposit) -> Any:
    """Move money from the cash box or the code's account to the bank account, or from there into the cash box."""
    here = _locked(data.organization)
    if data.on > localdate():
        raise Refused("日期不能晚于今天", field="on")
    _enough(here, data.source, data.amount)
    out = data.source == "bank"
    words = "从银行取现" if out else "存入银行"
    sides = [(Account.CASH if out else Account.BANK, data.amount), (ASSETS[data.source], -data.amount)]
    ledger.post(act.actor, here, data.on, EntryKind.MOVE, data.note or words, f"deposit:{uuid.uuid4().hex}", sides)
    act.log(here, summary=f"党费{words}：{here}，{data.amount} 元")
    return here


def set_budget(act: Act, _: None, data: SetBudget) -> Budget:
    """Set what may be used; an earlier figure stays to be read."""
    rows = Budget.objects.system("budgets of an organisation in hand").filter(
        organization=data.organization, year=data.year, use=data.use, stands=True
    )
    used = reserved(data.organization, data.year, data.use)
    if data.amount < used:
        raise Refused(f"已经批准或支出 {used} 元，预算不能再低", field="amount")
    for row in rows.select_for_update(of=("self",)):
        row.stands, row.rev = False, row.rev + 1
        row.save(update_fields=["stands", "rev"])
    made: Budget = Budget.objects.create(
        organization=data.organization, year=data.year, use=data.use, amount=data.amount, ground=data.ground,
        by_name=act.actor.name[:100],
    )  # fmt: skip
    act.log(made, summary=f"设定党费预算：{made}，{made.amount} 元")
    return made


def reserved(organization: Any, year: int, use: str) -> Decimal:
    """Return what was approved or paid of a budget."""
    rows = Spending.objects.system("uses of an organisation in hand").filter(
        organization=organization, use=use, asked_on__year=year, state__in=[SpendingState.APPROVED, SpendingState.PAID]
    )
    return rows.aggregate(whole=Total("amount"))["whole"] or Decimal("0.00")


def available(organization: Any) -> Decimal:
    """Return what was kept and neither used nor approved for use."""
    found = ledger.balances([organization.pk])
    kept = -found.get((organization.pk, Account.KEPT), Decimal("0.00")) - found.get(
        (organization.pk, Account.USED), Decimal(0)
    )
    rows = Spending.objects.system("uses of an organisation in hand").filter(
        organization=organization, state=SpendingState.APPROVED
    )
    return kept - (rows.aggregate(whole=Total("amount"))["whole"] or Decimal(0))


def ask(act: Act, _: None, data: AskSpending) -> Spending:
    """Ask to use dues; approved by somebody else."""
    made: Spending = Spending.objects.create(
        organization=data.organization, use=data.use, amount=data.amount, words=data.words, payee=data.payee, asked_on=localdate(),
        asked_by=act.actor.account_id, asked_by_person_id=act.actor.person_id, asked_name=act.actor.name[:100],
    )  # fmt: skip
    for scan in data.scans:
        files.attach(made, scan.blob, name=scan.name, permission=VIEW, actor=act.actor)
    act.log(made, summary=f"申请使用党费：{made}")
    return made


def answer(act: Act, spending: Spending, data: AnswerSpending) -> Spending:
    """Agree or refuse, never one's own; what is agreed is reserved in the budget and in what was kept."""
    apart(act.actor, spending.asked_by, spending.asked_by_person_id, "审批自己的申请")
    if data.agree:
        _within(spending)
    elif not data.words:
        raise Refused("不同意的，请写明意见", field="words")
    spending.state = SpendingState.APPROVED if data.agree else SpendingState.REFUSED
    spending.answered_by, spending.answered_name = act.actor.account_id, act.actor.name[:100]
    spending.answered_on, spending.answer = localdate(), data.words[:200]
    spending.rev += 1
    spending.save(update_fields=["state", "answered_by", "answered_name", "answered_on", "answer", "rev"])
    act.log(spending, summary=f"{'批准' if data.agree else '不批准'}使用党费：{spending}")
    return spending


def _within(spending: Spending) -> None:
    here = _locked(spending.organization)
    year, use = spending.asked_on.year, spending.use
    budget = (
        Budget.objects.system("budget of an organisation in hand")
        .filter(organization=here, year=year, use=use, stands=True)
        .first()
    )
    if budget is None:
        raise Refused(f"{here}还没有 {year} 年“{spending.get_use_display()}”的预算", next_step="请先设定预算。")
    left = budget.amount - reserved(here, year, use)
    if spending.amount > left:
        raise Refused(f"预算只剩 {left} 元，申请 {spending.amount} 元", next_step="请调整预算或减少金额。", code="over")
    if spending.amount > (have := available(here)):
        raise Refused(f"{here}留存的党费可用 {have} 元，申请 {spending.amount} 元", code="over")


def pay(act: Act, spending: Spending, data: Pay) -> Spending:
    """Pay what was approved: by somebody else than who asked and than who approved."""
    apart(act.actor, spending.asked_by, spending.asked_by_person_id, "支付自己申请的支出")
    apart(act.actor, spending.answered_by, None, "支付自己审批的支出")
    here = _locked(spending.organization)
    if data.on > localdate():
        raise Refused("支付日期不能晚于今天", field="on")
    _enough(here, data.method, spending.amount)
    sides = [(Account.USED, spending.amount), (ASSETS[data.method], -spending.amount)]
    spending.entry = ledger.post(
        act.actor, here, data.on, EntryKind.SPEND, spending.words, f"spend:{spending.pk}:{spending.rev}", sides
    )
    spending.state, spending.paid_on, spending.method = SpendingState.PAID, data.on, data.method
    spending.paid_name = act.actor.name[:100]
    spending.rev += 1
    spending.save(update_fields=["state", "paid_on", "method", "paid_name", "entry", "rev"])
    if data.scan is not None:
        files.attach(spending, data.scan.blob, name=data.scan.name, permission=VIEW, actor=act.actor)
    act.log(spending, summary=f"支付党费支出：{spending}，付给{spending.payee}")
    return spending


def reverse_spending(act: Act, spending: Spending, data: Why) -> Spending:
    """Take a paid use back: the money came back, or it was never paid."""
    assert spending.entry is not None  # what is paid has one
    ledger.reverse(act.actor, spending.entry, localdate(), f"冲销支出：{data.reason}")
    spending.state, spending.answer = SpendingState.REVERSED, f"{spending.answer}；冲销：{data.reason}"[:200]
    spending.rev += 1
    spending.save(update_fields=["state", "answer", "rev"])
    act.log(spending, summary=f"冲销党费支出：{spending}")
    return spending


def _locked(organization: Any) -> Any:
    """Lock the organisation's row: two may not use the same money at once."""
    return (
        Organization.objects.system("money of an organisation in hand")
        .select_for_update(of=("self",))
        .get(pk=organization.pk)
    )


def held(organization: Any) -> dict[str, Decimal]:
    """Return where the money of an organisation lies: "cash", "bank", "online" -> amount."""
    found = ledger.balances([organization.pk])
    return {source: found.get((organization.pk, account), Decimal("0.00")) for source, account in ASSETS.items()}


def _enough(organization: Any, source: str, amount: Decimal) -> None:
    if amount <= 0:
        raise Refused("金额应大于 0", field="amount")
    ledger.enough(organization, ASSETS[source], amount, SHORT, "method")
