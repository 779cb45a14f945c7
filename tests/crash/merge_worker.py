"""Run in processes of their own by test_merge_crash.py: `prepare N`, `merge`, `check N`."""

import sys

import django

django.setup()

from tests import factories  # noqa: E402
from zhibu.apps.organizations.models import Organization  # noqa: E402
from zhibu.apps.people.models import Affiliation, Merge, Person, Relative, SearchKey  # noqa: E402
from zhibu.apps.people.services.merge import MergeInto  # noqa: E402
from zhibu.kernel import actions  # noqa: E402
from zhibu.kernel.audit import AuditEntry, verify  # noqa: E402


def prepare(pairs: int) -> None:
    house = factories.house()
    for n in range(pairs):
        factories.person("陈桂芳", house.root, staff_number=f"K{n:03}")
        twin = factories.person("陈桂芳", house.station, party=house.east, staff_number=f"D{n:03}")
        Relative.objects.create(person=twin, name="陈小明", relation="子")


def merge() -> None:
    root = Organization.objects.system("crash test").get(parent=None)
    actor = factories.actor(("people.view", "people.merge", "organizations.view"), root)
    everyone = Person.objects.system("crash test").filter(state="live")
    print("ready", flush=True)
    for dropped in everyone.filter(staff_number__startswith="D").order_by("pk"):
        kept = everyone.get(staff_number="K" + dropped.staff_number[1:])
        data = MergeInto(dropped=dropped, reason="crash")
        actions.perform(actions.get("people.person.merge"), actor, uid=kept.uid, data=data)
        print("merged", flush=True)


def check(pairs: int) -> None:
    """Every pair is wholly merged or wholly apart, and each merge has its record and its audit lines once."""
    everyone = Person.objects.system("crash test")
    merged = list(everyone.filter(state="merged"))
    for dropped in merged:
        assert Merge.objects.system("crash test").filter(kept=dropped.merged_into, dropped=dropped).count() == 1
        for model in (Relative, Affiliation, SearchKey):
            assert not model.objects.system("crash test").filter(person=dropped).exists(), model
    apart = list(everyone.filter(state="live", staff_number__startswith="D"))
    assert len(apart) + len(merged) == pairs
    for person in apart:
        assert Relative.objects.system("crash test").filter(person=person).count() == 1
        assert Affiliation.objects.system("crash test").filter(person=person, until=None).count() == 2
    lines = AuditEntry.objects.system("crash test").filter(action="people.person.merge")
    assert lines.count() == 2 * len(merged)
    assert verify().ok
    print(len(merged))


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    {"prepare": prepare, "merge": merge, "check": check}[word](*map(int, rest))
