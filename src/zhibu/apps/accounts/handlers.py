"""What this app does when something happens elsewhere."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.timezone import localdate

from zhibu.apps.accounts.models import Account, Role, RoleAssignment
from zhibu.apps.accounts.queries import seat_of
from zhibu.apps.accounts.services import guards, moving, session_list
from zhibu.apps.accounts.services.roles import sync_builtin
from zhibu.apps.organizations.events import OrganizationDissolving, OrganizationMerged, OrganizationSplit
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.events import PersonDied, PersonMerging
from zhibu.kernel import audit
from zhibu.kernel.events import Veto, subscribe


def sync_roles(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """After every migration: the built-in roles follow their table, if the database has come that far."""
    connection = connections[using]
    with connection.cursor() as cursor:
        columns = (
            {column.name for column in connection.introspection.get_table_description(cursor, Role._meta.db_table)}
            if Role._meta.db_table in connection.introspection.table_names(cursor)
            else set()
        )
    if {field.column for field in Role._meta.concrete_fields} <= columns:
        sync_builtin()


@subscribe(OrganizationDissolving)
def refuse_while_roles_are_held(event: OrganizationDissolving) -> None:
    """An organisation where somebody still holds a role is not dissolved."""
    held = RoleAssignment.objects.system("dissolving an organisation").filter(
        RoleAssignment.live(max(event.on, localdate())), organization_id=event.organization_id
    )
    names = sorted({str(row) for row in held.select_related("account", "role", "organization")[:4]})
    if names:
        raise Veto(f"还有人在这里任角色：{'；'.join(names[:3])}{'等' if len(names) > 3 else ''}。请先结束这些角色")


@subscribe(PersonMerging)
def settle_accounts(event: PersonMerging) -> None:
    """One person signs in by one account: of two the disabled one stands for itself from now on, with its roles and trail."""
    rows = Account.objects.system("accounts of records that become one").select_for_update(of=("self",))
    both = list(rows.filter(person_id__in=[event.kept_id, event.dropped_id]).order_by("pk"))
    if len(both) < 2:
        return
    disabled = [account for account in both if not account.is_active]
    if not disabled:
        raise Veto("两份主档都有账号", next_step="请先在“账号”里停用其中一个，再合并；停用的不再与人员关联。")
    account = next((one for one in disabled if one.person_id == event.dropped_id), disabled[0])
    where = seat_of(account)
    account.person, account.rev = None, account.rev + 1
    account.save(update_fields=["person", "rev"])
    summary = f"随主档合并，停用的账号 {account.username} 不再与人员关联"
    audit.record(event.actor, "accounts.account.detach", account, summary=summary, organization_id=where)


@subscribe(PersonDied)
def close_account(event: PersonDied) -> None:
    """Nobody signs in as the dead. Refused for the last account that manages all others: somebody must follow first.

    Taking the death back opens nothing: that is for the account's administrator.
    """
    rows = Account.objects.system("account of the dead").filter(person_id=event.person_id, is_active=True)
    account = rows.select_for_update(of=("self",)).first()
    if account is None:
        return
    guards.refuse_last_manager(account)
    account.is_active, account.rev = False, account.rev + 1
    account.save(update_fields=["is_active", "rev"])
    session_list.end_all(account, session_list.End.DISABLED)
    changes = [audit.Change("is_active", "启用", "是", "否")]
    summary = f"随去世登记停用账号：{account}"
    audit.record(
        event.actor,
        "accounts.account.disable",
        account,
        summary=summary,
        organization_id=seat_of(account),
        changes=changes,
    )


@subscribe(OrganizationMerged)
def see_to_roles(event: OrganizationMerged) -> None:
    """Roles at the merged organisations end, or go to the one that remains, as was chosen."""
    if event.roles != "move":
        moving.end_roles(event.actor, event.source_ids, event.reason)
        return
    target = Organization.objects.system("target of a merger").get(pk=event.survivor_id)
    moving.move_roles(event.actor, event.source_ids, target, event.reason)


@subscribe(OrganizationSplit)
def end_roles_of_a_split(event: OrganizationSplit) -> None:
    """Roles stay with the old organisation; they end when it does. Those at the new ones are granted anew."""
    if event.dissolved:
        moving.end_roles(event.actor, (event.source_id,), event.reason)
