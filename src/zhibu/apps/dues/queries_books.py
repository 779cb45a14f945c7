"""The books: balances, entries, and the reconciliation that must come out to zero, with who is behind each difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Max, Q, QuerySet

from zhibu.apps.dues.models import (
    Account,
    Charge,
    Entry,
    HandUp,
    HandUpState,
    Incoming,
    Payment,
    Posting,
    Settlement,
    Spending,
    SpendingState,
)
from zhibu.apps.dues.models.common import Total
from zhibu.apps.dues.permissions import BOOKS
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actor import Actor
from zhibu.kernel.tree import under

ZERO = Decimal("0.00")
#: less than this is what SQLite leaves behind the second decimal
SMALLEST = Decimal("0.005")
#: accounts that are shown with the sign turned: what came in, what is owed to somebody
CREDIT = {
    Account.DUE,
    Account.SUSPENSE,
    Account.PAID,
    Account.VOLUNTARY,
    Account.LARGE,
    Account.BELOW,
    Account.BELOW_LARGE,
    Account.KEPT,
}


@dataclass(frozen=True)
class Check:
    """One line of the reconciliation: two figures that must be equal; `where`: organisations (or receipts) that differ."""

    label: str
    books: Decimal
    records: Decimal
    where: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal:
        """What does not agree; the whole of it must be nothing."""
        return self.books - self.records

    @property
    def agrees(self) -> bool:
        """Tell whether it does, at every single organisation too."""
        return not self.difference and not self.where


@dataclass
class Books:
    """The balances of an organisation, as a page shows them."""

    organization: Organization
    balances: dict[str, Decimal] = field(default_factory=dict)

    def rows(self) -> list[tuple[str, Decimal]]:
        """Return (account, balance) with the sign people expect, accounts without movement left out."""
        return [
            (one.label, -self.balances[one] if one in CREDIT else self.balances[one])
            for one in Account
            if one in self.balances
        ]


def visible_places(actor: Actor, below: Organization | None = None) -> "QuerySet[Organization]":
    """Return the organisations whose books the actor may read."""
    rows: QuerySet[Organization] = Organization.objects.visible_to(actor, BOOKS)
    return rows.filter(under("path", [below.path])) if below is not None else rows


def books_of(actor: Actor, organization: Organization) -> Books:
    """Return the balances of one organisation."""
    rows = Posting.objects.visible_to(actor).filter(organization=organization).order_by()
    return Books(organization, dict(rows.values_list("account").annotate(whole=Total("amount"))))


def entries_of(actor: Actor, organization: Organization) -> "QuerySet[Entry]":
    """Return the entries with a posting at an organisation, the latest first."""
    there = Posting.objects.visible_to(actor).filter(organization=organization)
    rows: QuerySet[Entry] = Entry.objects.system("entries of visible postings").filter(pk__in=there.values("entry_id"))
    return rows.select_related("reverses", "organization").order_by("-pk")


def sides_of(entries: Iterable[Entry], organization: Organization) -> dict[int, list[Posting]]:
    """Return entry -> its postings at the organisation."""
    rows = Posting.objects.system("postings of visible entries").filter(
        entry__in=list(entries), organization=organization
    )
    found: dict[int, list[Posting]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.entry_id, []).append(row)
    return found


def reconcile(actor: Actor, below: Organization | None = None) -> list[Check]:
    """Return every check of the books of a subtree against the records; a constant number of queries."""
    places = visible_places(actor, below)
    names = {pk: str(name) for pk, name in places.values_list("pk", "name")}
    ids = places.order_by().values("pk")
    held = _balances(ids)

    def of(sign: int, *accounts: Account) -> dict[int, Decimal]:
        found: dict[int, Decimal] = {}
        for (pk, account), amount in held.items():
            if account in accounts:
                found[pk] = found.get(pk, ZERO) + sign * amount
        return found

    charges = Charge.objects.system("reconciliation").filter(organization__in=ids, stands=True)
    payments = Payment.objects.system("reconciliation").filter(organization__in=ids, stands=True)
    settled = Settlement.objects.system("reconciliation").filter(organization__in=ids, stands=True)
    arrived = Incoming.objects.system("reconciliation").filter(organization__in=ids)
    checks = [
        _check("应收党费 = 未交月份合计", of(1, Account.RECEIVABLE), _sums(charges.filter(settled=False)), names),
        _check("应收对应 = 未交月份合计", of(-1, Account.DUE), _sums(charges.filter(settled=False)), names),
        _check("已交月份 = 有效的交纳记录", _sums(charges.filter(settled=True)), _sums(settled), names),
        _check("待查款 = 未入账的来款", of(-1, Account.SUSPENSE), _sums(arrived, "left"), names),
        _paid(held, ids, payments, names),
        _assets(of(1, Account.CASH, Account.BANK, Account.ONLINE), ids, payments, arrived, names),
        _check("支出 = 已支付的支出单", of(1, Account.USED), _sums(
            Spending.objects.system("reconciliation").filter(organization__in=ids, state=SpendingState.PAID)), names),
    ]  # fmt: skip
    return [*checks, _balanced(ids), _receipts(ids, names), _transit(ids)]


def _balances(ids: Any) -> dict[tuple[int, str], Decimal]:
    rows = Posting.objects.system("reconciliation").filter(organization__in=ids).order_by()
    found = rows.values_list("organization_id", "account").annotate(whole=Total("amount"))
    return {(at, account): whole for at, account, whole in found}


def _sums(rows: Any, column: str = "amount") -> dict[int, Decimal]:
    """Return organisation -> sum of a column."""
    return {
        pk: whole or ZERO for pk, whole in rows.order_by().values_list("organization_id").annotate(whole=Total(column))
    }


def _check(label: str, books: dict[int, Decimal], records: dict[int, Decimal], names: dict[int, str]) -> Check:
    apart = [pk for pk in {*books, *records} if books.get(pk, ZERO) != records.get(pk, ZERO)]
    where = tuple(
        f"{names.get(pk, '')}：差 {books.get(pk, ZERO) - records.get(pk, ZERO)} 元" for pk in sorted(apart)[:20]
    )
    return Check(label, sum(books.values(), ZERO), sum(records.values(), ZERO), where)


def _paid(held: dict[tuple[int, str], Decimal], ids: Any, payments: Any, names: dict[int, str]) -> Check:
    """What was received by the entries of payments is what the receipts that stand say."""
    kinds = (Account.PAID, Account.VOLUNTARY, Account.LARGE)
    rows = Posting.objects.system("reconciliation").filter(organization__in=ids, account__in=kinds)
    rows = rows.exclude(entry__kind__in=["hand_up", "move"]).exclude(entry__reverses__kind="hand_up")
    books = {pk: -amount for pk, amount in _sums(rows).items()}
    return _check("实收党费 = 有效收据合计", books, _sums(payments), names)


def _assets(assets: dict[int, Decimal], ids: Any, payments: Any, arrived: Any, names: dict[int, str]) -> Check:
    """Cash, bank and online together are what the records leave: receipts in cash, transfers, what came from below, less what went."""
    records = _sums(payments.filter(method="cash"))

    def add(found: dict[int, Decimal], sign: int) -> None:
        for pk, amount in found.items():
            records[pk] = records.get(pk, ZERO) + sign * amount

    # where it arrived, also when the branch has merged since
    came = Incoming.objects.system("reconciliation").filter(entry__organization__in=ids).order_by()
    add(dict(came.values_list("entry__organization_id").annotate(whole=Total("amount"))), 1)
    add(_sums(arrived, "refunded"), -1)
    # what arrived above for a branch below lies with the branch
    moved = payments.filter(incoming__isnull=False).exclude(incoming__organization=F("organization"))
    add(_sums(moved), 1)
    above = Payment.objects.system("reconciliation").filter(stands=True, incoming__organization__in=ids)
    above = above.exclude(incoming__organization=F("organization")).order_by()
    add(dict(above.values_list("incoming__organization_id").annotate(whole=Total("amount"))), -1)
    sent = HandUp.objects.system("reconciliation").exclude(state=HandUpState.RECALLED).filter(organization__in=ids)
    whole = F("upward") + F("large")
    money = DecimalField(max_digits=14, decimal_places=2)
    add(dict(sent.order_by().values_list("organization_id").annotate(whole=Total(whole, output_field=money))), -1)
    got = HandUp.objects.system("reconciliation").filter(state=HandUpState.RECEIVED, superior__in=ids).order_by()
    add(dict(got.values_list("superior_id").annotate(whole=Total(whole, output_field=money))), 1)
    used = Spending.objects.system("reconciliation").filter(organization__in=ids, state=SpendingState.PAID)
    add(_sums(used), -1)
    joined = Posting.objects.system("reconciliation").filter(organization__in=ids, entry__key__startswith="join:")
    add(_sums(joined.filter(account__in=[Account.CASH, Account.BANK, Account.ONLINE])), 1)
    return _check("现金、银行、网上余额 = 收、付记录", assets, records, names)


def _balanced(ids: Any) -> Check:
    """Every entry adds up to nothing."""
    touched = Posting.objects.system("reconciliation").filter(organization__in=ids).values("entry_id")
    rows = Posting.objects.system("reconciliation").filter(entry__in=touched).order_by().values_list("entry_id")
    wrong = rows.annotate(whole=Total("amount")).filter(Q(whole__gte=SMALLEST) | Q(whole__lte=-SMALLEST))[:20]
    off = [(pk, whole) for pk, whole in wrong if round(whole, 2)]
    return Check("每笔分录借贷相等", sum((whole for _, whole in off), ZERO), ZERO, tuple(f"分录 {pk}" for pk, _ in off))


def _receipts(ids: Any, names: dict[int, str]) -> Check:
    """Receipts of a branch and year run from 1 without gaps."""
    rows = Payment.objects.system("reconciliation").filter(organization__in=ids).order_by()
    counted = rows.values_list("organization_id", "year").annotate(count=Count("pk"), most=Max("number"))
    gaps = [(pk, year, most - count) for pk, year, count, most in counted if most != count]
    where = tuple(f"{names.get(pk, '')} {year} 年缺 {n} 号" for pk, year, n in gaps)
    return Check("收据号连续，没有缺号", Decimal(sum(n for _, _, n in gaps)), ZERO, where)


def _transit(ids: Any) -> Check:
    """What was handed up and has not arrived; no difference, for it is known where it is: listed so that it is not forgotten."""
    rows = HandUp.objects.system("reconciliation").filter(organization__in=ids, state=HandUpState.SENT)
    whole = sum((one.whole for one in rows), ZERO)
    entries = Posting.objects.system("reconciliation").filter(
        entry__in=rows.values("sent_id"), account__in=[Account.CASH, Account.BANK]
    )
    gone = -(entries.aggregate(whole=Total("amount"))["whole"] or ZERO)
    return Check("在途上缴 = 已付出未确认", gone, whole)


def handed_and_used(organization_ids: Sequence[int], year: int) -> dict[str, Decimal]:
    """Return the figures of a yearly report: received, voluntary, large, from below, handed up, kept, used."""
    rows = Posting.objects.system("figures of a report").filter(
        organization_id__in=list(organization_ids), entry__on__year=year
    )

    def whole(sign: int, accounts: Sequence[str], **more: Any) -> Decimal:
        found = rows.filter(account__in=accounts, **more).aggregate(whole=Total("amount"))["whole"]
        return sign * (found or ZERO)

    handed = HandUp.objects.system("figures of a report").filter(
        organization_id__in=list(organization_ids), on__year=year
    )
    sums = handed.exclude(state=HandUpState.RECALLED).aggregate(
        up=Total("upward"), large=Total("large"), kept=Total("kept")
    )
    income = ["pay", "reverse"]
    return {
        "paid": whole(-1, [Account.PAID], entry__kind__in=income) - _recalled(rows, Account.PAID),
        "voluntary": whole(-1, [Account.VOLUNTARY], entry__kind__in=income) - _recalled(rows, Account.VOLUNTARY),
        "large": whole(-1, [Account.LARGE], entry__kind__in=income) - _recalled(rows, Account.LARGE),
        "below": whole(-1, [Account.BELOW, Account.BELOW_LARGE], entry__kind="receive"),
        "handed": (sums["up"] or ZERO) + (sums["large"] or ZERO),
        "kept": sums["kept"] or ZERO,
        "used": whole(1, [Account.USED]),
        "left": -_now(organization_ids, Account.KEPT) - _now(organization_ids, Account.USED),
    }


def _recalled(rows: Any, account: str) -> Decimal:
    """Return what the reversals of hand-ups gave back to an account: no income of the year."""
    back = rows.filter(account=account, entry__kind="reverse", entry__reverses__kind="hand_up")
    return -(back.aggregate(whole=Total("amount"))["whole"] or ZERO)


def _now(organization_ids: Sequence[int], account: str) -> Decimal:
    rows = Posting.objects.system("figures of a report").filter(
        organization_id__in=list(organization_ids), account=account
    )
    return rows.aggregate(whole=Total("amount"))["whole"] or ZERO


def places_with_money(actor: Actor, below: Organization | None = None) -> list[tuple[Organization, dict[str, Decimal]]]:
    """Return the organisations of a subtree that have postings, each with its balances; two queries."""
    places = visible_places(actor, below)
    held: dict[int, dict[str, Decimal]] = {}
    for (pk, account), amount in _balances(places.order_by().values("pk")).items():
        held.setdefault(pk, {})[account] = -amount if account in CREDIT else amount
    return [(one, held[one.pk]) for one in places.filter(pk__in=held).order_by("path")]
