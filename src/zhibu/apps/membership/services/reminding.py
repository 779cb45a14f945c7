"""The daily reminder of political birthdays: the member on the day, the secretary of the branch three days ahead."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from zhibu.apps.membership import listing
from zhibu.apps.membership.models import Member, living
from zhibu.apps.people.models import Post
from zhibu.apps.people.models.affiliation import current
from zhibu.kernel.messages.telling import tell

KIND = "membership.birthday"
AHEAD = timedelta(days=3)


def born(day: date) -> Q:
    """Condition: members whose political birthday is kept on that day, of earlier years; 29 February on the 28th."""
    days = Q(admitted_on__day=day.day, admitted_on__month=day.month)
    if (day + timedelta(days=1)).month != day.month and (day.month, day.day) == (2, 28):
        days |= Q(admitted_on__day=29, admitted_on__month=2)
    return days & Q(admitted_on__year__lt=day.year)


def remind(today: date) -> None:
    """Tell today's members and the secretaries of those three days ahead; each once."""
    for member in _of(today).filter(quiet=False):
        years = _years(member, today)
        tell(
            [member.person_id], KIND, key=f"birthday:{member.pk}:{today.year}", title="今天是您的政治生日", link=reverse("me"),
            body=f"{years} 年前的今天，您加入了中国共产党。党组织向您表示祝贺。不想收到这样的提醒，可以在“我的”里关闭。",
        )  # fmt: skip
    ahead = today + AHEAD
    by_branch: dict[int, list[Member]] = defaultdict(list)
    for member in _of(ahead):
        by_branch[listing.branch(member).pk].append(member)
    for branch_id, secretary in _secretaries(by_branch).items():
        names = "、".join(f"{one.person.name}（{_years(one, ahead)} 年）" for one in by_branch[branch_id])
        tell(
            secretary, KIND, key=f"birthdays:{branch_id}:{ahead.isoformat()}", title=f"{ahead.month} 月 {ahead.day} 日的政治生日",
            body=f"{ahead.month} 月 {ahead.day} 日是这些党员的政治生日：{names}。", link=f"{reverse('members-birthdays')}?month={ahead.month}",
        )  # fmt: skip


def _years(member: Member, day: date) -> int:
    return day.year - member.admitted_on.year if member.admitted_on else 0


def _of(day: date) -> Any:
    rows = Member.objects.system("political birthdays of a day").filter(living(), born(day))
    return rows.select_related("person", "organization__parent").order_by("pk")


def _secretaries(branches: Iterable[int]) -> dict[int, list[int]]:
    rows = Post.objects.system("secretaries to be told").filter(
        current(), organization__in=list(branches), kind="secretary"
    )
    found: dict[int, list[int]] = defaultdict(list)
    for branch, person in rows.values_list("organization_id", "person_id"):
        found[branch].append(person)
    return found
