"""Which kind a talk is, and who has had one. Pure: no Django, no I/O."""

from collections.abc import Iterable

COMMITTEE, MIXED, MEMBERS = "committee", "mixed", "members"
LABELS = {COMMITTEE: "支委之间", MIXED: "支委与党员", MEMBERS: "党员之间"}
#: how often: between members of the committee, between them and members, and among members
SOURCE = "谈心谈话一般每年不少于 1 次（出处为二手资料，以上级要求为准）"


def kind_of(first_in_committee: bool, second_in_committee: bool) -> str:
    """Return the kind of a talk by who of the two sits on the committee."""
    if first_in_committee and second_in_committee:
        return COMMITTEE
    return MIXED if first_in_committee or second_in_committee else MEMBERS


def without(members: Iterable[int], talked: Iterable[int]) -> set[int]:
    """Return the members (keys) with whom nobody has talked."""
    return set(members) - set(talked)
