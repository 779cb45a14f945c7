"""What may stand under what, and how long a committee sits. Pure: no Django, no I/O, today is passed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from zhibu.kernel.calendar.months import add_months
from zhibu.kernel.paths import MAX_DEPTH, STEP
from zhibu.kernel.rules.answers import Violation


class Kind(StrEnum):
    """Kinds of organisation."""

    UNIT = "unit"
    DEPARTMENT = "department"
    WORKSTATION = "workstation"
    COMMITTEE = "committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    GROUP = "group"


KIND_LABELS: dict[Kind, str] = {
    Kind.UNIT: "单位",
    Kind.DEPARTMENT: "部门",
    Kind.WORKSTATION: "工作站",
    Kind.COMMITTEE: "党委",
    Kind.GENERAL_BRANCH: "党总支",
    Kind.BRANCH: "党支部",
    Kind.GROUP: "党小组",
}

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

#: what each kind may look after outside its own subtree (a joint branch its units, a station its branches)
ALLOWED_COVERS: dict[Kind, frozenset[Kind]] = {
    Kind.BRANCH: frozenset({Kind.UNIT, Kind.DEPARTMENT}),
    Kind.WORKSTATION: frozenset({Kind.BRANCH, Kind.UNIT, Kind.DEPARTMENT}),
}
#: a joint branch covers "generally no more than" this many units; the wording allows more, so it only warns
JOINT_BRANCH_UNITS = 5
JOINT_BRANCH_SOURCE = "《中国共产党支部工作条例（试行）》关于联合党支部的规定"


def placement(kind: Kind, parent_kind: Kind | None) -> list[Violation]:
    """Return why an organisation of `kind` may not stand under `parent_kind` (None: at the top); empty when it may."""
    allowed = ALLOWED_PARENTS[kind]
    if parent_kind in allowed:
        return []
    label = KIND_LABELS[kind]
    where = "、".join(KIND_LABELS[known] for known in Kind if known in allowed)
    if parent_kind is None:
        return [Violation("placement.root", f"{label}不能没有上级，请放在{where}之下")]
    return [Violation("placement.parent", f"{label}不能设在{KIND_LABELS[parent_kind]}之下，只能设在{where}之下")]


def moving(path: str, parent_path: str, target_path: str, deepest: int) -> list[Violation]:
    """Return why the subtree at `path`, now under `parent_path`, may not go under `target_path`.

    `deepest` is the length of the longest path in the subtree (characters).
    """
    if target_path.startswith(path):
        return [Violation("move.cycle", "不能移到自己或自己的下级之下")]
    if target_path == parent_path:
        return [Violation("move.unchanged", "已经在这个上级之下，没有变化")]
    return depth(len(target_path) + STEP + deepest - len(path))


def joining(kind: Kind, path: str, other: Kind, other_path: str) -> list[Violation]:
    """Return why an organisation of kind `other` at `other_path` may not become part of the one at `path`."""
    if other_path == path:
        return [Violation("join.self", "不能并入自己")]
    if other is not kind:
        return [Violation("join.kind", f"{KIND_LABELS[other]}不能并入{KIND_LABELS[kind]}，只有同类组织可以合并")]
    if other_path.startswith(path) or path.startswith(other_path):
        return [Violation("join.nested", "有上下级关系的组织不能合并，请先移动下级组织")]
    return []


def depth(length: int) -> list[Violation]:
    """Return a violation when a path of that many characters is deeper than the tree may be."""
    if length <= MAX_DEPTH * STEP:
        return []
    return [Violation("tree.depth", f"组织层级最多 {MAX_DEPTH} 级，这样放会超过")]


def covering(kind: Kind, covered: Kind) -> list[Violation]:
    """Return why an organisation of `kind` may not look after one of kind `covered`."""
    allowed = ALLOWED_COVERS.get(kind, frozenset())
    if covered in allowed:
        return []
    label = KIND_LABELS[kind]
    if not allowed:
        return [Violation("cover.kind", f"{label}不设覆盖范围，只有联合党支部和工作站可以覆盖其他组织")]
    where = "、".join(KIND_LABELS[known] for known in Kind if known in allowed)
    return [Violation("cover.target", f"{label}只能覆盖{where}，不能覆盖{KIND_LABELS[covered]}")]


def joint_branch_size(kind: Kind, covers: int) -> list[Violation]:
    """Return a warning (never a refusal) when a joint branch covers more units than is usual."""
    if kind is not Kind.BRANCH or covers <= JOINT_BRANCH_UNITS:
        return []
    message = f"本联合党支部覆盖 {covers} 个单位，一般不超过 {JOINT_BRANCH_UNITS} 个"
    return [Violation("cover.many", message, JOINT_BRANCH_SOURCE)]


class Variant(StrEnum):
    """Village and community branches sit longer than others."""

    STANDARD = "standard"
    VILLAGE = "village"


@dataclass(frozen=True)
class TermLength:
    """One row of `params/terms.yaml`: a term of `years` for that kind from `since` on, with its source."""

    kind: Kind
    variant: Variant
    years: int
    since: date
    regulation: str
    provision: str
    status: str

    @property
    def source(self) -> str:
        """Return the source as it is shown."""
        return f"《{self.regulation}》{self.provision}"


Due = Literal["6", "3", "1", "overdue"]
DUE_MONTHS: tuple[tuple[int, Due], ...] = ((1, "1"), (3, "3"), (6, "6"))
DUE_LABELS: dict[Due, str] = {
    "6": "六个月内届满",
    "3": "三个月内届满",
    "1": "一个月内届满",
    "overdue": "已届满，应换届",
}


def term_length(kind: Kind, variant: Variant, on: date, lengths: Iterable[TermLength]) -> TermLength | None:
    """Return the row in force on that day; None where this kind has no term of office (groups, units …)."""
    found = [row for row in lengths if row.kind is kind and row.variant is variant and row.since <= on]
    if not found:  # terms that began before the regulation are measured by its first row
        found = [row for row in lengths if row.kind is kind and row.variant is variant][:1]
    return max(found, key=lambda row: row.since, default=None)


def term_until(since: date, length: TermLength) -> date:
    """Return the first day that no longer belongs to the term."""
    return add_months(since, 12 * length.years)


def term_due(until: date, today: date) -> Due | None:
    """Tell how near the end of a term is: within 6, 3 or 1 months, or overdue.

    `until` is the first day after the term. The reminder six months ahead is that of the rules on
    elections (换届提醒一般提前 6 个月); those at three months and one month are the house's.
    """
    if today >= until:
        return "overdue"
    return next((name for months, name in DUE_MONTHS if today >= add_months(until, -months)), None)
