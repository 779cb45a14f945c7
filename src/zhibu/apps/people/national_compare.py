"""A file from the national member system against the members here: who is only here, only there, and what differs."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from zhibu.apps.people.models import NationalCheck, NationalDifference, Person
from zhibu.apps.people.models.national import CheckState, DifferenceKind
from zhibu.apps.people.national_layout import BRANCH, layout
from zhibu.apps.people.national_members import Branch, branches_of, members, needed, party_inside, readable, value_of
from zhibu.apps.people.national_sheet import Line, read
from zhibu.apps.people.services.persons import identity_hash
from zhibu.kernel.actor import Actor
from zhibu.kernel.crypto import mask_identity
from zhibu.kernel.identity import Identity, parse_identity
from zhibu.kernel.jobs import JobFailed

Values = list[tuple[str, str, str]]
PAGE = 5_000
NUMBER = "identity_number"


class Comparison:
    """One file against the members of one organisation. Reads in a few queries, whatever the number of rows; writes nothing."""

    def __init__(self, check: NationalCheck, actor: Actor) -> None:
        self.check, self.layout = check, layout(check.layout)
        self.everybody = readable(
            Person.objects.system("narrowed by every permission below"), actor, needed(self.layout)
        )
        rows = members(self.everybody).filter(party_inside(check.organization.path)).order_by("name", "pk")
        self.people: dict[int, Person] = {person.pk: person for person in rows}
        self.branches = branches_of(list(self.people))
        self.by_number = {bytes(p.identity_blind): p for p in self.people.values() if p.identity_blind}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in self.people.values():
            self.by_name[person.name].append(person)
        self.taken: dict[int, int] = {}
        self.same = 0

    def differences(self, lines: Sequence[Line]) -> Iterator[NationalDifference]:
        """Yield a row of the report for everything that does not agree: the file's rows in order, then who is only here."""
        numbers = {line.number: _Number(line, self.by_number) for line in lines}
        meant = self._meant(lines, numbers)
        elsewhere = self._elsewhere([numbers[line.number].text for line in lines if line.number not in meant])
        for line in lines:
            number = numbers[line.number]
            if (person := meant.get(line.number)) is None:
                yield self._only_there(line, number, elsewhere.get(number.text))
            elif self.taken[person.pk] != line.number:
                other = f"（这一行写的是“{line.name}”）" if line.name != person.name else ""
                note = f"与第 {self.taken[person.pk]} 行是同一个人{other}，请在全国系统中查重。"
                yield self._row(DifferenceKind.ERROR, person.name, person=person, number=line.number, note=note)
            elif values := self._values(person, line, number):
                wrong = bool(line.wrong or number.fault)
                kind = DifferenceKind.ERROR if wrong else DifferenceKind.DIFFERS
                yield self._row(kind, person.name, person=person, number=line.number, values=values)
            else:
                self.same += 1
        for person in self.people.values():
            if person.pk not in self.taken:
                yield self._row(DifferenceKind.HERE_ONLY, person.name, person=person, values=self._ours(person))

    def _meant(self, lines: Sequence[Line], numbers: dict[int, "_Number"]) -> dict[int, Person]:
        """Return row -> person: all that a number says first, then whom name and birth date alone fit."""
        meant: dict[int, Person] = {}
        for line in lines:
            text = numbers[line.number].text
            if text and (person := self.by_number.get(identity_hash(text))) is not None:
                meant[line.number] = person
                self.taken.setdefault(person.pk, line.number)
        for line in lines:
            born = line.values.get("birth_date") or numbers[line.number].born
            if line.number in meant or born is None:
                continue
            alike = [p for p in self.by_name[line.name] if p.birth_date == born and p.pk not in self.taken]
            if len(alike) == 1:
                meant[line.number] = alike[0]
                self.taken[alike[0].pk] = line.number
        return meant

    def _elsewhere(self, numbers: Sequence[str]) -> dict[str, Person]:
        """Return number -> person for those who are known, but not as members of the organisation compared."""
        hashes = {identity_hash(number): number for number in numbers if number}
        found: dict[str, Person] = {}
        keys = iter(hashes)
        while page := list(islice(keys, PAGE)):
            for person in self.everybody.filter(state="live", identity_blind__in=page):
                found[hashes[bytes(person.identity_blind)]] = person
        return found

    def _only_there(self, line: Line, number: "_Number", known: Person | None) -> NationalDifference:
        wrong = bool(line.wrong or number.fault)
        alike = len([p for p in self.by_name[line.name] if p.pk not in self.taken]) if line.name else 0
        note = f"比对范围内有 {alike} 位同名的党员没有对上，请核对是不是同一个人。" if alike else ""
        values: Values = []
        for name in (column.field for column in self.layout.columns):
            if name in line.wrong or (name == NUMBER and number.fault):
                values.append((name, "", _said(name, line, number)))
            elif name in line.values and name != "name":
                values.append((name, "", self._shown(name, line.values[name])))
        branch = str(line.values.get(BRANCH) or "")
        kind = DifferenceKind.ERROR if wrong else DifferenceKind.THERE_ONLY
        return self._row(
            kind, line.name or "（没有姓名）", person=known, number=line.number, note=note, values=values, branch=branch
        )

    def _values(self, person: Person, line: Line, number: "_Number") -> Values:
        """Return the fields in which they differ or that cannot be read; blanks count where the check asks for them."""
        found: Values = []
        for name in (column.field for column in self.layout.columns):
            ours = value_of(person, name, self.branches)
            if name in line.wrong or (name == NUMBER and number.fault):
                found.append((name, self._shown(name, ours), _said(name, line, number)))
                continue
            if name not in line.values:
                continue
            theirs = line.values[name]
            if name == NUMBER:
                theirs = number.text or theirs
            if theirs in (None, ""):
                if self.check.blanks and ours not in (None, ""):
                    found.append((name, self._shown(name, ours), ""))
            elif not self._equal(person, name, ours, theirs):
                found.append(self._pair(name, ours, theirs))
        return found

    def _pair(self, name: str, ours: Any, theirs: Any) -> tuple[str, str, str]:
        one, other = self._shown(name, ours), self._shown(name, theirs)
        hidden = "（打码的几位不同）" if one == other else ""
        return name, one, other + hidden

    def _equal(self, person: Person, name: str, ours: Any, theirs: Any) -> bool:
        if name == BRANCH:
            return "".join(str(theirs).split()) in self.branches.get(person.pk, Branch()).also
        return bool(str(ours or "").strip() == str(theirs).strip())

    def _ours(self, person: Person) -> Values:
        names = [column.field for column in self.layout.columns if column.field not in ("name", BRANCH)]
        return [(n, self._shown(n, value_of(person, n, self.branches)), "") for n in names]

    def _shown(self, name: str, value: Any) -> str:
        text = self.layout.shown(name, value)
        return mask_identity(text) if name == NUMBER and text else text

    def _row(
        self, kind: DifferenceKind, name: str, *, person: Person | None = None, number: int | None = None,
        note: str = "", values: Values | None = None, branch: str | None = None,
    ) -> NationalDifference:  # fmt: skip
        if branch is None:
            branch = self.branches.get(person.pk, Branch()).name if person else ""
        made = NationalDifference(
            check_of=self.check, organization_id=self.check.organization_id, kind=kind, person=person, row=number,
            name=name[:100], branch=branch[:200], note=note[:400],
        )  # fmt: skip
        filled = [value for value in values or [] if value[1] or value[2]]
        made.values = json.dumps(filled, ensure_ascii=False) if filled else None
        return made


