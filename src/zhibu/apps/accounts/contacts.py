"""How people and accounts are reached: what the kernel's messages ask."""

from collections.abc import Iterable
from typing import Any

from zhibu.apps.accounts.models import Account
from zhibu.apps.people.models import Person
from zhibu.kernel.messages import Contact


class Contacts:
    """The directory of `kernel.messages`; two queries for any number of people."""

    def people(self, person_ids: Iterable[int]) -> list[Contact]:
        """Return the contacts of people in the order given; the dead, merged and withdrawn records are left out."""
        wanted = list(person_ids)
        rows = Person.objects.system("how people are reached").filter(pk__in=wanted, state="live")
        rows = rows.exclude(employment="deceased")
        names = ("pk", "name", "mobile", "telephone", "email", "staff_number")
        people = {row["pk"]: row for row in rows.values(*names)}
        accounts = _accounts(person_id__in=list(people))
        by_person = {row["person_id"]: row for row in accounts}
        return [_contact(people[pk], by_person.get(pk)) for pk in wanted if pk in people]

    def accounts(self, account_ids: Iterable[int]) -> list[Contact]:
        """Return the contacts of active accounts, by their person where there is one."""
        rows = list(_accounts(pk__in=list(account_ids)))
        people = {one.person_id: one for one in self.people([r["person_id"] for r in rows if r["person_id"]])}
        return [people.get(row["person_id"]) or _contact(None, row) for row in rows]


def _accounts(**which: Any) -> Any:
    rows = Account.objects.system("how people are reached").filter(is_active=True, **which)
    return rows.values("pk", "person_id", "username", "display_name", "last_login")


def _contact(person: dict[str, Any] | None, account: dict[str, Any] | None) -> Contact:
    own, held = person or {}, account or {}
    return Contact(
        person_id=own.get("pk"),
        account_id=held.get("pk"),
        name=own.get("name") or held.get("display_name") or held.get("username", ""),
        mobile=own.get("mobile", ""),
        telephone=own.get("telephone", ""),
        email=own.get("email", ""),
        chat_name=own.get("staff_number") or held.get("username", ""),
        signs_in=held.get("last_login") is not None,
    )
