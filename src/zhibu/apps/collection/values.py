"""What an answer holds: how it is kept as text, read back, compared with the record, and shown with numbers masked."""

from datetime import date
from typing import Any

from zhibu.apps.collection.catalogue import Asked
from zhibu.apps.people.models import Person
from zhibu.apps.people.services.parts import PARTS, editable
from zhibu.kernel.actions.act import shown
from zhibu.kernel.crypto import SealedTextField, mask_bank, mask_identity

HIDDEN = "（已加密）"
NOTHING = "（清空）"
#: entries of a part table in one answer
MOST = 3

Content = Any  # text; for a part a list of {column: text}


def as_text(value: Any) -> str:
    """Return a column's value as an answer keeps it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return value.isoformat() if isinstance(value, date) else str(value)


def from_text(model: type[Any], name: str, text: str) -> Any:
    """Return an answer's text as the column takes it."""
    column = model._meta.get_field(name)
    if isinstance(column, SealedTextField):
        return text or None
    if text == "":
        return None if column.null else (False if column.get_internal_type() == "BooleanField" else "")
    return column.to_python(text)


def held(person: Person, one: Asked) -> Content:
    """Return what the record holds now, in the shape of an answer; "" or [] when nothing."""
    if one.kind == "photo":
        return person.photo_id or ""
    if one.kind == "part":
        model: Any = PARTS[one.part]
        rows = model.objects.system("parts of a person in hand").filter(person=person, withdrawn_at__isnull=True)
        return [{name: as_text(getattr(row, name)) for name in editable(model)} for row in rows]
    return as_text(getattr(person, one.code))


def is_sealed(one: Asked) -> bool:
    """Tell whether it is shown masked until somebody gives a reason."""
    if one.kind == "part":
        model = PARTS[one.part]
        return any(isinstance(model._meta.get_field(name), SealedTextField) for name in editable(model))
    return one.code == "identity_number"


def words(one: Asked, content: Content, *, whole: bool = False) -> str:
    """Return content as a person reads it; sealed columns masked unless `whole`."""
    if not content:
        return ""
    if one.kind == "photo":
        return "已上传照片"
    if one.kind == "part":
        return "；".join(_entry(one, entry, whole) for entry in content)
    if one.code == "identity_number":
        return str(content) if whole else mask_identity(str(content))
    return shown(Person(**{one.code: from_text(Person, one.code, content)}), one.code)


def _entry(one: Asked, entry: dict[str, str], whole: bool) -> str:
    model: Any = PARTS[one.part]
    told = []
    for name in editable(model):
        text = entry.get(name, "")
        if not text:
            continue
        column = model._meta.get_field(name)
        if isinstance(column, SealedTextField):
            seen = text if whole else (mask_bank(text) if name == "account" else HIDDEN)
        else:
            seen = shown(model(**{name: from_text(model, name, text)}), name)
        told.append(f"{column.verbose_name} {seen}")
    return "，".join(told)


def now(person: Person, one: Asked) -> str:
    """Return what the record holds now in words, sealed columns masked."""
    return words(one, held(person, one))
