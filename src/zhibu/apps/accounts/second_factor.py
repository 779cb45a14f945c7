"""Who has a second factor, and who must: asked at every sign-in, on every page, in the access review and by the doctor."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account, Factor, Role, RoleAssignment
from zhibu.apps.accounts.permissions import NOT_LENT, second_factor
from zhibu.apps.accounts.queries import in_force
from zhibu.kernel.actor import Actor


def factors_of(account_id: int) -> "QuerySet[Factor]":
    """Return the factors an account can prove itself with, oldest first."""
    rows: QuerySet[Factor] = Factor.objects.system("second factors of one account").filter(
        Factor.in_use(), account_id=account_id
    )
    return rows.order_by("confirmed_at", "pk")


def has_one(account_id: int) -> bool:
    """Tell whether the account has a second factor."""
    return factors_of(account_id).exists()


def exempt(account: Account) -> bool:
    """Tell whether nobody is asked: everybody may enter a demo account by a click, where a demonstration runs."""
    return bool(settings.DEMO and account.is_demo)


def must_have(account: Account, actor: Actor) -> bool:
    """Tell whether the account may do nothing without a second factor, by what it holds today or after a reset."""
    return not exempt(account) and (account.must_set_factor or actor.may_any(second_factor()))


def with_factor() -> Q:
    """Condition on accounts: has a second factor."""
    rows = Factor.objects.system("accounts with a second factor").filter(Factor.in_use(), account_id=OuterRef("pk"))
    return Q(Exists(rows))


def forced(today: date | None = None) -> Q:
    """Condition on accounts: must have one. The demo accounts of a demonstration are left out."""
    asked = second_factor()
    own, lent = [], []
    for pk, codes in Role.objects.system("roles that force a second factor").values_list("pk", "permissions"):
        found = asked & set(codes)
        own += [pk] if found else []
        lent += [pk] if found - NOT_LENT else []
    held = RoleAssignment.objects.system("who must have a second factor").filter(
        in_force(today or localdate()), account_id=OuterRef("pk")
    )
    by_role = held.filter(Q(role__in=own, delegated_from__isnull=True) | Q(role__in=lent, delegated_from__isnull=False))
    condition = Q(is_active=True) & (Q(Exists(by_role)) | Q(must_set_factor=True))
    return condition & Q(is_demo=False) if settings.DEMO else condition


def told(rows: Any) -> Any:
    """Return the accounts with `has_second` and `must_second`."""
    yes = BooleanField()
    return rows.annotate(
        has_second=ExpressionWrapper(with_factor(), output_field=yes),
        must_second=ExpressionWrapper(forced(), output_field=yes),
    )


def state(has: bool, must: bool) -> tuple[str, str]:
    """Return in words and colour how it stands with an account's second factor."""
    if has:
        return "有", "ok"
    return ("须设置", "late") if must else ("没有", "plain")


def lacking(rows: Any) -> Any:
    """Return those of the accounts that must have a second factor and have none."""
    return rows.filter(forced()).exclude(with_factor())
