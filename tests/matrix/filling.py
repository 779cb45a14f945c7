"""Forms filled in as a clerk would: what a form asks for, from its fields; values that a domain needs are named here."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.matrix import apps, cards, sensitive
from tests.matrix.world import World, actor_of
from zhibu.kernel import actions, audit

#: acts that no row of the world is in the right state for; their own tests perform them
NOT_FILLED: set[str] = {
    "accounts.slips.open", "accounts.slips.confirm", "accounts.role.create", "accounts.role.edit", "accounts.assignment.recall",
    "accounts.account.unlock", "accounts.reset.withdraw", "imports.match", "imports.apply", "organizations.organization.merge",
    "people.life.retire_many", "retention.run", "custody.care.move", "people.national.review_many",
    "messages.notice.send", "messages.defaults", "cards.assist.begin", "cards.assist.read", "cards.assist.end",
    "collection.campaign.halt", "calendar.year.load",
    *apps.named("NOT_FILLED"),
}  # fmt: skip
#: the role whose holder has something of their own in the world
OWNER = "member"
#: texts that an edit changes
LATER = date.today() + timedelta(days=40)
CHANGED = {"name", "school", "employer", "kind", "bank", "position", "native_place"}
NAMED: dict[str, Any] = {
    "since": "2026-11-01", "reason": "经核对", "name": "新名称", "mobile": "13700001111", "code": "", "username": "", "number": "7",
    "source": "国务院办公厅通知", "year": "2027", "lines": "2027-01-01 放假 元旦", "document_type": "resident", "identity_number": "",
}  # fmt: skip


def form(world: World, action: actions.Action, role: str, record: Any) -> Any:
    """Return the unbound form as the role is given it."""
    return action.form_class()(actor=actor_of(world, role), obj=record, initial={})  # type: ignore[misc]


def choosing(form: Any) -> list[str]:
    """Return the fields that choose a record: drop-downs of records, and people or accounts meant by what is typed."""
    kinds = (forms.ModelChoiceField,)
    typed = {"PersonField", "AccountField"}
    return [name for name, field in form.fields.items() if isinstance(field, kinds) or type(field).__name__ in typed]


def body(world: World, action: actions.Action, record: Any) -> dict[str, Any]:
    """Return a body that the act should accept, as its first holder would post it."""
    hidden = {"key": str(uuid.uuid4()), "rev": getattr(record, "rev", ""), "seen": audit.last_id()}
    if action.form is None:
        return hidden
    holds = (role for role in sensitive.ROLES if action.permission in sensitive.permissions(role))
    role = OWNER if action.personal else next(holds)
    try:
        made = form(world, action, role, record)
    except Exception:  # the other side's records do not fit the holder's form; any body will do
        if record is None:
            raise
        return {**hidden, "reason": "经核对"}
    filled = {
        name: value
        for name in made.fields
        if (value := _value(world, made, name, ".edit" in action.code)) not in (None, "")
    }
    return {**hidden, **filled, **_own(world, action.code)}


def _own(world: World, code: str) -> dict[str, Any]:
    """Return what the act's own sense asks for."""
    unit = world.seen.unit.uid
    known: dict[str, dict[str, Any]] = {
        "organizations.organization.create": {"parent": unit, "kind": "department"},
        "organizations.term.correct": {"number": "2"},
        "accounts.account.rename": {"username": "new-name-1"},
        "accounts.account.create_many": {"organization": unit, "kind": "", "whole": "all"},
        "people.life.change_post": {"position": "新职务"},
        "collection.campaign.create": {"due_on": LATER, "asked": ["mobile"]},
        "collection.campaign.edit": {"due_on": LATER, "asked": ["mobile"]},
        "collection.campaign.extend": {"due_on": LATER},
        "collection.correction.ask": {"field": "email", "email": "new@example.org"},
        "cards.batch.register": {"lines": "DS0009 0A0B0C0D"},
        "cards.card.issue_to": {"card": cards.BLANK},
        "cards.card.replace": {"card": cards.SPARE},
        "custody.care.allowance": {"amount": "1999"},
        "custody.batch.create": {"organization": unit, "names": "东山甲"},
        "custody.batch.receive": {"whole": "ticked"},
        **apps.mapped("own", world),
    }
    return known.get(code, {})


def _value(world: World, made: Any, name: str, editing: bool) -> Any:
    field = made.fields[name]
    kept = made.get_initial_for_field(field, name)
    if editing and name in CHANGED and type(field) is forms.CharField:
        return "新填内容"
    if name in {"mobile", "reason", "until", "on"} or (kept in (None, "") and name in NAMED):
        return _dated(made, name, kept)
    if isinstance(field, forms.FileField):
        return _file(field)
    if kept not in (None, ""):
        return getattr(kept, "pk", kept)
    if type(field).__name__ in {"PersonField", "AccountField"}:
        return _someone(world, made, name)
    if isinstance(field, forms.ModelChoiceField):
        first = field.queryset.order_by("-path" if hasattr(field.queryset.model, "path") else "pk").first()
        return getattr(first, field.to_field_name or "pk") if first is not None and field.required else None
    if isinstance(field, forms.ChoiceField):
        flat = [str(key) for key, _ in _flat(field.choices) if key not in (None, "")]
        return flat[:1] if isinstance(field, forms.MultipleChoiceField) else (flat or [""])[0]
    if isinstance(field, forms.DateField):
        return "2026-11-01" if field.required else None
    if isinstance(field, forms.BooleanField):
        return None
    return "新填内容" if field.required else None


def _dated(made: Any, name: str, kept: Any) -> Any:
    if name == "until" and type(made).__name__ == "ExtendForm":
        return (made.obj.until or date.today()) + timedelta(days=200)
    if name == "until" and type(made).__name__ in {"DelegateForm", "TermCorrectForm", "GrantForm"}:
        return kept
    if name == "until":
        return date.today() if made.fields[name].required else None
    if name == "on":
        return kept or date.today()
    return NAMED[name]


def _someone(world: World, made: Any, name: str) -> str:
    if name == "account":
        return world.accounts["leader"].username
    others = [p for p in world.seen.people if made.obj is None or p.pk != made.obj.pk]
    return str(others[1].uid)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += _flat(label) if isinstance(label, list | tuple) else [(key, label)]
    return found


def _file(field: Any) -> Any:
    accept = str(field.widget.attrs.get("accept", ""))
    if "image" in accept:
        return SimpleUploadedFile("照片.jpg", sensitive.picture(), "image/jpeg")
    return SimpleUploadedFile("名单.csv", "姓名,工号\n新人,N-1\n".encode(), "text/csv") if field.required else None


def again(body: dict[str, Any]) -> dict[str, Any]:
    """Return the same body to be posted once more: files are read from their beginning."""
    for value in body.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return body


def complaints(html: str) -> str:
    """Return what a refused page says."""
    found = re.findall(r'class="(?:errors?|summary|notice[^"]*|error[^"]*)".*?</(?:div|p|ul)>', html, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(found)))[:600]
