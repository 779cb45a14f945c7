"""The registration form (人员登记表): what the viewer may see of each person, laid out as the customary form."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.people.documents.reach import DAY, May, Reach, month, period
from zhibu.apps.people.groups import GROUP_OF_FIELD, GROUP_OF_PART, GROUPS
from zhibu.apps.people.models import Affiliation, Person, Post
from zhibu.apps.people.models.affiliation import Kind, current
from zhibu.apps.people.rules import age
from zhibu.apps.people.services.parts import PARTS
from zhibu.kernel import files
from zhibu.kernel.actions.act import shown
from zhibu.kernel.actor import Actor
from zhibu.kernel.documents import Content
from zhibu.kernel.files.models import Blob

PHOTO = 320
#: groups of which a line is written when they are printed, as their look-ups are everywhere
SENSITIVE = [group for group in GROUPS if group.sensitive and group.code != "bank"]
#: what the form has no place for
APART = {"bank"}


def build(actor: Actor, people: Sequence[Person]) -> Content:
    """Return the forms of these people (whom the actor may see); the number of queries does not depend on how many."""
    reach = Reach(actor, people)
    places = _places(actor, people)
    posts = _posts(actor, people)
    parts = {name: _parts(name, [p for p in people if reach.may(p, GROUP_OF_PART[name].see)]) for name in PARTS}
    photos = Blob.objects.in_bulk([person.photo_id for person in people if person.photo_id])
    pictures: dict[str, bytes] = {}
    found = []
    for person in people:
        one = _facts(person, reach.of(person)) | places[person.pk]
        one |= {name: parts[name].get(person.pk) for name in ("work", "relatives", "conduct", "health")}
        one |= {"educations": parts["education"].get(person.pk), "posts": posts.get(person.pk)}
        one["photo"] = _photo(photos.get(person.photo_id or ""), pictures)
        one["withheld"] = "、".join(
            group.label for group in GROUPS if group.code not in APART and not reach.may(person, group.see)
        )
        found.append(one)
    seen = [group.label for group in SENSITIVE if any(reach.may(person, group.see) for person in people)]
    title = f"{people[0].name}的人员登记表" if len(people) == 1 else f"人员登记表（{len(people)} 人）"
    return Content(title=title, data={"people": found}, pictures=pictures, sensitive="、".join(seen), seats=reach.homes)


def _facts(person: Person, may: May) -> dict[str, Any]:
    """Return the single fields of the form; None where the viewer may not see the field."""

    def seen(name: str, text: str | None = None) -> str | None:
        return (shown(person, name) if text is None else text) if may(GROUP_OF_FIELD[name].see) else None

    plain = (
        "former_names", "ethnic_group", "native_place", "marriage", "political_status", "staff_number", "position", "title",
        "skills", "mobile", "telephone", "email", "address_living", "address_registered",
    )  # fmt: skip
    days = ("joined_party_on", "full_member_on", "work_started_on", "joined_unit_on")
    education = " ".join(filter(None, (shown(person, "education"), shown(person, "degree"))))
    number = f"{person.get_document_type_display()} {person.masked_identity}" if person.identity_number else ""
    years = f"{age(person.birth_date, localdate())} 岁" if person.birth_date else ""
    birth = seen("birth_date", month(person.birth_date))
    return {
        "name": person.name,
        "sex": person.get_sex_display() if person.sex in "12" else "",
        "employment": person.get_employment_display(),
        "birth": years if birth is None else f"{birth}\n（{years}）" if birth else "",
        "education": seen("education", education),
        "document": seen("identity_number", number),
        **{name: seen(name) for name in plain},
        **{name: seen(name, month(getattr(person, name))) for name in days},
    }


def _places(actor: Actor, people: Iterable[Person]) -> dict[int, dict[str, str]]:
    """Return person -> kind of relation -> name of the place, within the actor's reach."""
    found: dict[int, dict[str, str]] = defaultdict(lambda: {kind.value: "" for kind in Kind})
    rows = Affiliation.objects.visible_to(actor).filter(current(), person__in=[person.pk for person in people])
    for row in rows.select_related("organization").order_by("since"):
        found[row.person_id][row.kind] = row.organization.name
    return found


def _posts(actor: Actor, people: Iterable[Person]) -> dict[int, list[list[str]]]:
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Post.objects.visible_to(actor).filter(person__in=[person.pk for person in people])
    for row in rows.select_related("organization").order_by("since", "pk"):
        found[row.person_id].append([period(row.since, row.until), row.organization.name, row.get_kind_display()])
    return found


def _parts(name: str, people: Sequence[Person]) -> dict[int, list[list[str]]]:
    """Return person -> rows of a part table as the form shows them; an empty list where nothing is entered."""
    draw = DRAWN.get(name)
    if draw is None:
        return {}
    found: dict[int, list[list[str]]] = {person.pk: [] for person in people}
    model: Any = PARTS[name]
    rows = model.objects.system("parts of people whose group the viewer may see")
    for row in rows.filter(person__in=list(found), withdrawn_at__isnull=True).order_by(*model._meta.ordering):
        found[row.person_id].append(draw(row))
    return found


DRAWN: dict[str, Callable[[Any], list[str]]] = {
    "education": lambda row: [
        period(row.since, row.until) if row.until else month(row.since), row.school, row.major,
        " ".join(filter(None, (row.get_level_display(), row.get_degree_display()))),
    ],
    "work": lambda row: [period(row.since, row.until), row.employer, row.position],
    "relatives": lambda row: [row.relation, row.name + ("（紧急联系人）" if row.is_emergency else ""), row.employer, row.phone],
    "conduct": lambda row: [row.decided_on.strftime(DAY), row.get_kind_display(), row.name, row.decided_by],
    "health": lambda row: [row.noted_on.strftime(DAY), row.kind, row.text or ""],
}  # fmt: skip


def _photo(photo: Blob | None, pictures: dict[str, bytes]) -> str:
    """Return the name under which the form finds the photo, "" without one; the file goes into `pictures`."""
    content = files.picture(photo, PHOTO) if photo is not None else None
    if photo is None or content is None:
        return ""
    name = f"{photo.address}.jpg"
    pictures[name] = content
    return name
