"""Form fields of this app: a branch by its name, a month."""

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.actor import Actor

# a whole day is read as its month
_MONTH = re.compile(r"^\s*(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?(?:[-./]\d{1,2}|\d{1,2}日)?\s*$")


PARTY = ("branch", "general_branch", "committee", "group")
#: names that a form suggests
SUGGESTED = 400


class BranchField(forms.CharField):
    """A party organisation of the platform, by its whole name, short name or code; a form makes it one by `resolve_branch`.

    Written, not chosen: the one to transfer to lies outside one's own reach, and no list of others is shown.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "写全称、简称或编码，例如“西湾党支部”。")
        widget = forms.TextInput(attrs={"autocomplete": "off", "list": "party-branches"})
        super().__init__(max_length=100, widget=widget, **kwargs)


def suggestions(actor: Actor) -> list[str]:
    """Return the names of the branches within the actor's reach, where there are several and not too many."""
    rows = Organization.objects.visible_to(actor).filter(kind="branch", dissolved_on=None).order_by("path")
    names = list(rows.values_list("name", flat=True)[: SUGGESTED + 1])
    return names if 1 < len(names) <= SUGGESTED else []


def resolve_branch(form: ActionForm, name: str) -> Any:
    """Return the organisation a field means, None where it is empty, or raise at the field.

    Elsewhere the whole name, short name or code is asked for; within the actor's reach a part of a name will do.
    """
    text = "".join(str(form.cleaned_data[name]).split())
    if not text:
        return None
    rows = Organization.objects.system("a party organisation by its name").filter(kind__in=PARTY, dissolved_on=None)
    for column in ("code", "name", "short_name"):
        found = list(rows.filter(**{column: text}).select_related("parent")[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError("有不止一个党组织叫这个名称，请写编码")
    near = Organization.objects.visible_to(form.actor).filter(kind__in=PARTY, dissolved_on=None)
    some = list(near.filter(Q(name__icontains=text) | Q(short_name__icontains=text)).select_related("parent")[:5])
    if len(some) == 1:
        return some[0]
    if some:
        raise forms.ValidationError(f"有不止一个党组织符合：{'、'.join(one.name for one in some[:4])}。请写全称")
    raise forms.ValidationError("没有找到这个党组织，请写全称或编码；不在本平台的，请写平台外的党组织")


class MonthField(forms.CharField):
    """A month, as its first day; None where it is left empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "写年和月，例如 2026-11。")
        kwargs.setdefault("required", False)
        super().__init__(
            max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "2026-11"}), **kwargs
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = _MONTH.match(text)
        if found is None or not 1 <= int(found.group(2)) <= 12 or int(found.group(1)) < 1900:
            raise forms.ValidationError("请写年和月，例如 2026-11")
        return date(int(found.group(1)), int(found.group(2)), 1)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.year}-{value.month:02d}" if isinstance(value, date) else value
