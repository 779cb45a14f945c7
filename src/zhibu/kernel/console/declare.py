"""The declaration of a screen and the register of all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

from django.apps import apps
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from zhibu.kernel.actor import Actor


@lru_cache(maxsize=256)
def _labels(model: Any, name: str) -> dict[Any, str]:
    """Return code -> label of a column with choices: the model's own get_…_display makes the table anew at each call."""
    return {code: str(label) for code, label in model._meta.get_field(name).flatchoices}


@dataclass(frozen=True)
class Column:
    """A column of a list and of its export.

    value   attribute path ("organization.name", "get_sex_display") or function of the record
    kind    how it is set: "short" never wraps (codes, phone numbers, states)
    sort    column of the model to order by; None makes it unsortable
    gate    permission that the actor must hold where the *record* is; elsewhere the cell stays blank ("—")
    where   "both", "list" only or "export" only
    primary the cell that links to the record; exactly one
    phone   False leaves the column out of the cards on a phone
    """

    key: str
    label: str
    value: str | Callable[[Any], Any]
    sort: str | None = None
    kind: Literal["text", "short", "date", "number", "money"] = "text"
    gate: str | None = None
    where: Literal["both", "list", "export"] = "both"
    primary: bool = False
    phone: bool = True
    tone: Callable[[Any], str] | None = None

    @property
    def descending(self) -> str:
        """The order that is the reverse of `sort`."""
        return f"-{self.sort}"

    def of(self, obj: Any) -> Any:
        """Return the cell's value for a record; None where a link of the path is missing."""
        if callable(self.value):
            return self.value(obj)
        if self.value.startswith("get_") and self.value.endswith("_display"):
            model: Any = type(obj)
            code = getattr(obj, self.value[4:-8])
            return _labels(model, self.value[4:-8]).get(code, code)
        value: Any = obj
        for part in self.value.split("."):
            value = getattr(value, part, None)
            if callable(value):
                value = value()
            if value is None:
                return None
        return value


@dataclass(frozen=True)
class Screen:
    """A back-office screen.

    slug         path of its pages: /<slug>/, /<slug>/<uid>/, /<slug>/<uid>/history/, /<slug>/export/
    rows         function(actor) -> opened queryset with what the columns need joined (no query per row)
    listed       the same rows for the list alone, where it has a quicker way to them than a single record; None: `rows`
    complete     function(actor, records): gives the records of a page what columns need besides, in one query a kind
    search       function(rows, text, actor) -> rows, behind the list's own search field; None hides the field
    ranked       function(actor, text, limit) -> ids of the best matches within reach, best first; None: by `order`
    filterset    dotted name of a django-filter FilterSet
    filter_gates (name of a filter, permission it needs where the record is): filters on gated columns
    head         codes of actions shown at the head of the list (target "none")
    outputs      codes of actions (target "none") that write the list out: their forms get its query string as `listed`
    links        function(actor) -> [(label, url)] shown beside them (imports, print pages, charts)
    successor    function(actor, uid) -> what a record that is no more became part of, if within reach; old links lead there
    counted      function(actor, text) -> False when searches of that kind were too many just now; it writes them down
    record       dotted name of function(request, obj) -> context of the record page, and its template
    gates        further permissions the record page asks about
    """

    slug: str
    model: str
    label: str
    permission: str
    columns: tuple[Column, ...]
    rows: Callable[[Actor], "QuerySet[Any]"]
    order: str
    listed: Callable[[Actor], "QuerySet[Any]"] | None = None
    complete: Callable[[Actor, list[Any]], None] | None = None
    search: Callable[["QuerySet[Any]", str, Actor], "QuerySet[Any]"] | None = None
    search_hint: str = ""
    ranked: Callable[[Actor, str, int], list[int]] | None = None
    successor: Callable[[Actor, Any], Any] | None = None
    counted: Callable[[Actor, str], bool] | None = None
    filterset: str | None = None
    filter_gates: tuple[tuple[str, str], ...] = ()
    head: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    links: Callable[[Actor], list[tuple[str, str]]] | None = None
    record: str | None = None
    record_template: str = "console/record.html"
    export_permission: str | None = None
    empty: str = "这里还没有记录。"
    section: str = ""
    icon: str = ""
    position: int = 100

    @cached_property
    def model_class(self) -> Any:
        """The model shown."""
        return apps.get_model(self.model)

    @cached_property
    def filterset_class(self) -> Any:
        """The FilterSet, or None."""
        return import_string(self.filterset) if self.filterset else None

    def completed(self, actor: Actor, records: Iterable[Any]) -> list[Any]:
        """Return the records with all that their columns need."""
        found = list(records)
        if self.complete and found:
            self.complete(actor, found)
        return found

    def record_context(self, request: Any, obj: Any) -> dict[str, Any]:
        """Return what the record page shows beside the record itself."""
        return dict(import_string(self.record)(request, obj)) if self.record else {}


_SCREENS: dict[str, Screen] = {}


def register(*screens: Screen) -> None:
    """Add screens to the register. Raises ValueError when a slug is taken."""
    for item in screens:
        if item.slug in _SCREENS:
            raise ValueError(f"screen {item.slug} is declared twice")
        _SCREENS[item.slug] = item


#: slug -> codes of acts (target "none") that take the rows ticked or filtered in that list
_OFFERED: dict[str, list[str]] = {}


def offer(slug: str, code: str) -> None:
    """Offer an act of an app above for the rows of a list. Its form gets `source`, `list` (the query) and `uids` by GET."""
    if code not in _OFFERED.setdefault(slug, []):
        _OFFERED[slug].append(code)


def offered_acts(slug: str) -> list[str]:
    """Return the codes of the acts offered for the rows of a list."""
    return list(_OFFERED.get(slug, ()))


def screen(slug: str) -> Screen:
    """Return the screen of that slug. Raises KeyError."""
    return _SCREENS[slug]


def all_screens() -> list[Screen]:
    """Return every screen in menu order."""
    return sorted(_SCREENS.values(), key=lambda s: (s.position, s.slug))


def register_navigation() -> None:
    """Give every screen its entry in the menu."""
    from zhibu.kernel.ui.nav import NavItem
    from zhibu.kernel.ui.nav import register as register_item

    for item in all_screens():
        if item.section:
            register_item(NavItem(item.section, item.label, item.slug, item.icon, (item.permission,), item.position))
