"""The party relation goes to another branch, out of the platform, or comes in: as `transfers` calls it."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership import rules
from zhibu.apps.membership.events import MemberReturned
from zhibu.apps.membership.models import ChangeKind, Member, MemberKind, RecordState, Status
from zhibu.apps.membership.params import limits
from zhibu.apps.membership.services import changes
from zhibu.apps.membership.services.admitting import check_place
from zhibu.apps.membership.services.changes import UNSAID, Decision, Entry
from zhibu.apps.membership.services.keeping import STATUS_OF
from zhibu.apps.people.models import Person
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.apps.people.services.affiliations import Affiliate, affiliate
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.events import publish


def move(act: Act, member: Member, to_organization: Any, on: date) -> Member:
    """Move the party relation to another branch or group from a day on; the old one ends on the same day.

    Party posts and roles tied to the old branch end; MemberMoved is published. Raises Refused at `on`, `organization`.
    """
    member = changes.lock(member)
    if not member.in_party:
        raise Refused("此人不是党员，没有组织关系可以转接", code="ended")
    check_place(to_organization, on)
    if member.organization_id == to_organization.pk:
        raise Refused("组织关系已经在这里", field="organization", code="unchanged")
    affiliate(act, member.person, Affiliate(Relation.PARTY, to_organization, on, reason=act.reason))
    return changes.lock(member)


def leave(act: Act, member: Member, on: date, *, decision: Decision = UNSAID, source: str = "") -> Member:
    """The party relation leaves the platform for another system (转出); the person remains a member elsewhere."""
    member = changes.lock(member)
    if not member.in_party:
        raise Refused("此人不是党员，没有组织关系可以转出", code="ended")
    if on > localdate():
        raise Refused("生效日期不能晚于今天", field="on")
    before = member.status
    entry = Entry(ChangeKind.TRANSFER_OUT, on, {"status": Status.TRANSFERRED_OUT}, decision=decision, source=source)
    row = changes.write(act, member, entry)
    changes.end_relation(act, member, row, on)
    changes.tell(act, member, on, before)
    return member


def receive(
    act: Act,
    person: Person,
    organization: Any,
    on: date,
    *,
    kind: str = MemberKind.FULL,
    admitted_on: date | None = None,
    full_on: date | None = None,
    source: str = "",
) -> Member:
    """A member comes in from outside, or back: the relation opens; dates left out stay as the person's record has them."""
    person = Person.objects.system("who comes in").select_for_update(of=("self",)).get(pk=person.pk)
    check_place(organization, on)
    member = _who_comes(person, organization, kind)
    admitted, full = admitted_on or person.joined_party_on, full_on or person.full_member_on
    for fault in rules.dates(person.birth_date, admitted, full, localdate(), limits()):
        raise Refused(fault.message, field=fault.code, article=fault.article, code=fault.code)
    full_day = full if kind == MemberKind.FULL else None
    values = {
        "kind": kind,
        "status": Status.NORMAL,
        "admitted_on": admitted,
        "full_on": full_day,
        "status_since": on,
        "left_on": None,
    }
    political = {
        "political_status": STATUS_OF[MemberKind(kind)],
        "joined_party_on": admitted,
        "full_member_on": full_day,
    }
    changes.write(act, member, Entry(ChangeKind.RETURN, on, values, political, source=source))
    relation = changes.open_relation(person.pk)
    if relation is None or relation.organization_id != organization.pk:
        affiliate(act, person, Affiliate(Relation.PARTY, organization, on))
    member = changes.lock(member)
    publish(MemberReturned(member.pk, person.pk, on, act.actor, organization.pk))
    return member


def _who_comes(person: Person, organization: Any, kind: str) -> Member:
    """Return the row of somebody who comes in, made or found, at the new place."""
    if person.employment == "deceased":
        raise Refused("此人已去世", code="gone")
    rows = Member.objects.system("who comes in").filter(person=person, state=RecordState.LIVE)
    member: Member | None = rows.select_for_update(of=("self",)).first()
    if member is None:
        member = Member(person=person, organization=organization, kind=kind)
        member.save()
        return member
    if member.in_party:
        raise Refused("此人的组织关系已经在本系统", next_step="请在系统内办理接转。", code="member")
    member.organization, member.person = organization, person
    member.save(update_fields=["organization"])
    return member
