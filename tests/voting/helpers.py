"""A branch that votes: its members, the roll, a vote by any method; and the scrutineers' codes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from tests import factories
from zhibu.apps.accounts.models import Account
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models import Person
from zhibu.apps.voting import queries, sealed
from zhibu.apps.voting.curve import write
from zhibu.apps.voting.models import Motion, Roll, Trustee, Voter
from zhibu.apps.voting.services import motions, online, rolls
from zhibu.apps.voting.services.motions import NewMotion, Opening
from zhibu.apps.voting.services.papers import Evidence
from zhibu.kernel.actions import Act
from zhibu.kernel.actor import Actor

HOST = ("voting.view", "voting.manage", "voting.count", "organizations.view", "people.view")
AGREED = Evidence("东党复〔2026〕7 号", url="/petitions/1/")


def act(actor: Actor | None = None, code: str = "test.act") -> Act:
    return Act(actor=actor or Actor(account_id=1, name="书记"), code=code, wording="测试")


@dataclass
class Branch:
    """A branch with its members in order; the last `probationary` of them have no vote."""

    organization: Organization
    people: list[Person] = field(default_factory=list)
    probationary: int = 0

    def roll(self, rule: str = "assembly", on: date | None = None, subject: Any = None) -> Roll:
        last = len(self.people) - self.probationary
        rows = [
            rolls.RollRow(
                person.pk, person.name, "正式党员" if n < last else "预备党员", n < last, "" if n < last else "预备党员"
            )
            for n, person in enumerate(self.people)
        ]
        return rolls.freeze(
            act(), organization=self.organization, on=on or localdate(), rule=rule, rows=rows, subject=subject, title="大会"
        )  # fmt: skip


def branch(organization: Organization, members: int, probationary: int = 0) -> Branch:
    """Make a branch of so many full members, and so many probationary ones besides."""
    people = [
        factories.person(f"党员{n:02d}", organization, party=organization, political_status="01")
        for n in range(members + probationary)
    ]
    return Branch(organization, people, probationary)


def motion(roll: Roll, rule: str = "ordinary", method: str = "hands", **more: Any) -> Motion:
    return motions.draft(act(), roll, NewMotion(more.pop("title", "关于评先推优的决议"), rule, method, **more))


def opened(roll: Roll, present: int, rule: str = "ordinary", method: str = "hands", **more: Any) -> Motion:
    """Open a vote with the first `present` of those entitled there."""
    return open_with(motion(roll, rule, method, **more), present)


def open_with(made: Motion, present: int) -> Motion:
    return motions.open_(act(), made, Opening(list(queries.entitled(made.roll)[:present])))


def online_motion(roll: Roll, trustees: Sequence[Person], **more: Any) -> tuple[Motion, dict[int, str]]:
    """Prepare an online ballot whose scrutineers have taken their codes; returns trustee id -> code."""
    for person in trustees:
        if not Account.objects.system("test").filter(person=person).exists():
            factories.account(f"u{person.pk}", of=person)
    made = motion(roll, more.pop("rule", "ordinary"), "online", approval=AGREED, trustees=trustees, **more)
    codes = {trustee.pk: take(trustee) for trustee in Trustee.objects.system("test").filter(motion=made)}
    made.refresh_from_db()
    return made, codes


def take(trustee: Trustee) -> str:
    """Take a scrutineer's code, as their page does."""
    code = sealed.new_code()
    secret = online.secret_of(trustee, code)
    proof = sealed.prove_secret(secret, online.context(trustee))
    online.take_key(act(), trustee, online.Share(write(sealed.public_of(secret)), proof))
    return code


def cast(voter: Voter, *choices: str) -> Voter:
    """Vote, as the voter's page does: sealed first, then put in its place."""
    ballot = sealed.seal(online.frame(voter.motion), str(voter.uid), choices)
    return online.cast(Act(Actor(name="党员"), "test.cast"), voter, online.Sealed(ballot))


def open_sums(motion: Motion, codes: dict[int, str]) -> Motion:
    """Let every scrutineer type the code."""
    for trustee in Trustee.objects.system("test").filter(motion=motion).order_by("pk"):
        secret = online.secret_of(trustee, codes[trustee.pk])
        sums, _ = online.sums_of(motion)
        shares = sealed.open_share(online.frame(motion), secret, sums)
        online.open_share(act(), trustee, online.Opened(shares))
    motion.refresh_from_db()
    return motion
