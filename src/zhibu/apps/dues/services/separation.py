"""Nobody approves their own."""

from zhibu.kernel.actions import Refused
from zhibu.kernel.actor import Actor


def apart(actor: Actor, account_id: int | None, person_id: int | None, what: str) -> None:
    """Raise Refused when the actor, or whom they act for, did the first step."""
    same_account = account_id is not None and actor.account_id == account_id
    same_person = person_id is not None and person_id in (actor.person_id, actor.for_whom)
    if same_account or same_person:
        raise Refused(f"不能{what}", next_step="请由另一位有权限的同志办理。", code="separation")
