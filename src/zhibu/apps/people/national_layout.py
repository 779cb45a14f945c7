"""The layouts of the national member system, as `params/national.yaml` says: what is written out, what a file is read by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from zhibu.apps.people.codes import labels
from zhibu.apps.people.groups import GROUP_OF_FIELD, Group
from zhibu.apps.people.models import Person
from zhibu.apps.people.spellings import MORE_WORDS, document_number
from zhibu.kernel import tables
from zhibu.kernel.imports.cells import Choice, choice, day, person_name, phone, text
from zhibu.kernel.imports.spec import ImportColumn, ImportSpec

BRANCH = "branch"
#: who is a member: full and probationary
MEMBERS = ("01", "02")


@dataclass(frozen=True)
class LayoutColumn:
    """A column: the person's field, its heading and other headings of it, its width in characters."""

    field: str
    heading: str
    also: tuple[str, ...] = ()
    required: bool = False
    width: int = 14

    @property
    def group(self) -> Group | None:
        """The field group that says who may see it; None for the branch, which is a place."""
        return GROUP_OF_FIELD.get(self.field)


@dataclass(frozen=True)
class Layout:
    """A layout in force from `since` on; `tables`: field -> code -> word of the system; `dates`: strftime."""

    code: str
    since: date
    label: str
    source: str
    sheet: str
    dates: str
    columns: tuple[LayoutColumn, ...]
    tables: Mapping[str, Mapping[str, str]]

    @property
    def groups(self) -> list[Group]:
        """The field groups its columns belong to."""
        return list(dict.fromkeys(column.group for column in self.columns if column.group))

    def words(self, field: str) -> Mapping[str, str]:
        """Return code -> word of a field with a code table, {} for other fields."""
        if field == BRANCH or not Person._meta.get_field(field).choices:  # type: ignore[union-attr]
            return {}
        return {**labels(field), **self.tables.get(field, {})}

    def shown(self, field: str, value: Any) -> str:
        """Return a value as the system writes it; codes as words, days in its format."""
        if value in (None, ""):
            return ""
        if isinstance(value, date):
            return value.strftime(self.dates)
        return self.words(field).get(str(value), str(value))

    def spec(self) -> ImportSpec:
        """Return how a file from the system is read; it is offered by no import page and writes nothing."""
        columns = tuple(
            ImportColumn(c.field, c.heading, self._parser(c.field), c.also, c.required, kind=_kind(c.field))
            for c in self.columns
        )
        return ImportSpec(
            code=f"people.national.{self.code}", label=self.label, permission="", columns=columns, importer=""
        )

    def _parser(self, field: str) -> Any:
        if field == "name":
            return person_name()
        if field == "identity_number":
            return document_number
        if field == "mobile":
            return phone()
        if _kind(field) == "date":
            return day()
        if not (words := self.words(field)):
            return text(200)
        more, own = MORE_WORDS.get(field, {}), labels(field)
        options = []
        for code, word in words.items():
            spellings = {
                *more.get(code, ()),
                own[code],
                own[code].removesuffix("族") if field == "ethnic_group" else code,
            }
            options.append(Choice(code, word, tuple(sorted(spellings - {word}))))
        return choice(options)


def _kind(field: str) -> Any:
    if field != BRANCH and Person._meta.get_field(field).get_internal_type() == "DateField":
        return "date"
    return "text"


@cache
def layouts() -> tuple[Layout, ...]:
    """Return every layout, the newest first."""
    file = Path(__file__).parent / "params" / "national.yaml"
    found = []
    for given in tables.read(file)["layouts"]:
        columns = tuple(LayoutColumn(**{**c, "also": tuple(c.get("also", ()))}) for c in given.pop("columns"))
        found.append(Layout(columns=columns, tables=given.pop("tables", {}), **given))
    return tuple(sorted(found, key=lambda one: one.since, reverse=True))


def layout_on(on: date) -> Layout:
    """Return the layout in force on a day (the oldest one before all of them)."""
    return next((one for one in layouts() if one.since <= on), layouts()[-1])


def layout(code: str) -> Layout:
    """Return the layout of that code. Raises KeyError."""
    return {one.code: one for one in layouts()}[code]
