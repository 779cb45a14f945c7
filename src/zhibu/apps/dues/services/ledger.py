"""Writing entries: their postings add up to nothing, each key once. Balances are sums of postings and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from zhibu.apps.dues.models import Account, Entry, EntryKind, Posting
from zhibu.apps.dues.models.common import Total
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.services.bulk import fresh_uids
from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import allocate_ids, insert_models, insert_rows

#: (account, amount): positive debits, negative credits
Side = tuple[str, Decimal]


_ENTRY = (
    "id", "uid", "organization_id", "on", "kind", "words", "key", "reverses_id", "by_account_id", "by_name", "recorded_at",
)  # fmt: skip
_POSTING = ("entry_id", "organization_id", "account", "amount")


class Plain(NamedTuple):
    """An entry of one organisation to be written with many; without sides it says that there is nothing to balance."""

    organization_id: int
    words: str
    key: str
    sides: Sequence[Side]


class Unbalanced(Exception):
    """Postings that do not add up to nothing: an error in the program, never of a user."""


def post(
    actor: Actor, organization: Any, on: date, kind: EntryKind, words: str, key: str, sides: Sequence[Side], *,
    elsewhere: Iterable[tuple[Any, str, Decimal]] = (), reverses: Entry | None = None,
) -> Entry:  # fmt: skip
    """Write an entry at an organisation; elsewhere: sides at other organisations (a move of balances).

    Raises Unbalanced, and IntegrityError when the key was used before.
    """
    rows = [(organization.pk, account, amount) for account, amount in sides if amount]
    rows += [(other.pk, account, amount) for other, account, amount in elsewhere if amount]
    if sum((amount for _, _, amount in rows), Decimal(0)) or not rows:
        raise Unbalanced(f"{key}: {rows}")
    entry = Entry(
        organization_id=organization.pk, on=on, kind=kind, words=words[:200], key=key, reverses=reverses,
        by_account_id=actor.account_id, by_name=actor.name[:100],
    )  # fmt: skip
    entry.save()
    insert_models(
        [Posting(entry=entry, organization_id=at, account=account, amount=amount) for at, account, amount in rows]
    )
    return entry


def post_many(actor: Actor, on: date, kind: EntryKind, rows: Sequence[Plain]) -> list[int]:
    """Write many entries as `post` does, in four statements; return their ids in order. Raises as `post` does."""
    for row in rows:
        if sum((amount for _, amount in row.sides), Decimal(0)):
            raise Unbalanced(f"{row.key}: {row.sides}")
    ids, here = allocate_ids(Entry, len(rows)), connection.ops
    day, moment = here.adapt_datefield_value(on), here.adapt_datetimefield_value(timezone.now())
    who, name = actor.account_id, actor.name[:100]
    insert_rows(
        Entry, _ENTRY,
        (
            (pk, uid, row.organization_id, day, kind.value, row.words[:200], row.key, None, who, name, moment)
            for pk, uid, row in zip(ids, fresh_uids(len(rows)), rows, strict=True)
        ),
    )  # fmt: skip
    sides = ((pk, row.organization_id, side) for pk, row in zip(ids, rows, strict=True) for side in row.sides)
    insert_rows(
        Posting, _POSTING, ((pk, at, str(account), str(amount)) for pk, at, (account, amount) in sides if amount)
    )
    return ids


def reverse(actor: Actor, entry: Entry, on: date, words: str) -> Entry:
    """Write the opposite of an entry; the link is unique, so that it is reversed at most once."""
    postings = Posting.objects.system("postings of an entry in hand").filter(entry=entry).select_related("organization")
    sides = [(row.organization, row.account, -row.amount) for row in postings]
    return post(
        actor,
        entry.organization,
        on,
        EntryKind.REVERSE,
        words,
        f"reverse:{entry.pk}",
        (),
        elsewhere=sides,
        reverses=entry,
    )


def balance(organization: Any, *accounts: Account) -> Decimal:
    """Return the balance of accounts of an organisation together: debits less credits."""
    rows = Posting.objects.system("balance of an organisation in hand").filter(
        organization=organization, account__in=accounts
    )
    return rows.aggregate(whole=Total("amount"))["whole"] or Decimal("0.00")


def enough(organization: Any, account: Account, amount: Decimal, next_step: str, field: str | None = None) -> None:
    """Lock the organisation's books and raise Refused where there is less than the amount: nobody gives what is not there."""
    Organization.objects.system("money of an organisation in hand").select_for_update(of=("self",)).get(
        pk=organization.pk
    )
    have = balance(organization, account)
    if amount > have:
        raise Refused(
            f"{organization}的{account.label}只有 {have} 元，不够 {amount} 元", field=field, next_step=next_step, code="short"
        )  # fmt: skip


def balances(organization_ids: Iterable[int]) -> dict[tuple[int, str], Decimal]:
    """Return (organisation, account) -> balance; one query."""
    rows = Posting.objects.system("balances of visible organisations").filter(
        organization_id__in=list(organization_ids)
    )
    found = rows.order_by().values_list("organization_id", "account").annotate(whole=Total("amount"))
    return {(at, account): whole for at, account, whole in found}
