"""Every address of the platform, filled in with the records of one side. A new kind of address fails until it is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix import apps
from tests.matrix.world import Side
from zhibu.kernel import actions
from zhibu.kernel.console import all_screens
from zhibu.kernel.documents import all_documents
from zhibu.kernel.handbook.chapters import all_chapters
from zhibu.kernel.imports.spec import all_specs
from zhibu.kernel.rules.registry import all_rules

#: an address's name, or its first word -> model of its uid; the lists of the console and the acts are known by their
#: declarations, those of later apps stand in tests/matrix/apps
MODELS = {
    "job": "kernel.Job", "export": "kernel.Job", "file": "kernel.Attachment", "import": "kernel.ImportBatch",
    "imports": "kernel.ImportBatch", "national": "kernel.Job", "print": "kernel.Job", "slips": "accounts.SlipSheet", "organization": "organizations.Organization",
    "desk": "people.Person", "assist": "cards.Assistance", "people": "people.Person", "my": "accounts.SessionRecord", "security": "accounts.Factor",
    "collection": "collection.Campaign", "reply": "collection.Reply", "answer": "collection.Answer",
    "message": "kernel.Message", "notice": "kernel.Notice", "care": "custody.CareRecord",
    **apps.mapped("MODELS"),
}  # fmt: skip
FEW = 2


@dataclass(frozen=True)
class Address:
    """One address. `uid_of` is the model of the record in it, "" where it names none."""

    name: str
    url: str
    uid_of: str = ""


def patterns() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (name with namespace, parameter names) of every URL pattern."""
    yield from _walk(get_resolver(), "")


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", tuple(entry.pattern.converters)


def addresses(side: Side) -> list[Address]:
    """Return every address, those with a record once for each of the side's first records of that model."""
    found: dict[str, Address] = {}
    for name, parameters in patterns():
        for address in _fill(name, parameters, side):
            found.setdefault(address.url, address)
    return list(found.values())


def _fill(name: str, parameters: tuple[str, ...], side: Side) -> Iterator[Address]:
    if not parameters:
        yield Address(name, reverse(name))
    elif name in {"action", "action-on"}:
        yield from _acts(name, side)
    elif name in {"print", "print-choose"}:
        yield from _prints(name, side)
    elif parameters[0] == "uid":
        model = _console_models().get(name) or MODELS.get(name) or MODELS[name.partition("-")[0]]
        further = _values()[name] if len(parameters) == 2 else [None]
        for record in few(side.objects.get(model, [])):
            for value in further:
                yield Address(name, reverse(name, args=[record.uid] if value is None else [record.uid, value]), model)
    else:
        for value in _values()[name]:
            yield Address(name, reverse(name, args=[value]))


def _acts(name: str, side: Side) -> Iterator[Address]:
    for action in actions.all_actions():
        if name == "action":
            yield Address(name, reverse(name, args=[action.code]))
            continue
        for record in side.objects.get(action.model or "", [])[:1]:
            yield Address(name, reverse(name, args=[action.code, record.uid]), action.model or "")


def _prints(name: str, side: Side) -> Iterator[Address]:
    of_screens = [(screen.slug, screen.model) for screen in all_screens()]
    of_documents = [(document.code, document.model or "") for document in all_documents()]
    for which, model in of_documents if name == "print" else of_screens:
        for record in few(side.objects.get(model, [])):
            yield Address(name, reverse(name, args=[which, record.uid]), model)


def few(records: list[Any]) -> list[Any]:
    """Return the first record and the last three: those who belong to both sides come last."""
    return records if len(records) <= 4 else [records[0], *records[-3:]]


def _console_models() -> dict[str, str]:
    return {f"{screen.slug}-{page}": screen.model for screen in all_screens() for page in ("record", "history")}


def _values() -> dict[str, list[Any]]:
    specs: list[Any] = [spec.code for spec in all_specs()]
    rules: list[Any] = [rule.name for rule in all_rules()]
    chapters: list[Any] = [chapter.slug for chapter in all_chapters()]
    return {
        "handbook-chapter": chapters,
        "import-new": specs, "import-template": specs, "rule": rules[:FEW], "rule-json": rules[:FEW],
        "print-list": [screen.slug for screen in all_screens()],
        "work-calendar-year": [1900, 2025, 2026, 2999], "ui:style-page": ["components", "none"],
        **{name: list(values) for name, values in apps.mapped("values").items()},
    }  # fmt: skip
