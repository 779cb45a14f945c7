"""What `zhibu doctor` looks at in the records of people."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet

from zhibu.apps.people import search
from zhibu.apps.people.models import Affiliation, Person, SearchKey
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.person import State
from zhibu.kernel import doctor
from zhibu.kernel.doctor import Finding

REASON = "doctor"
SAMPLE, PAGE, NAMED = 500, 2000, 3


@doctor.check(300, "人员归属")
def homes(full: bool) -> Finding:
    """Every live person has one open home; without one nobody could see the record."""
    homes = Affiliation.objects.system(REASON).filter(person=OuterRef("pk"), kind=Kind.HOME, until=None)
    live = Person.objects.system(REASON).filter(state=State.LIVE)
    lost = live.exclude(Exists(homes))
    if count := lost.count():
        return doctor.fault(
            f"{count} 人没有归属单位，谁也看不到他们（人员编号 {_named(lost.values_list('pk', flat=True)[:NAMED])}）",
            "请把这一行发给技术支持，补上归属单位。",
        )
    return doctor.ok(f"{live.count():,} 人都有归属单位")


@doctor.check(310, "人员检索")
def keys(full: bool) -> Finding:
    """Who is live is found by exactly the keys that their record gives; who is not, by none."""
    stored = SearchKey.objects.system(REASON)
    people = Person.objects.system(REASON)
    strays = people.exclude(state=State.LIVE).filter(Exists(stored.filter(person_id=OuterRef("pk"))))
    live = people.filter(state=State.LIVE)
    wrong = [*strays.values_list("pk", flat=True)[:NAMED]]
    bare = live.exclude(Exists(stored.filter(person_id=OuterRef("pk"))))
    wrong += bare.values_list("pk", flat=True)[:NAMED]
    chosen = live.order_by("pk") if full else live.order_by("-pk")[:SAMPLE]
    wrong += _differing(chosen)
    if wrong:
        return doctor.fault(
            f"有人员的检索键与主档不一致（人员编号 {_named(wrong[:NAMED])}），可能查不到或查到旧姓名",
            "请运行 zhibu search rebuild，重写全部检索键；使用中也可以做。",
        )
    return doctor.ok("检索键与主档一致" if full else "检索键齐全，抽查与主档一致")


def _differing(people: "QuerySet[Person]") -> list[int]:
    """Return the people whose stored keys are not those of their record, in pages."""
    wrong = []
    rows = iter(people.iterator(PAGE))
    while page := list(islice(rows, PAGE)):
        found = defaultdict(set)
        stored = SearchKey.objects.system(REASON).filter(person_id__in=[person.pk for person in page])
        for person_id, key in stored.values_list("person_id", "key"):
            found[person_id].add(key)
        wrong += [pk for pk, due in search.due_keys(page).items() if found[pk] != due]
    return wrong


def _named(numbers: Iterable[int]) -> str:
    return "、".join(map(str, numbers))
