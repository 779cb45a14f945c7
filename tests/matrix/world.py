"""Two sibling subtrees under one root: the seen one, and the other, whose every text carries a mark that may never show.

Some people belong to both sides. One person of the seen side carries a secret in every field group.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests import factories
from tests.factories import LONG_AGO
from tests.matrix import apps, factors, sensitive
from tests.matrix.cards import cards_of
from tests.matrix.caring import care_for
from tests.matrix.sensitive import ASCII_MARK, MARK
from zhibu.apps.accounts.models import (
    Account,
    PastPassword,
    Role,
    RoleAssignment,
    SessionRecord,
    Slip,
    SlipSheet,
)
from zhibu.apps.accounts.queries import actor_for
from zhibu.apps.organizations.models import Cover, Organization, Term
from zhibu.apps.people.codes import choices
from zhibu.apps.people.models import Affiliation, Distinct, LifeEvent, Merge, Person, Post, Reveal
from zhibu.apps.people.services.parts import PARTS
from zhibu.kernel import audit, files
from zhibu.kernel.actor import Actor, Grant
from zhibu.kernel.files.models import Attachment
from zhibu.kernel.imports.models import ImportBatch, ImportEffect
from zhibu.kernel.imports.staging import Staging
from zhibu.kernel.jobs.models import Job, State


@dataclass
class Side:
    """One subtree with everything that can hang in it; `objects` is model label -> records, `word` stands in every text."""

    word: str
    code: str
    unit: Organization
    organizations: list[Organization]
    people: list[Person] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    objects: dict[str, list[Any]] = field(default_factory=dict)

    def keep(self, *made: Any) -> Any:
        """Remember records under their model; returns the first."""
        for one in made:
            self.objects.setdefault(one._meta.label, []).append(one)
        return made[0]

    def of(self, kind: str) -> Organization:
        """Return the first organisation of that kind."""
        return next(o for o in self.organizations if o.kind == kind)


@dataclass
class World:
    """Both sides, the accounts by role that stand over the seen one, and who belongs to both."""

    root: Organization
    seen: Side
    other: Side
    accounts: dict[str, Account]
    subject: Person
    both: Person


def build() -> World:
    """Make the world; files and staging folders are the caller's."""
    root = factories.organization("东江集团", "unit")
    other = make_side(root, MARK, ASCII_MARK)
    seen = make_side(root, "东山", "DS")
    accounts = {code: clerk(seen, code) for code in sensitive.ROLES}
    subject = sensitive.subject(seen.unit, seen.of("branch"))
    seen.keep(subject)
    seen.people.append(subject)
    seen.keep(*Role.objects.system("test").all()[:2])  # everybody's
    both = between(seen, other)
    everything(root, seen, other, accounts)
    return World(root=root, seen=seen, other=other, accounts=accounts, subject=subject, both=both)


def make_side(root: Organization, word: str, code: str) -> Side:
    """Make one subtree and one of everything in it."""
    more = {
        "short_name": f"{word}简称",
        "region": f"{word}地区",
        "address": f"{word}路 1 号",
        "introduction": f"{word}简介",
    }
    kinds = ("committee", "general_branch", "branch", "department", "workstation")
    unit = factories.organization(f"{word}公司", "unit", root, code=f"{code}-unit", **more)
    found = [unit]
    for kind in kinds:
        found.append(factories.organization(f"{word}{kind}", kind, unit, code=f"{code}-{kind}", phone=f"{code}-phone"))
    branch = found[3]
    found.append(factories.organization(f"{word}小组", "group", branch, code=f"{code}-group"))
    found.append(factories.organization(f"{word}二支部", "branch", unit, code=f"{code}-b2"))
    found.append(
        factories.organization(f"{word}旧部", "department", unit, code=f"{code}-old", dissolved_on=date(2024, 1, 1))
    )
    side = Side(word, code, unit, found)
    side.keep(*found)
    _people(side)
    _accounts(side)
    _belongings(side)
    _platform(side)
    cards_of(side)
    care_for(side)
    apps.call("side", side)
    return side


def _people(side: Side) -> None:
    unit, branch, station = side.unit, side.of("branch"), side.of("workstation")
    for n, name in enumerate(("甲", "乙", "丙")):
        person = factories.person(
            f"{side.word}{name}",
            unit,
            party=branch,
            staff_number=f"{side.code}-{n}",
            native_place=f"{side.word}县",
            former_names=f"{side.word}旧名",
            birth_date=date(1980, 1, 1 + n),
            email=f"{side.code.lower()}{n}@example.org",
            address_living=f"{side.word}街",
            position=f"{side.word}岗",
            skills=f"{side.word}技",
            photo=files.store_made(sensitive.picture(), mime="image/jpeg"),
        )
        side.people.append(side.keep(person))
        side.keep(
            Affiliation.objects.create(
                person=person, organization=station, kind="service", since=LONG_AGO, note=f"{side.word}备注"
            )
        )
        side.keep(
            Post.objects.create(
                person=person, organization=branch, kind="member", since=LONG_AGO, note=f"{side.word}备注"
            )
        )
    for code, label in choices("employment"):
        side.keep(factories.person(f"{side.word}{label}", unit, employment=code))
    _records(side)


