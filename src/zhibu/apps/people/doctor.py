"""What `zhibu doctor` looks at in the records of people."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Upper

from zhibu.apps.people import search
from zhibu.apps.people.models import Affiliation, Person, SearchKey
from zhibu.apps.people.models.affiliation import Kind
from zhibu.apps.people.models.person import State
from zhibu.apps.people.staff_numbers import having
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
            f"有人员的检索键与主档不一致（人员编号 {_named(list(dict.fromkeys(wrong))[:NAMED])}），可能查不到或查到旧姓名",
            "请运行 zhibu search rebuild，重写全部检索键；使用中也可以做。",
        )
    return doctor.ok("检索键与主档一致" if full else "检索键齐全，抽查与主档一致")


@doctor.check(320, "工号")
def staff_numbers(full: bool) -> Finding:
    """No two people have numbers that differ by case alone: older versions let them in."""
    live = Person.objects.system(REASON).filter(state=State.LIVE).exclude(staff_number="")
    folded = live.order_by().values(folded=Upper("staff_number")).annotate(n=Count("pk")).filter(n__gt=1)
    if not (doubled := [row["folded"] for row in folded.order_by("folded")]):
        return doctor.ok("没有只差大小写的工号")
    rows = live.filter(having(doubled[:NAMED])).order_by(Upper("staff_number"), "pk")
    named = "、".join(f"{person.staff_number}（{person.name}，人员编号 {person.pk}）" for person in rows)
    return doctor.attention(
        f"有 {len(doubled)} 个工号由几个人共用，只差大小写：{named}",
        "请在“查重”里合并；确为两人的，请在其中一人的主档更正工号。",
    )


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
