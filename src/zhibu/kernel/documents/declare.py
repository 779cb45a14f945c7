"""The declaration of a document and the register of all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.apps import apps
from django.core import checks
from django.db.models import Model
from django.utils.module_loading import import_string

from zhibu.kernel.actor import Actor


@dataclass(frozen=True)
class Content:
    """What a builder gives: all that stands in the document, as the actor may see it.

    title         in Chinese; also the name of the file
    data          plain values (texts, numbers, lists, dictionaries); dates as texts, as they are to be read
    pictures      name used in the data -> content of the file
    organization  whose letterhead it carries; "" for none
    sensitive     which sensitive things are in it, in words ("证件号码、家庭成员"); "" writes no audit line
    seats         pk of a record -> pk of the organisation where its audit line is seen (default: its own)
    """

    title: str
    data: Mapping[str, Any]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    organization: str = ""
    sensitive: str = ""
    seats: Mapping[int, int] = field(default_factory=dict)


Builder = Callable[[Actor, Sequence[Any]], Content]


@dataclass(frozen=True)
class Document:
    """A kind of printed paper.

    permission  held over every record printed
    template    "<app label>/<file>.typ": the file lies in the folder `documents` of that app
    builder     dotted name of function(actor, records) -> Content; "" where the app gathers the content itself
    model       the records printed; None for what an app prints by itself
    of          "each": record by record, one line of audit each; "all": the records together, as a roster
    offered     where the console offers it: on the record page, for the rows of a list, both or nowhere
    fits        function(record) -> whether there is such a paper of it (default: of every record of the model)
    many        permission that printing many at once asks for (default: `permission`)
    large       there is a large-print variant
    size        function(actor, records) -> how many lines it will have, where that is not the number of records
    inline      up to this size it is answered at once; above, a job makes it
    most        the largest size of one file
    """

    code: str
    label: str
    permission: str
    template: str
    builder: str = ""
    model: str | None = None
    of: Literal["each", "all"] = "each"
    offered: tuple[Literal["record", "list"], ...] = ("record", "list")
    fits: Callable[[Any], bool] | None = None
    many: str = ""
    large: bool = True
    size: Callable[[Actor, Sequence[Any]], int] | None = None
    inline: int = 100
    most: int = 2_000

    def builder_function(self) -> Builder:
        """Return the function that gathers the content."""
        function: Builder = import_string(self.builder)
        return function

    def model_class(self) -> Any:
        """Return the model of the records printed."""
        return apps.get_model(self.model) if self.model else None

    def template_path(self) -> Path:
        """Return the template file."""
        label, _, name = self.template.partition("/")
        return Path(apps.get_app_config(label).path) / "documents" / name

    def size_of(self, actor: Actor, rows: Sequence[Any]) -> int:
        """Return how large the document of these records will be."""
        return self.size(actor, rows) if self.size else len(rows)

    @property
    def unit(self) -> str:
        """What its size counts: copies, or lines of one paper."""
        return "份" if self.of == "each" and self.size is None else "行"

    def permission_for(self, count: int) -> str:
        """Return the permission it takes to print that many records at once."""
        return (self.many or self.permission) if count > 1 else self.permission


_DOCUMENTS: dict[str, Document] = {}


def register(*documents: Document) -> None:
    """Add documents to the register. Raises ValueError when a code is taken."""
    for document in documents:
        if _DOCUMENTS.setdefault(document.code, document) is not document:
            raise ValueError(f"document {document.code} is declared twice")


def get(code: str) -> Document:
    """Return the document of that code. Raises KeyError."""
    return _DOCUMENTS[code]


def all_documents() -> list[Document]:
    """Return every document in the order of declaration."""
    return list(_DOCUMENTS.values())


def offered(actor: Actor, model: str, where: Literal["record", "list"], obj: Model | None = None) -> list[Document]:
    """Return the documents of a model the console offers the actor there; `obj`: of this record."""
    found = [d for d in _DOCUMENTS.values() if d.model == model and where in d.offered]
    needed = {d.code: d.permission_for(1 if where == "record" else 2) for d in found}
    found = [d for d in found if actor.may(needed[d.code]) and (obj is None or d.fits is None or d.fits(obj))]
    if obj is None or actor.is_system or not found:
        return found
    paths: list[str] = obj.scope_paths()  # type: ignore[attr-defined]
    return [d for d in found if any(actor.may(needed[d.code], path) for path in paths)]


@checks.register()
def check_documents(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """System check: builders and templates are there."""
    found: list[checks.CheckMessage] = []
    for document in _DOCUMENTS.values():
        try:
            if document.builder:
                import_string(document.builder)
            if not document.template_path().is_file():
                raise ImportError(f"no template {document.template}")
        except (ImportError, LookupError) as error:
            found.append(checks.Error(f"{document.code}: {error}", id="zhibu.E010"))
    return found
