"""Writing a row of the roster of members, and taking it back: nothing is deleted, a row that it made is withdrawn."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.membership.models import Introducer, Member, MemberChange, RecordState
from zhibu.apps.membership.services import changes, keeping
from zhibu.apps.membership.services.records import name_introducers
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.services.affiliations import Affiliate, affiliate
from zhibu.kernel.actions import Act
from zhibu.kernel.imports.spec import Effect

COLUMNS = ("kind", "applied_on", "admitted_on", "full_on", "note")


def write(act: Act, one: Any) -> Effect:
    """Write one judged row: the person's political status and dates, the relation, the member; return what it did."""
    created = one.member is None
    before, _ = changes.write_person(act, one.person, one.political)
    begun = _begin_relation(act, one)
    if begun is None and created:
        keeping.keep([one.person.pk], act.actor)
    rows = Member.objects.system("a member in hand").filter(person=one.person, state=RecordState.LIVE)
    member: Member = rows.select_for_update(of=("self",)).select_related("organization").get()
    kept = {name: changes.stored(getattr(one.member, name)) for name in COLUMNS} if not created else {}
    names = _names(member) if one.introducers is not None else None
    for name in COLUMNS:
        setattr(member, name, one.after[name])
    member.rev += 1
    member.save(update_fields=[*COLUMNS, "rev"])
    if one.introducers is not None:
        name_introducers(member, one.introducers)
    verb = "导入建立" if created else "导入更新"
    act.log(member, changes=one.changes, summary=f"{verb}：{one.person.name}的党员信息")
    effect = {"member": kept, "person": before, "relation": begun, "introducers": names, "rev": one.person.rev}
    return Effect(one.row.number, member.pk, created, member.rev, effect)


def _begin_relation(act: Act, one: Any) -> int | None:
    if one.branch is None:
        return None
    today, founded = localdate(), one.branch.founded_on
    since: date = one.after.get("admitted_on") or today
    if founded is not None and since < founded:
        since = founded
    made = affiliate(act, one.person, Affiliate(Kind.PARTY, one.branch, min(since, today)))
    one.person.refresh_from_db(fields=["rev"])
    return int(made.pk)


def _names(member: Member) -> list[str]:
    rows = Introducer.objects.system("introducers of a member in hand").filter(member=member, withdrawn_at__isnull=True)
    return list(rows.values_list("name", flat=True))


def undo(act: Act, effects: Sequence[Any]) -> list[int]:
    """Take back effects on members nobody touched since; return the rows left alone."""
    rows = Member.objects.system("undo of an import").select_for_update(of=("self",))
    found = rows.select_related("person", "organization").in_bulk([effect.object_id for effect in effects])
    changed = MemberChange.objects.system("undo of an import").filter(member__in=list(found))
    used = set(changed.values_list("member_id", flat=True))
    left = []
    for effect in effects:
        member = found.get(effect.object_id)
        if (
            member is None
            or member.rev != effect.rev_after
            or member.person.rev != effect.before["rev"]
            or (effect.created and member.pk in used)
        ):
            left.append(effect.row)
        else:
            _take_back(act, member, effect)
    return left


def _take_back(act: Act, member: Member, effect: Any) -> None:
    kept, person = effect.before, member.person
    if effect.created:
        member.state = RecordState.WITHDRAWN
    for name, value in kept["member"].items():
        setattr(member, name, _read(Member, name, value))
    member.rev += 1
    member.save(update_fields=["state", *COLUMNS, "rev"])
    if kept["introducers"] is not None:
        name_introducers(member, tuple(kept["introducers"]))
    if kept["relation"] is not None:
        relation = (
            Affiliation.objects.system("undo of an import").filter(pk=kept["relation"], until__isnull=True).first()
        )
        if relation is not None:
            relation.until, relation.rev = relation.since, relation.rev + 1
            relation.save(update_fields=["until", "rev"])
    changes.write_person(act, person, {name: _read(Person, name, value) for name, value in kept["person"].items()})
    act.log(member, summary=f"撤销导入：{person.name}的党员信息")


def _read(model: type[Any], name: str, value: Any) -> Any:
    return model._meta.get_field(name).to_python(value)
