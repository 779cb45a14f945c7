"""What can be asked: columns of a person, the photo, entries of the part tables, each in its field group."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from zhibu.apps.people.groups import BY_CODE, GROUPS, Group
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.parts import PARTS

PHOTO = "photo"
#: columns that only life events write, and the kind of a document, which goes with its number
NOT_ASKED = frozenset({"employment", "left_post_on", "retired_on"})
#: what organs decide is not asked of the person
PARTS_ASKED = ("education", "work", "relatives", "health", "bank")


@dataclass(frozen=True)
class Asked:
    """Something that can be asked; `part` names the part table of which entries are asked."""

    code: str
    label: str
    group: Group
    kind: Literal["column", "photo", "part"]
    part: str = ""


@cache
def catalogue() -> dict[str, Asked]:
    """Return code -> what can be asked, in the order of the field groups."""
    found: list[Asked] = []
    for group in GROUPS:
        for name in group.fields:
            if name not in NOT_ASKED:
                label = str(Person._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                found.append(Asked(name, label, group, "column"))
        for name in group.parts:
            if name in PARTS_ASKED:
                found.append(Asked(f"part_{name}", str(PARTS[name]._meta.verbose_name), group, "part", name))
    found.insert(0, Asked(PHOTO, "照片", BY_CODE["identity"], "photo"))
    return {one.code: one for one in found}


def asked(codes: Iterable[str]) -> list[Asked]:
    """Return what the codes name, in the order of the catalogue; codes that an older version knew are left out."""
    wanted = set(codes)
    return [one for code, one in catalogue().items() if code in wanted]


def groups_of(codes: Iterable[str]) -> list[Group]:
    """Return the field groups of the codes, each once, in their order."""
    return list(dict.fromkeys(one.group for one in asked(codes)))


def groups_asked() -> list[Group]:
    """Return the field groups of which anything can be asked."""
    return list(dict.fromkeys(one.group for one in catalogue().values()))


def label_of(code: str) -> str:
    """Return the label of a code; one that is no longer known shows as it is."""
    known: Any = catalogue().get(code)
    return known.label if known else code
