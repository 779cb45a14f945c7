"""One paper of a case, filled in as far as the data go, to be checked and signed by hand."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.timezone import localdate

from zhibu.apps.development import queries
from zhibu.apps.development.models import Case
from zhibu.apps.development.params import paper_label, papers, path
from zhibu.kernel import tables
from zhibu.kernel.documents import Content

_FILE = Path(__file__).resolve().parent.parent / "params" / "forms.yaml"


@cache
def patterns() -> dict[str, dict[str, Any]]:
    """Return paper -> its pattern (`forms.yaml`)."""
    table: dict[str, dict[str, Any]] = tables.read(_FILE)
    return table


def codes() -> set[str]:
    """Return the papers that can be printed."""
    return set(patterns())


def offered() -> list[tuple[str, str]]:
    """Return (code, label) of the papers that can be printed, in the order of the bound file."""
    return [(one.code, one.label) for one in papers().values() if one.code in patterns()]


def day(value: date | None) -> str:
    """Return a day as it is written on paper; a line to fill in where there is none."""
    return f"{value.year} 年 {value.month} 月 {value.day} 日" if value else "　　　年　月　日"


#: step -> its label in the table of a paper
DATED = {
    "applied": "申请入党时间", "activist": "确定为入党积极分子时间", "target": "列为发展对象时间", "political_review": "政治审查时间",
    "trained": "集中培训结束时间", "committee_reviewed": "支委会审查时间", "pre_examined": "预审时间", "assembly": "支部大会通过时间",
    "approved": "党委批准时间", "full_assembly": "支部大会讨论转正时间", "full_approved": "批准转正时间",
}  # fmt: skip


class Facts:
    """The facts of a case in words, by the names that forms.yaml uses."""

    def __init__(self, case: Case, step: str) -> None:
        self.case, self.steps = case, queries.steps_of(case)
        self.course = queries.course_of(case, self.steps)
        # a paper cites the version by which its step was judged
        self.edition = path().which(self.course.done.get(step) or localdate())

    def words(self) -> dict[str, str]:
        """Return what may stand in a sentence."""
        found = {code: day(self.course.done.get(code)) for code in DATED}
        end = self.course.probation_end(self.edition)
        return found | {
            "name": self.case.person.name, "branch": self.case.organization.name, "probation_end": day(end), "full_on": day(end)
        }  # fmt: skip

    def row(self, name: str) -> list[str]:
        """Return (label, text) of one fact."""
        if name in DATED:
            return [DATED[name], day(self.course.done.get(name))]
        rows: dict[str, Callable[[], list[str]]] = {
            "name": lambda: ["姓名", self.case.person.name], "sex": lambda: ["性别", self.case.person.get_sex_display()],
            "born": lambda: ["出生年月", self._born()], "branch": lambda: ["所在党支部", self.case.organization.name],
            "contacts": lambda: ["培养联系人", self._names("contact")], "introducers": lambda: ["入党介绍人", self._names("introducer")],
            "reviews": lambda: ["半年考察", self._reviews()], "volume": lambda: ["志愿书编号", self.case.volume],
            "probation_end": lambda: ["预备期满", day(self.course.probation_end(self.edition))],
            "votes": lambda: ["大会表决", self._votes("assembly")], "full_votes": lambda: ["大会表决", self._votes("full_assembly")],
            "papers": lambda: ["材料", "；".join(str(one) for one in queries.papers_of(self.case))],
        }  # fmt: skip
        return rows[name]()

    def _born(self) -> str:
        born = self.case.person.birth_date
        return f"{born.year} 年 {born.month} 月" if born else ""

    def _names(self, role: str) -> str:
        return "、".join(one.name for one in queries.companions(self.case, role))

    def _reviews(self) -> str:
        rows = [one for one in queries.reviews_of(self.case) if one.kind == "half_year"]
        return "；".join(f"{one.on.isoformat()} {one.words}" for one in rows)

    def _votes(self, code: str) -> str:
        step = next((one for one in self.steps if one.stands and one.code == code), None)
        return "，".join(f"{label} {text}" for label, text in step.facts.items()) if step else ""


def content(case: Case, code: str) -> Content:
    """Return the content of a paper. Raises KeyError for a paper without a pattern."""
    pattern, facts = patterns()[code], Facts(case, papers()[code].step)
    version = facts.edition.version
    words = facts.words() | {"article": pattern.get("article", {}).get(version, "")}
    body = pattern.get("older", {}).get(version) or pattern["body"]
    data = {
        "title": paper_label(code),
        "to": str(pattern["to"]).format(**words),
        "body": [str(line).format(**words) for line in body],
        "rows": [facts.row(name) for name in pattern["rows"]],
        "blank": pattern["blank"],
        "sign": pattern["sign"],
        "cited": facts.edition.title,
    }
    return Content(
        title=f"{case.person.name}-{paper_label(code)}", data={"paper": data}, sensitive="发展党员材料",
        seats={case.pk: case.organization_id},
    )  # fmt: skip
