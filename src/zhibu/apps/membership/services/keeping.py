"""Keeping members in step with the people: rows appear by themselves, the branch is that of the open party relation."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from django.db import connection
from django.utils.timezone import localdate, now

from zhibu.apps.membership.events import MemberMadeFull, MemberMoved, MemberReturned
from zhibu.apps.membership.models import ChangeKind, Member, MemberChange, MemberKind, RecordState, Status
from zhibu.apps.membership.services.ties import Tie, end_ties
from zhibu.apps.people.models import Affiliation, Person
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.person import State
from zhibu.apps.people.services.bulk import fresh_uids
from zhibu.kernel.actor import Actor
from zhibu.kernel.bulk import ids_holding, in_iso, insert_plain, rows_holding
from zhibu.kernel.events import Veto, publish

#: political status of the code table -> kind of member
KINDS = {"01": MemberKind.FULL, "02": MemberKind.PROBATIONARY}
STATUS_OF = {kind: code for code, kind in KINDS.items()}
CHUNK = 5_000
_COLUMNS = [column for column in Member._meta.concrete_fields if not column.primary_key]


@dataclass
class Facts:
    """What the people app says of somebody: record state, political status, its dates, and the open party relation."""

    person_id: int
    state: str
    political_status: str
    joined: date | None
    full: date | None
    place: int | None = None
    since: date | None = None

    @property
    def kind(self) -> str:
        """The kind of member, "" for who is none."""
        return str(KINDS.get(self.political_status, "")) if self.state == State.LIVE else ""


@dataclass
class _Step:
    """What keeping one chunk in step comes to."""

    new: list[Facts] = field(default_factory=list)
    changed: dict[int, tuple[Member, set[str]]] = field(default_factory=dict)
    moved: list[tuple[Member, int, date]] = field(default_factory=list)
    back: list[tuple[Member, date]] = field(default_factory=list)
    full: list[tuple[Member, date]] = field(default_factory=list)


def keep(people: Sequence[int], actor: Actor, *, strict: bool = False) -> None:
    """Bring the rows of these people in step: a constant number of statements for each chunk of people.

    Somebody with an open party relation and the political status of a member gets a row; a row follows the relation,
    the kind and the dates. strict: refuse (Veto) to take status or relation from a member, which only an act of
    membership may. What an import says against a membership changes nothing here and is shown by the doctor.
    """
    some = iter(dict.fromkeys(people))
    while chunk := list(islice(some, CHUNK)):
        _keep_chunk(chunk, actor, strict)


def _keep_chunk(people: list[int], actor: Actor, strict: bool) -> None:
    step = _Step()
    members = {row.person_id: row for row in _rows(people)}
    for facts in _facts(people):
        member = members.get(facts.person_id)
        if member is None:
            if facts.kind and facts.place is not None:
                step.new.append(facts)
            continue
        if strict:
            _refuse(member, facts)
        _compare(step, member, facts)
    _insert(step.new)
    for member, names in step.changed.values():
        member.rev += 1
        member.save(update_fields=[*names, "rev"])
    _tell(step, actor)


def _tell(step: _Step, actor: Actor) -> None:
    """End what does not go along, and publish what came of it."""
    for member, on in step.back:
        MemberChange.objects.create(
            member=member, kind=ChangeKind.RETURN, on=on, status=member.status, member_kind=member.kind,
            organization_id=member.organization_id, by_account_id=actor.account_id, by_name=actor.name[:100],
            data={"before": {}, "after": {}}, source="relation",
        )  # fmt: skip
        publish(MemberReturned(member.pk, member.person_id, on, actor, member.organization_id))
    end_ties(actor, [Tie(member.person_id, member.organization_id, before, on) for member, before, on in step.moved])
    for member, before, on in step.moved:
        publish(MemberMoved(member.pk, member.person_id, on, actor, before, member.organization_id))
    for member, on in step.full:
        publish(MemberMadeFull(member.pk, member.person_id, on, actor))


def _rows(people: Sequence[int]) -> Iterable[Member]:
    """Return the members among these people, locked. Of an import's thousands hardly anybody is one yet."""
    known = ids_holding(Member, "person_id", people, f"state = '{RecordState.LIVE}'")
    if not known:
        return ()
    rows = Member.objects.system("members to keep in step").filter(pk__in=known, state=RecordState.LIVE)
    found: Iterable[Member] = rows.select_for_update(of=("self",))
    return found


