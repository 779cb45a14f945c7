"""User names proposed for people, and first passwords with their hashes."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db.models import Q

from zhibu.apps.accounts import rules
from zhibu.apps.accounts.models import Account
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Refused

FALLBACK = "user"
LONGEST_STEM = 30


@dataclass(frozen=True)
class FirstPassword:
    """A password to be handed out once, with the hash that is stored."""

    plain: str
    hashed: str

    def __repr__(self) -> str:
        return "FirstPassword(***)"


def make_first_password() -> FirstPassword:
    """Return a new one. Hashing takes tens of milliseconds on purpose: many are best made before the transaction."""
    plain = rules.first_password(secrets.choice)
    return FirstPassword(plain, make_password(plain))


def stem(person: Person) -> str:
    """Return what a person's user name is made from: the staff number if it will do, else the name in pinyin."""
    number = rules.normal_username(person.staff_number)
    if rules.username_fault(number) is None:
        return number
    from pypinyin import lazy_pinyin  # slow to load; see people.search

    spelled = "".join(lazy_pinyin(person.name)).lower()
    letters = "".join(c for c in spelled if c.isascii() and c.isalnum())[:LONGEST_STEM]
    return letters if len(letters) > 1 else FALLBACK


def propose(person: Person, taken: Iterable[str] | None = None) -> str:
    """Return a free user name for the person: 10023, zhangwei, zhangwei2 …; `taken` saves the look-up for many."""
    base = stem(person)
    used = set(taken) if taken is not None else taken_names([base])
    if base not in used:
        return base
    return next(name for number in count(2) if (name := f"{base}{number}") not in used)


def taken_names(stems: Iterable[str]) -> set[str]:
    """Return the user names in use that start with one of the stems."""
    condition = Q(pk__in=[])
    for one in set(stems):
        condition |= Q(username__startswith=one)
    return set(Account.objects.system("free user names").filter(condition).values_list("username", flat=True))


def check_username(text: str, *, account: Account | None = None, person: Person | None = None) -> str:
    """Return the normalised user name; raises Refused at the field when it is ill-formed, taken, or another's number.

    A user name that is somebody else's staff number or phone would keep that person from signing in with it.
    """
    name = rules.normal_username(text)
    if fault := rules.username_fault(name):
        raise Refused(fault.message, field="username", code="username")
    others = Account.objects.system("free user names").filter(username=name)
    if account is not None:
        others = others.exclude(pk=account.pk)
    owners = Person.objects.system("numbers used to sign in").filter(Q(staff_number__iexact=name) | Q(mobile=name))
    if person is not None:
        owners = owners.exclude(pk=person.pk)
    if others.exists() or owners.filter(merged_into__isnull=True).exists():
        raise Refused(
            "这个用户名不能用，已被使用", field="username", next_step="请换一个，例如在后面加数字。", code="taken"
        )
    return name