def _records(side: Side) -> None:
    """Parts, a merge, a life event, a pair of two people and a look at a number, all of the side's first people."""
    first, second, third = side.people
    for name, model in PARTS.items():
        side.keep(sensitive.part(name, model, first, side.word, side.code))
    gone = factories.person(f"{side.word}丁", side.unit)
    Person.objects.system("test").filter(pk=gone.pk).update(state="merged", merged_into=first)
    side.keep(
        Merge.objects.create(kept=first, dropped=gone, reason=f"{side.word}合并依据", filled={"position": side.word})
    )
    side.keep(
        LifeEvent.objects.create(
            person=first,
            kind="change_post",
            effective_on=date(2024, 1, 1),
            reason=f"{side.word}任免",
            by_name=side.word,
            data={
                "before": {"position": side.word},
                "after": {"position": first.position},
                "kinds": [],
                "kept": [],
                "cut": [],
                "made": [],
                "posts": [],
            },
        )
    )
    side.keep(Distinct.objects.create(first=second, second=third))
    side.keep(
        Reveal.objects.create(
            person=first, field="identity_number", reason=f"{side.word}事由", account_id=1, account_name=side.word
        )
    )


def _accounts(side: Side) -> None:
    holder = Account.objects.create(
        username=f"{side.code.lower()}-holder",
        display_name=f"{side.word}管理员",
        person=side.people[0],
        must_change_password=False,
    )
    plain = Account.objects.create(
        username=f"{side.code.lower()}-plain", display_name=f"{side.word}技术员", must_change_password=False
    )
    off = Account.objects.create(
        username=f"{side.code.lower()}-off", display_name=f"{side.word}停用", person=side.people[1], is_active=False
    )
    side.accounts += [side.keep(one) for one in (holder, plain, off)]
    role = Role.objects.system("test").get(code="branch_secretary")
    own = assignment(holder, role, side.unit, f"{side.word}任命", None)
    soon = assignment(plain, role, side.of("branch"), f"{side.word}代职", date.today() + timedelta(days=10))
    lent = assignment(plain, role, side.unit, f"{side.word}代理", date.today() + timedelta(days=5))
    RoleAssignment.objects.system("test").filter(pk=lent.pk).update(delegated_from=own)
    ending = assignment(
        plain,
        Role.objects.system("test").get(code="admin"),
        side.unit,
        f"{side.word}试用",
        date.today() + timedelta(days=9),
    )
    side.keep(own, soon, lent, ending)
    side.keep(
        SessionRecord.objects.create(
            account=plain, agent=f"{side.word}电脑", address="10.9.8.7", seen_at=timezone.now()
        )
    )
    factors.hang(side, plain)
    side.keep(PastPassword.objects.create(account=plain, password=f"{side.word}旧密码", at=timezone.now()))
    sheet = SlipSheet.objects.create(
        requested_by_id=holder.pk, label=f"{side.word}密码条", expires_at=timezone.now() + timedelta(hours=20)
    )
    side.keep(sheet)
    side.keep(Slip.objects.create(sheet=sheet, account=plain, password=f"{side.code}-first-password"))


def assignment(account: Account, role: Role, at: Organization, reason: str, until: date | None) -> RoleAssignment:
    """Give a role without asking anybody."""
    made: RoleAssignment = RoleAssignment.objects.create(
        account=account, role=role, organization=at, since=LONG_AGO, until=until, reason=reason, granted_by_name=reason
    )
    return made


def _belongings(side: Side) -> None:
    today = date.today()
    station, branch = side.of("workstation"), side.of("branch")
    side.keep(Cover.objects.create(organization=station, covered=branch, since=LONG_AGO))
    side.keep(
        Term.objects.create(organization=branch, number=1, since=date(2023, 1, 1), until=today + timedelta(days=60))
    )
    blob = files.store_made(f"{side.word}正文 {side.code}".encode(), mime="text/plain")
    for permission in ("people.view", "organizations.view"):
        side.keep(
            Attachment.objects.create(
                blob=blob,
                organization=side.unit,
                object_type="organizations.Organization",
                object_id=str(side.unit.pk),
                name=f"{side.word}附件.txt",
                permission=permission,
            )
        )
    actor = Actor(account_id=side.accounts[0].pk, name=f"{side.word}经办")
    records = [*side.organizations, *side.people, *side.accounts]
    audit.record_many(
        audit.AuditLine(
            actor, "test.note", f"{side.word}记事", one._meta.label, str(one.pk), side.unit.pk,
            (audit.Change("note", "备注", f"{side.word}前", f"{side.word}后"),), f"{side.word}缘由",
        )
        for one in records
    )  # fmt: skip


