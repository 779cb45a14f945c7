"""Rosters (花名册): people line by line, each column as the viewer may see it of each person."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.people import queries
from zhibu.apps.people.documents.reach import Reach, month
from zhibu.apps.people.groups import GROUP_OF_FIELD
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.people.models.affiliation import PostKind, current
from zhibu.apps.people.rules import age
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content

Column = tuple[str, str | None, Callable[[Person], str]]
PAGE = 2_000
#: label, field whose group says who sees it (None: everyone who sees people), what is shown
COLUMNS: tuple[Column, ...] = (
    ("姓名", None, lambda p: p.name),
    ("性别", None, lambda p: p.get_sex_display() if p.sex in "12" else ""),
    ("年龄", None, lambda p: str(age(p.birth_date, localdate())) if p.birth_date else ""),
    ("出生年月", "birth_date", lambda p: month(p.birth_date)),
    ("民族", "ethnic_group", lambda p: p.get_ethnic_group_display()),
    ("学历", "education", lambda p: p.get_education_display()),
    ("人员类别", None, lambda p: p.get_employment_display()),
    ("政治面貌", "political_status", lambda p: p.get_political_status_display()),
    ("入党日期", "joined_party_on", lambda p: month(p.joined_party_on)),
    ("转正日期", "full_member_on", lambda p: month(p.full_member_on)),
    ("手机", "mobile", lambda p: p.mobile),
)


def of_people(actor: Actor, people: Sequence[Person]) -> Content:
    """Return the roster of these people (whom the actor may see), in their order."""
    home = "归属单位"
    places = {pk: kinds.get("home", "") for pk, kinds in queries.place_names(people, actor).items()}
    data = _table(actor, people, home, places)
    return Content(title=f"人员花名册（{len(people)} 人）", data={**data, "name": "", "posts": []}, sensitive=SENSITIVE)


def of_organization(actor: Actor, organizations: Sequence[Any]) -> Content:
    """Return the roster of an organisation with what lies under it, by organisation and name."""
    (organization,) = organizations
    people = list(queries.members_of(organization, actor))
    inside = _inside(organization, people)
    people.sort(key=lambda person: (inside[person.pk][0], person.name, person.pk))
    places = {pk: name for pk, (_, name) in inside.items()}
    data = _table(actor, people, "所在组织", places)
    return Content(
        title=f"{organization.name}花名册",
        data={**data, "name": organization.name, "posts": _posts(actor, organization)},
        organization=organization.name,
        sensitive=SENSITIVE,
        seats={organization.pk: organization.pk},
    )


#: a list of people taken out on paper is written down, as an export is
SENSITIVE = "人员名单"


def head_count(actor: Actor, organizations: Sequence[Any]) -> int:
    """Return how many people the rosters of these organisations name."""
    return sum(queries.members_of(one, actor).count() for one in organizations)


def _table(actor: Actor, people: Sequence[Person], place: str, places: dict[int, str]) -> dict[str, Any]:
    """Return head and rows; a column that nobody's may be seen of is left out, a cell that may not be seen is a dash."""
    reach = Reach(actor, people)
    gates = {name: GROUP_OF_FIELD[name].see for _, name, _ in COLUMNS if name}
    open_ = {permission: [reach.may(person, permission) for person in people] for permission in set(gates.values())}
    columns = [c for c in COLUMNS if c[1] is None or any(open_[gates[c[1]]])]
    if any(label == "出生年月" for label, _, _ in columns):
        columns = [c for c in columns if c[0] != "年龄"]
    rows = [
        [
            str(number + 1),
            *(draw(person) if name is None or open_[gates[name]][number] else "—" for _, name, draw in columns),
            places.get(person.pk, ""),
            "",
        ]
        for number, person in enumerate(people)
    ]
    return {"head": ["序号", *(label for label, _, _ in columns), place, "备注"], "rows": rows}


def _inside(organization: Any, people: Sequence[Person]) -> dict[int, tuple[str, str]]:
    """Return person -> (path, name) of the innermost organisation of the subtree they belong to."""
    found: dict[int, tuple[str, str]] = defaultdict(lambda: ("", ""))
    keys = iter([person.pk for person in people])
    while page := list(islice(keys, PAGE)):
        rows = Affiliation.objects.system("places inside a visible organisation").filter(
            current(), person__in=page, organization__path__startswith=organization.path
        )
        for pk, path, short, name in rows.values_list(
            "person_id", "organization__path", "organization__short_name", "organization__name"
        ):
            if len(path) > len(found[pk][0]):
                found[pk] = (path, short or name)
    return found


def _posts(actor: Actor, organization: Any) -> list[list[str]]:
    """Return [post, name] of the leading group, named only to those who may see people there."""
    rows: list[Post] = queries.leading_group(organization, actor)
    rows.sort(key=lambda row: list(PostKind).index(PostKind(row.kind)))
    seen = queries.within_reach([row.person_id for row in rows], actor)
    return [[row.get_kind_display(), row.person.name] for row in rows if row.person_id in seen]
