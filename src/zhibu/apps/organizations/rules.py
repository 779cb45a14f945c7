"""What may stand under what, and how long a committee sits. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """Kinds of organisation."""

    UNIT = "unit"
    DEPARTMENT = "department"
    WORKSTATION = "workstation"
    COMMITTEE = "committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    GROUP = "group"


PARTY_KINDS = frozenset({Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP})

#: kind -> kinds it may stand under; None means it may be the root of the tree
ALLOWED_PARENTS: dict[Kind, frozenset[Kind | None]] = {
    Kind.UNIT: frozenset({None, Kind.UNIT}),
    Kind.DEPARTMENT: frozenset({Kind.UNIT, Kind.DEPARTMENT}),
    Kind.WORKSTATION: frozenset({Kind.UNIT, Kind.DEPARTMENT}),
    Kind.COMMITTEE: frozenset({None, Kind.UNIT, Kind.COMMITTEE}),
    Kind.GENERAL_BRANCH: frozenset({Kind.UNIT, Kind.COMMITTEE}),
    Kind.BRANCH: frozenset({Kind.UNIT, Kind.COMMITTEE, Kind.GENERAL_BRANCH}),
    Kind.GROUP: frozenset({Kind.BRANCH}),
}
