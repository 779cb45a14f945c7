"""The organisations of the demonstration."""

import random
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from zhibu.apps.organizations.models import Organization
from zhibu.apps.organizations.services import covers, tree
from zhibu.apps.workbench.demo.numbers import Numbers
from zhibu.apps.workbench.demo.writing import PastAct

ROOT = "东江实业托管服务中心"
AREAS = ("江北", "东山", "西湾")
DEPARTMENTS = ("党群工作部", "综合办公室", "人力资源部", "财务资产部", "纪检审计室", "托管服务部", "档案室", "信息中心")
UNITS = {
    "江北": ("东江纺织公司", "江北物业公司"),
    "东山": ("东江机械厂", "东山矿业公司"),
    "西湾": ("西湾港务公司", "东江建材公司"),
}
UNIT_DEPARTMENTS = ("生产科", "办公室")
ORDINALS = "一二三四"
#: branches with 党小组
GROUPED = ("江北一支部", "江北二支部", "东山二支部", "东山三支部", "西湾一支部")
JOINT = "西湾联合支部"
STATIONS = {
    "江北": ("江北工作站", "新民工作站", "桥东工作站"),
    "东山": ("东山工作站", "红星工作站"),
    "西湾": ("西湾工作站", "码头工作站", "长堤工作站"),
}


@dataclass
class Tree:
    """What was built. Lists by area: 江北, 东山, 西湾; groups by the id of their branch."""

    root: Organization
    committee: Organization
    generals: list[Organization] = field(default_factory=list)
    branches: dict[str, list[Organization]] = field(default_factory=dict)
    groups: dict[int, list[Organization]] = field(default_factory=dict)
    stations: dict[str, list[Organization]] = field(default_factory=dict)
    departments: list[Organization] = field(default_factory=list)
    units: dict[str, list[Organization]] = field(default_factory=dict)
    unit_departments: list[Organization] = field(default_factory=list)

    def named(self, short_name: str) -> Organization:
        """Return the branch, station or department of that short name."""
        rows = [*self.all_branches, *self.all_stations, *self.departments]
        return next(o for o in rows if str(o) == short_name)

    @property
    def all_branches(self) -> list[Organization]:
        """Return the branches of all areas."""
        return list(chain.from_iterable(self.branches.values()))

    @property
    def all_stations(self) -> list[Organization]:
        """Return the workstations of all areas."""
        return list(chain.from_iterable(self.stations.values()))

    @property
    def leading(self) -> list[Organization]:
        """Return the Party organisations with a committee: they have terms of office."""
        return [self.committee, *self.generals, *self.all_branches]


class Builder:
    """Builds the tree through the services, so that it stands within the rules."""

    def __init__(self, act: PastAct, rng: random.Random, numbers: Numbers) -> None:
        self.act, self.rng, self.numbers = act, rng, numbers

    def _make(self, parent: Organization, kind: str, name: str, short: str = "", **more: Any) -> Organization:
        data = tree.NewOrganization(
            parent=parent,
            kind=kind,
            name=name,
            short_name=short,
            founded_on=date(self.rng.randint(1996, 2008), self.rng.randint(1, 12), self.rng.randint(1, 28)),
            phone="" if kind == "group" else self.numbers.landline(),
            **more,
        )
        return tree.create(self.act, None, data)

    def build(self) -> Tree:
        """Build everything and return it."""
        root = tree.create_root(self.act, name=ROOT, code="DJSY")
        root.founded_on = date(1992, 6, 18)
        root.introduction = "托管东江实业各改制企业的离岗、退休和托养人员，负责其党组织关系、档案和日常服务。"
        root.save(update_fields=["founded_on", "introduction"])
        house = Tree(root, self._make(root, "committee", f"中共{ROOT}委员会", "中心党委"))
        house.departments = [self._make(root, "department", name) for name in DEPARTMENTS]
        for area in AREAS:
            region = f"东江市{area}区"
            house.units[area] = [self._make(root, "unit", name, region=region) for name in UNITS[area]]
            for unit in house.units[area]:
                made = [self._make(unit, "department", f"{unit.name}{name}", name) for name in UNIT_DEPARTMENTS]
                house.unit_departments += made
            house.stations[area] = [self._make(root, "workstation", name, region=region) for name in STATIONS[area]]
        for area in AREAS:
            self._party(house, area)
        self._covers(house)
        return house

    def _party(self, house: Tree, area: str) -> None:
        region = f"东江市{area}区"
        general = self._make(house.committee, "general_branch", f"{area}片区党总支", f"{area}总支", region=region)
        house.generals.append(general)
        for n in ORDINALS:
            joint = area == JOINT[:2] and n == ORDINALS[-1]
            short = JOINT if joint else f"{area}{n}支部"
            name = f"{area}片区联合党支部" if joint else f"{area}片区第{n}党支部"
            branch = self._make(general, "branch", name, short, region=region)
            house.branches.setdefault(area, []).append(branch)
            if short in GROUPED:
                house.groups[branch.pk] = [
                    self._make(branch, "group", f"{name}第{m}党小组", f"{short}{m}组") for m in ORDINALS[:3]
                ]

    def _covers(self, house: Tree) -> None:
        joint = house.named(JOINT)
        for unit in [*house.units["西湾"], house.units["江北"][1]]:
            covers.add(self.act, joint, covers.NewCover(unit, date(2016, 3, 1)))
        for area, stations in house.stations.items():
            for place, branch in enumerate(house.branches[area]):
                station = stations[place % len(stations)]
                covers.add(self.act, station, covers.NewCover(branch, date(2015, 9, 1)))
