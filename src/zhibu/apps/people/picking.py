"""The field that means one person, for every form of the platform."""

import re
import uuid
from typing import Any

from django import forms
from django.urls import reverse

from zhibu.apps.people import search
from zhibu.apps.people.counted import count_lookup
from zhibu.apps.people.models import Person
from zhibu.apps.people.staff_numbers import same
from zhibu.kernel.actions import ActionForm


class PersonInput(forms.TextInput):
    """A box with suggestions while typing."""

    class Media:
        js = ("people/picker.js",)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-picker-url": reverse("people-picker")}


class PersonField(forms.CharField):
    """One person, written as in the search box; the picker fills in “姓名 #记号”. Without script it works by typing."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "写姓名、工号、手机号或证件后六位；有重名时请写后三样之一。")
        super().__init__(max_length=80, widget=PersonInput(attrs={"autocomplete": "off"}), **kwargs)


_MARK = re.compile(r"#([0-9]{1,18})\s*$")


def as_uid(text: str) -> uuid.UUID | None:
    """Return the uid that a text is, or None."""
    try:
        return uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def person_mark(person: Person) -> str:
    """Return how a picked person is written into the field: 张伟 #1234.

    The number is the record's own. No part of a uid would do: those of people who were imported together begin alike.
    """
    return f"{person.name} #{person.pk}"


def resolve_person(form: ActionForm, name: str, permission: str = "people.view", but: Person | None = None) -> Person:
    """Return the one person a form field means, within the actor's reach, or raise at the field.

    but: a person whom the words cannot mean though they fit (of two namesakes, the one whose page it is).
    """
    written = str(form.cleaned_data[name]).strip()
    rows = Person.objects.visible_to(form.actor, permission).filter(state="live")
    if mark := _MARK.search(written):
        # with the name, so that a staff number written behind a # means nobody else
        people = list(rows.filter(pk=int(mark.group(1)), name=written[: mark.start()].strip()))
    elif (uid := as_uid(written)) is not None:
        people = list(rows.filter(uid=uid))
    elif not count_lookup(form.actor, written):
        raise forms.ValidationError("按号码查找太频繁了，请一分钟后再试，或改填姓名。")
    else:
        people = search.find(form.actor, written, permission=permission, limit=6)
        exact = [p for p in people if written == p.name or (p.staff_number and same(written, p.staff_number))]
        people = [p for p in exact or people if p != but] or people
    if not people:
        raise forms.ValidationError("没有找到这个人，或不在您的管理范围内")
    if len(people) > 1:
        names = "、".join(f"{p.name}（{p.staff_number or p.get_sex_display()}）" for p in people[:4])
        raise forms.ValidationError(f"有不止一个人符合：{names}。请改写工号、手机号或证件后六位。")
    found: Person = people[0]
    return found
