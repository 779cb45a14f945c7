"""Form fields of this app."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from zhibu.apps.accounts.models import Account, Role
from zhibu.apps.accounts.permissions import DELEGATE, grouped, permissions
from zhibu.apps.accounts.queries import belongings
from zhibu.apps.accounts.rules import normal_username
from zhibu.kernel.actor import ANONYMOUS

SHOWN = 5


class RoleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """One role by its uid; closed until the form binds it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Role.objects.all())
        kwargs.setdefault("to_field_name", "uid")
        kwargs.setdefault("empty_label", "请选择")
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.description}）" if obj.description else str(obj.name)


class AccountField(forms.CharField):
    """An account meant by its user name, the person's staff number, or a name that only one has within `reach`.

    A drop-down of thousands of names helps nobody. When several fit, the message lists them with their branch.
    """

    def __init__(self, **kwargs: Any) -> None:
        self.reach: Any = Account.objects.none()
        self.actor = ANONYMOUS
        kwargs.setdefault("max_length", 100)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return the account. Raises ValidationError when none or several fit."""
        text = super().clean(value)
        if not text:
            return None
        exact = list(self.reach.filter(username=normal_username(text))[:1])
        if exact:
            return exact[0]
        fits = Q(display_name=text) | Q(person__staff_number__iexact=text) | Q(person__mobile=text)
        found = list(self.reach.filter(fits).order_by("username")[: SHOWN + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError("没有找到这个人的账号。请核对姓名；没有账号的人要先由管理员建账号。")
        raise ValidationError(f"有 {len(found)} 人符合，请改填用户名：{self._listed(found)}")

    def _listed(self, found: list[Account]) -> str:
        names = belongings([account.person_id for account in found if account.person_id], self.actor, DELEGATE)
        shown = [f"{a.display_name}（{a.username}，{names.get(a.person_id or 0, '其他单位')}）" for a in found[:SHOWN]]
        return "；".join(shown) + ("……" if len(found) > SHOWN else "")


class PermissionsField(forms.MultipleChoiceField):
    """Ticks for every permission, in groups."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        kwargs.setdefault(
            "choices",
            [(group, [(p.code, f"{p.label}：{p.meaning}") for p in members]) for group, members in grouped()],
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        """Return the codes in the order of the table."""
        chosen = set(super().clean(value))
        return tuple(code for code in permissions() if code in chosen)