def _platform(side: Side) -> None:
    """Jobs in every state and imports in most, as others of that side asked for them."""
    who = side.accounts[0].pk
    for state in (State.DONE, State.FAILED, State.RUNNING, State.QUEUED):
        side.keep(
            Job.objects.create(
                kind="console.export",
                label=f"{side.word}任务",
                organization=side.unit,
                requested_by_id=who,
                state=state,
                payload={"screen": "people", "query": side.word},
                message=f"{side.word}说明",
                error=f"{side.word} error",
                result={"url": "/", "label": f"{side.word}结果"},
                not_before=timezone.now() + timedelta(days=1),
            )
        )
    _imports(side, who)


def _imports(side: Side, who: int) -> None:
    file = files.store_made(f"姓名,工号\n{side.word}甲,{side.code}-0\n".encode(), mime="text/csv")
    for spec in ("people.people", "organizations.organizations"):
        for state in ("uploaded", "checked", "applying", "done", "failed"):
            batch = ImportBatch.objects.create(
                spec=spec,
                label=f"{side.word}导入",
                organization=side.unit,
                requested_by_id=who,
                requested_by_name=side.word,
                file=file,
                file_name=f"{side.word}花名册.csv",
                state=state,
                reason=f"{side.word}说明",
                sheet=side.word,
                counts={"rows": 1, "create": 1, "update": 0, "same": 0, "error": 0, "written": int(state == "done")},
            )
            with Staging(batch.uid) as staged:
                staged.put_sheets([])
            side.keep(batch)
    side.keep(
        ImportEffect.objects.create(
            batch=batch, row=2, object_id=side.people[0].pk, created=False, rev_after=9, before={"name": side.word}
        )
    )


def clerk(side: Side, role: str) -> Account:
    """Make the account that holds a built-in role over the whole seen side, and its person, who is in the branch."""
    own = factories.person(f"东山{sensitive.ROLES[role]['name'][:6]}", side.unit, party=side.of("branch"))
    made: Account = factories.account(f"ds-{role}", role, side.unit, of=own)
    side.keep(made)
    side.keep(RoleAssignment.objects.system("test").get(account=made))
    return made


def between(seen: Side, other: Side) -> Person:
    """Make those who belong to both sides: one whose record is kept here, one kept there, each with an account."""
    here = factories.person("两边人一", seen.unit, party=other.of("branch"), staff_number="BOTH-1")
    Affiliation.objects.create(
        person=here, organization=other.of("workstation"), kind="service", since=LONG_AGO, note=f"{MARK}备注"
    )
    Post.objects.create(
        person=here, organization=other.of("branch"), kind="secretary", since=LONG_AGO, note=f"{MARK}备注"
    )
    Post.objects.create(person=here, organization=seen.unit, kind="head", since=LONG_AGO)
    there = factories.person("两边人二", other.unit, party=seen.of("branch"), staff_number="BOTH-2")
    role = Role.objects.system("test").get(code="branch_secretary")
    for person in (here, there):
        account = factories.account(f"both-{person.pk}", "branch_officer", seen.of("branch"), of=person)
        assignment(account, role, other.unit, f"{MARK}任命", None)
        seen.accounts.append(seen.keep(account))
        seen.people.append(seen.keep(person))
    seen.keep(Cover.objects.create(organization=seen.of("workstation"), covered=other.of("branch"), since=LONG_AGO))
    Cover.objects.create(organization=other.of("workstation"), covered=seen.of("branch"), since=LONG_AGO)
    return here


def master(root: Organization) -> Actor:
    """Return somebody who may do everything everywhere."""
    from zhibu.apps.accounts.permissions import permissions

    return Actor(account_id=0, name="总部经办", grants=tuple(Grant(code, root.path) for code in permissions()))


def everything(root: Organization, seen: Side, other: Side, accounts: dict[str, Account]) -> None:
    """Let real acts across both sides leave their real lines in the history of those who belong to both."""
    from tests.matrix import caring, collecting, national, story, told

    story.tell(master(root), seen, other, accounts)
    subject = next(p for p in seen.people if p.name == "东山当事人")
    collecting.collect(root, seen, other, accounts["member"].person, subject)
    told.tell(seen, accounts)
    caring.help_of(seen, accounts["member"].person)
    caring.help_of(other)
    told.tell(other, {})
    national.checks_of(seen, subject, other.people[0])
    national.checks_of(other)
    for state in ("uploaded", "checked"):
        counts = {"rows": 1, "create": 1, "update": 0, "same": 0, "error": 0}
        clerk = accounts["organization_department"]
        file = seen.objects["kernel.ImportBatch"][0].file
        batch = ImportBatch.objects.create(
            spec="people.people", label="东山导入", organization=seen.unit, requested_by_id=clerk.pk, file=file,
            file_name="名单.csv", state=state, counts=counts,
        )  # fmt: skip
        with Staging(batch.uid) as staged:
            staged.put_sheets([])
        seen.keep(batch)
    apps.call("world", root, seen, other, accounts)


def actor_of(world: World, role: str) -> Actor:
    """Return who acts for a role's account."""
    return actor_for(world.accounts[role])
