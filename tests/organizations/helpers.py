"""Short ways to act as somebody."""

import uuid
from typing import Any

from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actions import get, perform
from zhibu.kernel.actor import Actor

ALL = ("organizations.view", "organizations.edit", "organizations.restructure", "organizations.import")


def do(action_code: str, actor: Actor, obj: Any = None, /, **data: Any) -> Any:
    """Perform an action through its input dataclass; return the service's result."""
    action = get(action_code)
    form = action.form_class()
    assert form is not None
    assert form.input is not None
    outcome = perform(
        action, actor, uid=obj.uid if obj is not None else None, data=form.input(**data), key=uuid.uuid4()
    )
    return outcome.result


def again(organization: Organization) -> Organization:
    """Return the record as the database has it now."""
    found: Organization = Organization.objects.system("test").get(pk=organization.pk)
    return found


def assert_consistent() -> None:
    """Every organisation but the root stands one step under its parent's path, and no two share a path."""
    rows = {row.pk: row for row in Organization.objects.system("test")}
    assert len({row.path for row in rows.values()}) == len(rows)
    for row in rows.values():
        parent_path = rows[row.parent_id].path if row.parent_id else ""
        assert row.path[:-4] == parent_path, f"{row.name}: {row.path} is not under {parent_path}"
