"""What happens to cases when people and organisations change."""

from collections.abc import Collection
from datetime import date
from typing import Any

from zhibu.apps.development.models import Case, Move, SpecialAdmission, State
from zhibu.apps.development.services.opening import end
from zhibu.apps.development.services.steps import carry_files
from zhibu.apps.membership import queries as membership
from zhibu.apps.membership.models import ENDED
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor


def _act(actor: Actor) -> Act:
    return Act(actor, "development.case.follow", "发展过程随之变更")


def _open(**which: Any) -> Any:
    rows = Case.objects.system("cases that follow an event").filter(state=State.OPEN, **which)
    return rows.select_for_update(of=("self",)).select_related("person", "organization")


def member_moved(actor: Actor, person_id: int, on: date) -> None:
    """A probationary member's relation went to another branch: the case follows and is looked through there."""
    branch = membership.branch_of(person_id, on)
    for case in _open(person_id=person_id):
        if branch is not None and branch.pk != case.organization_id:
            carry(_act(actor), case, branch, on, "组织关系接转")


def carry(act: Act, case: Case, branch: Any, on: date, reason: str, *, arriving: bool = True) -> None:
    """Put a case, and the files of its papers, under another branch."""
    source, case.organization, case.arriving = case.organization, branch, arriving
    if arriving:
        Move(case=case, source=source, target=branch, on=on, reason=reason, by_name=act.actor.name[:100]).save()
    carry_files(case, branch)
    case.rev += 1
    case.save()
    act.log(case, organization_id=source.pk, summary=f"转出发展过程：{case.person.name}，转{branch}（{reason}）"[:200])
    act.log(case, summary=f"转入发展过程：{case.person.name}，来自{source}（{reason}）"[:200])


def status_changed(actor: Actor, person_id: int, after: str, on: date) -> None:
    """A member left the Party otherwise than by a decision made here: the case ends."""
    if after in ENDED:
        for case in _open(person_id=person_id):
            if case.proposal != "cancel":
                end(_act(actor), case, State.LEFT, on, "党籍状态改变", f"发展过程随党籍状态结束：{case.person.name}")


def died(actor: Actor, person_id: int, on: date) -> None:
    """The person died."""
    for case in _open(person_id=person_id):
        end(_act(actor), case, State.LEFT, on, "去世", f"发展过程结束：{case.person.name}去世")


def merging(actor: Actor, kept_id: int, dropped_id: int) -> None:
    """Two records of one person become one: the case that came further goes on, the other ends."""
    _one_special(actor, kept_id, dropped_id)
    both = list(_open(person_id__in=[kept_id, dropped_id]))
    if len(both) < 2:
        return
    from zhibu.apps.development.rules import STAGES

    order = list(STAGES)
    less = min(both, key=lambda case: (order.index(case.stage), -case.pk))
    day = less.created_at.date()
    end(_act(actor), less, State.LEFT, day, "与另一份发展过程重复", f"合并重复的发展过程：{less.person.name}")


def _one_special(actor: Actor, kept_id: int, dropped_id: int) -> None:
    """Of two records of being received otherwise the older one stands."""
    rows = SpecialAdmission.objects.system("specials of a person who is merged").select_for_update(of=("self",))
    both = list(rows.filter(person__in=[kept_id, dropped_id], withdrawn_why="").order_by("pk"))
    for one in both[1:]:
        one.withdrawn_why, one.rev = "与另一份登记重复", one.rev + 1
        one.save(update_fields=["withdrawn_why", "rev"])
        _act(actor).log(one, summary=f"合并重复的登记：{one}")


def merged(
    actor: Actor, source_ids: Collection[int], survivor_id: int, reason: str, keys: Collection[str] | None = None
) -> None:
    """Branches became one, or a part became one of its own: the cases go there, without being looked through anew."""
    survivor = Organization.objects.system("where the cases of a merged branch go").get(pk=survivor_id)
    rows = _open(organization_id__in=list(source_ids))
    if keys is not None:
        rows = rows.filter(person__in=Person.objects.system("who went to a part").filter(uid__in=list(keys)))
    for case in rows:
        from django.utils.timezone import localdate

        carry(_act(actor), case, survivor, localdate(), reason, arriving=False)


def open_at(organization_id: int) -> int:
    """Return how many open cases an organisation has."""
    return int(
        Case.objects.system("may a branch be dissolved").filter(organization=organization_id, state=State.OPEN).count()
    )


def refresh_all() -> int:
    """Set anew what comes next in every open case: a version may have come into force, a calendar may have been loaded.

    Only what changed is saved, and a revision is not counted: nobody did anything. Returns how many changed.
    """
    from zhibu.apps.development.services.steps import refresh

    names = ("stage", "next_step", "next_due", "next_from", "ready", "review_due")
    changed = 0
    for case in Case.objects.system("what comes next, nightly").filter(state=State.OPEN).iterator(200):
        before = [getattr(case, name) for name in names]
        refresh(case)
        if before != [getattr(case, name) for name in names]:
            case.save(update_fields=names)
            changed += 1
    return changed
