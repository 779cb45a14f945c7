"""From the assembly that admits to full membership, as `development` calls it; probation extended or cancelled."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from zhibu.apps.membership import rules
from zhibu.apps.membership.events import MemberAdmitted, MemberMadeFull
from zhibu.apps.membership.models import (
    ChangeKind,
    Introducer,
    Member,
    MemberChange,
    MemberKind,
    RecordState,
    Status,
)
from zhibu.apps.membership.models.change import standing
from zhibu.apps.membership.params import eras, limits
from zhibu.apps.membership.services import changes
from zhibu.apps.membership.services.changes import MASSES, UNSAID, Decision, Entry
from zhibu.apps.organizations.models import Kind
from zhibu.apps.people.models import Person
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.apps.people.rules import GONE
from zhibu.apps.people.services.affiliations import Affiliate, affiliate
from zhibu.kernel.actions import Act, Refused
from zhibu.kernel.events import publish


def admit(
    act: Act,
    person: Person,
    branch: Any,
    on: date,
    *,
    introducers: Sequence[Person | str] = (),
    applied_on: date | None = None,
    decision: Decision = UNSAID,
) -> Member:
    """Make somebody a probationary member of a branch or group from the day of the assembly on.

    Opens the party relation, writes political status and date, publishes MemberAdmitted. introducers: full members,
    or names of such who are not known here. Raises Refused with the article.
    """
    person = Person.objects.system("who is admitted").select_for_update(of=("self",)).get(pk=person.pk)
    check_place(branch, on)
    if person.employment in GONE:
        raise Refused("此人已经离开或去世", code="gone")
    for fault in rules.admission(person.birth_date, applied_on, on, localdate(), limits()):
        raise Refused(fault.message, field="on", article=fault.article, code=fault.code)
    member = _row(person, branch)
    named = _introducers(person, introducers, on)
    values = {
        "kind": MemberKind.PROBATIONARY, "status": Status.NORMAL, "admitted_on": on, "full_on": None,
        "applied_on": applied_on, "probation_until": None, "left_on": None, "status_since": on,
    }  # fmt: skip
    political = {"political_status": "02", "joined_party_on": on, "full_member_on": None}
    changes.write(
        act,
        member,
        Entry(ChangeKind.ADMIT, on, values, political, article=rules.article("probation", on), decision=decision),
    )
    Introducer.objects.bulk_create([Introducer(member=member, person=p, name=name) for p, name in named])
    relation = changes.open_relation(person.pk)
    if relation is None or relation.organization_id != branch.pk:
        affiliate(act, person, Affiliate(Relation.PARTY, branch, on))
    member.refresh_from_db()
    publish(MemberAdmitted(member.pk, person.pk, on, act.actor, branch.pk))
    return member


def check_place(branch: Any, on: date) -> None:
    """Refuse what is no open branch or group on the day."""
    if branch.kind not in (Kind.BRANCH, Kind.GROUP):
        raise Refused("党员应当编入一个党支部或党小组", field="organization")
    if not branch.is_open(on):
        raise Refused("该支部在这一天尚未成立或已经撤销", field="organization")


def _row(person: Person, branch: Any) -> Member:
    rows = Member.objects.system("whether somebody was a member").filter(person=person, state=RecordState.LIVE)
    member: Member | None = rows.select_for_update(of=("self",)).first()
    if member is None:
        member = Member(person=person, organization=branch, kind=MemberKind.PROBATIONARY)
        try:
            with transaction.atomic():
                member.save()
        except IntegrityError as error:
            raise Refused("此人已有党员记录", code="member") from error
        return member
    if member.in_party:
        raise Refused("此人已经是党员", next_step="请在党员名册里查看。", code="member")
    if member.status == Status.DECEASED:
        raise Refused("此人已去世", code="gone")
    member.organization, member.person = branch, person
    member.save(update_fields=["organization"])
    return member


def _introducers(person: Person, some: Sequence[Person | str], on: date) -> list[tuple[Person | None, str]]:
    """Return (person, name); those known here must be full members that day (发展党员工作细则 art. 14)."""
    named: list[tuple[Person | None, str]] = []
    known = [one.pk for one in some if isinstance(one, Person)]
    rows = Member.objects.system("introducers").filter(person__in=known, state=RecordState.LIVE)
    full = {row.person_id for row in rows if row.in_party and rules.full_on(row.kind, row.full_on, on)}
    for one in some:
        if isinstance(one, str):
            named.append((None, one))
            continue
        if one.pk == person.pk:
            raise Refused("本人不能做自己的入党介绍人", field="introducers")
        if one.pk not in full:
            raise Refused(
                f"{one.name}在这一天不是正式党员，不能做入党介绍人",
                field="introducers",
                article="《发展党员工作细则》第十四条：由两名正式党员做入党介绍人",
            )
        named.append((one, one.name))
    return named


def make_full(act: Act, member: Member, on: date, *, decision: Decision = UNSAID, old_era: str = "") -> Member:
    """Make a probationary member a full one from a day on; publishes MemberMadeFull.

    old_era: the reason why a shorter probation than the rule of the time is right; without it such a day is refused.
    """
    member = changes.lock(member)
    _must_be_on_probation(member)
    ends = rules.probation_end(member.admitted_on, member.probation_until, eras())
    for fault in rules.becoming_full(member.admitted_on, ends, on, localdate(), reason=old_era):
        raise Refused(fault.message, field="on", article=fault.article, code=fault.code)
    values = {"kind": MemberKind.FULL, "full_on": on}
    political = {"political_status": "01", "full_member_on": on}
    changes.write(
        act, member, Entry(ChangeKind.FULL, on, values, political, article=rules.article("full", on), decision=decision)
    )
    publish(MemberMadeFull(member.pk, member.person_id, on, act.actor))
    return member


def extend_probation(
    act: Act, member: Member, until: date, *, on: date | None = None, decision: Decision = UNSAID
) -> Member:
    """Extend the probation once, by 6 to 12 months (art. 31); `until` is the last day of it plus one."""
    member = changes.lock(member)
    _must_be_on_probation(member)
    rows = MemberChange.objects.system("extensions of a member in hand").filter(standing(), member=member)
    once = rows.filter(kind=ChangeKind.EXTEND, on__gte=member.admitted_on or date.min).exists()
    ends = rules.probation_end(member.admitted_on, None, eras())
    for fault in rules.extension(ends, until, again=once, limits=limits()):
        raise Refused(fault.message, field="until", article=fault.article, code=fault.code)
    day = on or localdate()
    entry = Entry(
        ChangeKind.EXTEND,
        day,
        {"probation_until": until},
        until=until,
        article=rules.article("probation", day),
        decision=decision,
    )
    changes.write(act, member, entry)
    return member


def cancel_probation(act: Act, member: Member, on: date, *, decision: Decision = UNSAID) -> Member:
    """Cancel the probationary membership from a day on: the party relation ends with it; publishes MemberLeft."""
    member = changes.lock(member)
    _must_be_on_probation(member)
    if on > localdate():
        raise Refused("生效日期不能晚于今天", field="on")
    before = member.status
    entry = Entry(
        ChangeKind.CANCEL, on, {"status": Status.CANCELLED}, {"political_status": MASSES},
        article=rules.article("probation", on), decision=decision,
    )  # fmt: skip
    row = changes.write(act, member, entry)
    changes.end_relation(act, member, row, on)
    changes.tell(act, member, on, before)
    return member


def _must_be_on_probation(member: Member) -> None:
    if not member.in_party or member.kind != MemberKind.PROBATIONARY:
        raise Refused("此人不是预备党员", code="not_probationary")