def _facts(people: Sequence[int]) -> Iterator[Facts]:
    """Yield what the people app says, in plain rows: wording a query for thousands takes longer than answering it."""
    columns = ["person_id", "organization_id", in_iso("since")]
    open_ones = f"kind = '{Kind.PARTY}' AND until IS NULL"
    places = {
        pk: (place, since) for pk, place, since in rows_holding(Affiliation, columns, "person_id", people, open_ones)
    }
    columns = ["id", "state", "political_status", in_iso("joined_party_on"), in_iso("full_member_on")]
    for pk, state, political, joined, full in sorted(rows_holding(Person, columns, "id", people), key=itemgetter(0)):
        place, since = places.get(pk, (None, None))
        yield Facts(pk, state, political, _day(joined), _day(full), place, _day(since))


@lru_cache(maxsize=100_000)
def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _refuse(member: Member, facts: Facts) -> None:
    if not member.in_party:
        if facts.kind and facts.place is not None and member.status != Status.TRANSFERRED_OUT:
            raise Veto(
                f"此人已不是党员（{member.get_status_display()}），不能直接登记成党员",
                next_step="重新入党的，请按发展党员办理；除名等登记错了的，请在党员页撤销那次变动。",
                code="ended",
            )
        return
    if not facts.kind:
        raise Veto(
            "此人是党员，政治面貌不能直接改成非党员",
            next_step="请在党员管理里办理除名、退党、取消预备党员资格等；登记错的，请先核对党员记录。",
            code="member",
        )
    if facts.place is None:
        raise Veto(
            "党员的组织关系不能单独结束",
            next_step="换支部的请直接建立新的组织关系或办理接转；转出本系统的请办理组织关系转出。",
            code="member",
        )


def _compare(step: _Step, member: Member, facts: Facts) -> None:
    names: set[str] = set()
    if facts.state == State.WITHDRAWN:
        member.state = RecordState.WITHDRAWN
        names.add("state")
    elif member.in_party:
        if facts.kind:
            if facts.kind == MemberKind.FULL != member.kind:
                step.full.append((member, facts.full or localdate()))
            wanted = {"kind": facts.kind, "admitted_on": facts.joined, "full_on": facts.full}
            for name, value in wanted.items():
                if getattr(member, name) != value and not (value is None and name != "kind"):
                    setattr(member, name, value)
                    names.add(name)
        if facts.place is not None and facts.place != member.organization_id:
            step.moved.append((member, member.organization_id, facts.since or localdate()))
            member.organization_id = facts.place
            names.add("organization")
    elif member.status == Status.TRANSFERRED_OUT and facts.kind and facts.place is not None:
        step.back.append((member, facts.since or localdate()))
        member.status, member.left_on, member.organization_id = Status.NORMAL, None, facts.place
        member.status_since, member.kind = facts.since, facts.kind
        names |= {"status", "left_on", "organization", "status_since", "kind"}
    if names:
        step.changed[member.pk] = (member, names)


def _insert(new: Sequence[Facts]) -> None:
    """Insert rows in one statement; the act that wrote the people has said so in the trail."""
    if not new:
        return
    adapt = connection.ops
    uids = fresh_uids(len(new))
    blank = Member(status=Status.NORMAL, created_at=now())
    prepared = {
        str(column.column): column.get_db_prep_save(getattr(blank, column.attname), connection) for column in _COLUMNS
    }
    own = ("uid", "person_id", "organization_id", "kind", "admitted_on", "full_on")
    same = [name for name in prepared if name not in own]
    rest, as_day = tuple(prepared[name] for name in same), adapt.adapt_datefield_value
    rows = [
        (next(uids), one.person_id, one.place, one.kind, as_day(one.joined), as_day(one.full), *rest) for one in new
    ]
    insert_plain(Member, [*own, *same], rows)
