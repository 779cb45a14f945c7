"""The forms of merging and splitting."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.organizations import queries, residents
from zhibu.apps.organizations.permissions import RESTRUCTURE
from zhibu.apps.organizations.services.joining import MOST_PARTS, Merging, NewPart, Splitting
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.tree import ancestors, under
from zhibu.kernel.ui.places import InTree

ROLES = (("end", "结束这些组织里的角色（账号保留）"), ("move", "把角色转到合并后的组织（须有授权的权限）"))
#: people listed one by one; more go by their organisations below
MOST_RESIDENTS = 500
NUMBERS = "一二三四"


class _Several(InTree, forms.ModelMultipleChoiceField):  # type: ignore[type-arg,misc]
    """Several organisations, each with a box."""


class MergeForm(ActionForm):
    """What becomes part of this organisation: open ones of the same kind, neither above nor below it."""

    input = Merging
    sources = _Several(queryset=None, label="要并入的组织", widget=forms.CheckboxSelectMultiple)
    on = forms.DateField(label="合并日期", help_text="从这一天起，所选组织不再存续。")
    roles = forms.ChoiceField(label="这些组织里的账号角色", choices=ROLES, widget=forms.RadioSelect, initial="end")
    reason = forms.CharField(label="事由", max_length=200, help_text="例如批复文号、会议决定。")

    def prepare(self) -> None:
        rows = queries.choices(self.actor, RESTRUCTURE, kinds=[self.obj.kind]).filter(parent__isnull=False)
        rows = rows.exclude(under("path", [self.obj.path])).exclude(path__in=ancestors(self.obj.path))
        self.fields["sources"].queryset = rows  # type: ignore[attr-defined]
        self.fields["on"].initial = localdate()

    def to_input(self) -> Merging:
        data = dict(self.cleaned_data)
        return Merging(sources=tuple(data.pop("sources")), **data)


class SplitForm(ActionForm):
    """Names of the new organisations, and for every child and every person where they go."""

    input = Splitting
    page_template = "organizations/split.html"
    on = forms.DateField(label="分设日期", help_text="从这一天起，新组织成立。")
    close = forms.BooleanField(label="原组织同日撤销（须给所有下级和人员安排去处）", required=False)
    reason = forms.CharField(label="事由", max_length=200, help_text="例如批复文号、会议决定。")
    too_many = False

    def prepare(self) -> None:
        self.fields["on"].initial = localdate()
        names = {
            f"name_{n}": forms.CharField(label=f"第{NUMBERS[n - 1]}个新组织的全称", max_length=100, required=n == 1)
            for n in range(1, MOST_PARTS + 1)
        }
        self.fields = {**names, **self.fields}
        self.children = {child.uid.hex: child for child in queries.children(self.actor, self.obj)}
        found = residents.residents(self.actor, self.obj, MOST_RESIDENTS + 1)
        self.too_many = len(found) > MOST_RESIDENTS
        self.people = {} if self.too_many else {one.key: one for one in found}
        for key, child in self.children.items():
            self.fields[f"child_{key}"] = _where(str(child))
        for key, one in self.people.items():
            self.fields[f"person_{key}"] = _where(one.name)

    def clean(self) -> dict[str, Any]:
        """Every place that is chosen has a name."""
        data = self.cleaned_data
        chosen = {data.get(name) for name in self.fields if name.startswith(("child_", "person_"))}
        for n in range(1, MOST_PARTS + 1):
            if str(n) in chosen and not data.get(f"name_{n}") and f"name_{n}" not in self.errors:
                self.add_error(f"name_{n}", f"有下级或人员要去第{NUMBERS[n - 1]}个新组织，请填写它的全称")
        return data

    def to_input(self) -> Splitting:
        data = self.cleaned_data
        parts = []
        for n in range(1, MOST_PARTS + 1):
            if name := data.get(f"name_{n}"):
                children = [child for key, child in self.children.items() if data.get(f"child_{key}") == str(n)]
                keys = [key for key in self.people if data.get(f"person_{key}") == str(n)]
                parts.append(NewPart(name, tuple(children), tuple(keys)))
        return Splitting(on=data["on"], reason=data["reason"], close=data["close"], parts=tuple(parts))

    @property
    def name_fields(self) -> list[Any]:
        """The boxes of the names."""
        return [self[f"name_{n}"] for n in range(1, MOST_PARTS + 1)]

    @property
    def rows(self) -> list[tuple[str, str, Any]]:
        """Return (name, what it is, box) of every child and person."""
        children = [(str(c), c.get_kind_display(), self[f"child_{key}"]) for key, c in self.children.items()]
        return children + [(one.name, one.detail, self[f"person_{key}"]) for key, one in self.people.items()]


def _where(name: str) -> forms.ChoiceField:
    choices = [("", "留在原组织"), *((str(n), f"去第{NUMBERS[n - 1]}个") for n in range(1, MOST_PARTS + 1))]
    widget = forms.Select(attrs={"aria-label": f"{name}的去处"})
    return forms.ChoiceField(label=name, choices=choices, required=False, widget=widget)