class _Number:
    """The document number of a row: as it is stored here, "" when there is none; what is wrong with it; the birth it says."""

    def __init__(self, line: Line, known: dict[bytes, Person]) -> None:
        self.text, self.fault, self.born = "", "", None
        given = line.values.get(NUMBER)
        if not given:
            return
        parsed = parse_identity(given, localdate())
        folded = "".join(str(given).split()).upper()
        if isinstance(parsed, Identity):
            self.text, self.born = parsed.number, parsed.birth
        elif identity_hash(folded) in known:  # a passport or another document
            self.text = folded
        else:
            self.fault = parsed.message


def _said(name: str, line: Line, number: _Number) -> str:
    """Return what stands in a bad cell and what is wrong with it; of a number only its ends are shown."""
    raw, message = line.wrong.get(name) or (str(line.values[name]), number.fault)
    if name == NUMBER:
        raw = mask_identity(raw)
    return f"“{raw}”：{message}" if raw and raw not in message else message


def compare(check: NationalCheck, actor: Actor, job: Any) -> dict[str, int]:
    """Compare and keep the report: all of it or none, and only while this job is the check's. Returns the counts."""
    comparison = Comparison(check, actor)
    lines = read(check)
    found = list(comparison.differences(lines))
    counts = {kind.value: 0 for kind in DifferenceKind}
    for row in found:
        counts[row.kind] += 1
    counts |= {"here": len(comparison.people), "there": len(lines), "same": comparison.same}
    with transaction.atomic():
        mine = NationalCheck.objects.system("the job's own check").filter(
            pk=check.pk, state=CheckState.READING, job_id=job.pk
        )
        if not mine.update(state=CheckState.DONE, counts=counts):
            raise JobFailed("这次核对已经结束，没有再写入。")
        NationalDifference.objects.bulk_create(found, batch_size=2_000)
    return counts
