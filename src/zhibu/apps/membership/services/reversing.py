"""Taking back a change that was entered by mistake, by a record of its own."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership.models import ChangeKind, Member, MemberChange
from zhibu.apps.membership.models.change import standing
from zhibu.apps.membership.services import changes
from zhibu.apps.people.models import Affiliation
from zhibu.kernel.actions import Act, Refused

TOUCHED = "此后这些内容又有修改，不能直接撤销"
MEND = "请先撤销后来的变动，或按现在的情况登记新的变动。"
_DATES = frozenset(
    name for name in (*changes.MEMBER, *changes.PERSON) if name.endswith(("_on", "_until", "_from", "_since"))
)


def last_of(member: Member) -> MemberChange | None:
    """Return the change entered last that stands."""
    rows = MemberChange.objects.system("changes of a member in hand").filter(standing(), member=member)
    found: MemberChange | None = rows.order_by("-pk").first()
    return found


def take_back(act: Act, change: MemberChange) -> MemberChange:
    """Restore member and person as before the change, if nobody touched them since, and open the relation again."""
    member = changes.lock(change.member)
    last = last_of(member)
    if last is None or last.pk != change.pk:
        raise Refused("只能撤销最近登记的一次变动", next_step=MEND, code="not_last")
    data = change.data
    for source, after in ((member, "after"), (member.person, "person_after")):
        for name, value in data.get(after, {}).items():
            if changes.stored(getattr(source, name)) != value:
                raise Refused(TOUCHED, next_step=MEND, code="touched")
    values = {name: _read(name, value) for name, value in data["before"].items()}
    political = {name: _read(name, value) for name, value in data.get("person_before", {}).items()}
    entry = changes.Entry(ChangeKind.REVERSAL, change.on, values, political)
    back = changes.write(act, member, entry)
    change.reversed_by, change.rev = back, change.rev + 1
    change.save(update_fields=["reversed_by", "rev"])
    _reopen(member, data.get("relation"))
    change.member = member
    return back


def _reopen(member: Member, relation: Any) -> None:
    """Open the party relation again that the change had ended."""
    if not relation:
        return
    pk, rev = relation
    rows = Affiliation.objects.system("relation of a change taken back").filter(pk=pk)
    row = rows.select_for_update(of=("self",)).select_related("organization").get()
    if changes.open_relation(member.person_id) is not None or row.rev != rev:
        raise Refused(TOUCHED, next_step=MEND, code="touched")
    if not row.organization.is_open(localdate()):
        raise Refused("原来所在的支部已经撤销，不能直接恢复", next_step="请按现在的情况办理。", code="gone")
    row.until, row.rev = None, row.rev + 1
    row.save(update_fields=["until", "rev"])


def _read(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in _DATES and value else value
