"""The forms of this app's actions, and of signing in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.timezone import localdate

from zhibu.apps.accounts import rules
from zhibu.apps.accounts.fields import AccountField, PermissionsField, RoleField
from zhibu.apps.accounts.models import Account
from zhibu.apps.accounts.permissions import DELEGATE, MANAGE, Permission, grouped
from zhibu.apps.accounts.queries import candidates, grantable_roles
from zhibu.apps.accounts.security import number
from zhibu.apps.accounts.services import accounts, assignments, naming, roles
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.apps.people.models.affiliation import Kind as Relation
from zhibu.kernel.actions import ActionForm, Refused, Why

UNTIL = "到这一天零点失效。不填为长期有效。"
#: so many people are offered for ticking; beyond, one takes all of them or a smaller organisation
TICKED = 200


def _reason(required: bool = True, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("help_text", "例如任职文件、会议决定。")
    return forms.CharField(label="事由", max_length=200, required=required, **kwargs)


def _manageable(actor: Any) -> Any:
    rows = Organization.objects.visible_to(actor, MANAGE)
    return rows.filter(dissolved_on__isnull=True)


class CreateForm(ActionForm):
    """The user name of a person's new account."""

    input = accounts.NewAccount
    username = forms.CharField(
        label="用户名",
        max_length=40,
        help_text="登录时输入。本人也可以用手机号或工号登录。首次密码由系统生成，随后打印。",
    )

    def prepare(self) -> None:
        self.fields["username"].initial = naming.propose(self.obj)


class CreateManyForm(ActionForm):
    """First an organisation (by GET), then everybody there without an account, or those ticked (by POST)."""

    input = accounts.NewAccounts
    page_template = "accounts/create_many.html"

    organization = OrganizationField(label="组织", help_text="包括它的全部下级。")
    kind = forms.ChoiceField(
        label="按哪种关系", required=False, choices=[("", "任何关系"), *Relation.choices], initial=Relation.PARTY
    )
    whole = forms.ChoiceField(
        label="为谁建账号",
        choices=[("all", "下面全部人员"), ("ticked", "只为勾选的人员")],
        widget=forms.RadioSelect,
        initial="all",
    )
    people = forms.MultipleChoiceField(label="人员", required=False, widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = _manageable(self.actor)
        self.chosen: Organization | None = None
        self.found: Any = candidates(self.actor).none()
        self.total = self.shown = self.otherwise = 0
        given = self.data.get("organization") if self.is_bound else self.initial.get("organization")
        try:
            self.chosen = field.clean(given) if given else None
        except forms.ValidationError:
            return
        if self.chosen is not None:
            self._list_people()

    def _list_people(self) -> None:
        kind = str((self.data if self.is_bound else self.initial).get("kind", Relation.PARTY))
        kind = kind if kind in Relation.values else ""
        self.found = candidates(self.actor, self.chosen, kind)
        self.total = self.found.count()
        if kind and not self.total:
            self.otherwise = candidates(self.actor, self.chosen).count()
        people: Any = self.fields["people"]
        people.choices = [
            (str(p.uid), f"{p.name}（{p.staff_number}）" if p.staff_number else p.name)
            for p in self.found.order_by("name", "pk")[:TICKED]
        ]
        self.shown = len(people.choices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("whole") == "ticked" and not data.get("people") and "people" not in self.errors:
            self.add_error("people", "请至少勾选一个人")
        if data.get("whole") == "all" and data.get("people"):
            ticked = len(data["people"])
            self.add_error("whole", f"下面勾选了 {ticked} 人，这里却选了全部人员。请改选“只为勾选的人员”，或去掉勾选")
        return data

    def to_input(self) -> accounts.NewAccounts:
        """Return the people chosen; a few passwords are hashed here, before the transaction holds the write lock."""
        data = self.cleaned_data
        rows = self.found if data["whole"] == "all" else self.found.filter(uid__in=data["people"])
        people = tuple(rows.order_by("pk").values_list("pk", flat=True)[: accounts.MOST + 1])
        few = len(people) if len(people) <= accounts.INLINE else 0
        made = tuple(naming.make_first_password() for _ in range(few))
        return accounts.NewAccounts(organization=data["organization"], people=people, passwords=made)


class ReasonForm(ActionForm):
    """Only why."""

    input = Why
    reason = _reason(required=False, help_text="")


class RenameForm(ActionForm):
    """Another user name."""

    input = accounts.NewName
    username = forms.CharField(label="新用户名", max_length=40)
    reason = _reason(required=False, help_text="")

    def prepare(self) -> None:
        self.fields["username"].initial = self.obj.username


class RoleForm(ActionForm):
    """Name, description and permissions of a role."""

    input = roles.RoleFields
    page_template = "accounts/role_form.html"

    name = forms.CharField(label="名称", max_length=40)
    description = forms.CharField(label="说明", max_length=200, required=False, help_text="一句话说明这个角色做什么。")
    permissions = PermissionsField(label="权限", help_text="只能勾选您自己在最高一级组织也有的权限。")
    reason = _reason(required=False, help_text="")

    def prepare(self) -> None:
        if self.obj is not None:
            for name in ("name", "description", "permissions"):
                self.fields[name].initial = getattr(self.obj, name)

    def permission_groups(self) -> list[tuple[str, list[tuple[Permission, bool]]]]:
        """Return the permissions in groups, each with whether it is ticked."""
        ticked = set(self["permissions"].value() or ())
        return [(group, [(item, item.code in ticked) for item in items]) for group, items in grouped()]


class GrantForm(ActionForm):
    """Which role, where, from when, until when, why."""

    input = assignments.NewAssignment
    role = RoleField(label="角色")
    organization = OrganizationField(label="在哪个组织", help_text="权限达到这个组织和它的全部下级。")
    since = forms.DateField(label="起始日期")
    until = forms.DateField(label="截止日期", required=False, help_text=UNTIL)
    reason = _reason()

    def prepare(self) -> None:
        self.fields["organization"].queryset = _manageable(self.actor)  # type: ignore[attr-defined]
        self.fields["role"].queryset = grantable_roles(self.actor)  # type: ignore[attr-defined]
        self.fields["since"].initial = localdate()


class EndForm(ActionForm):
    """From which day on the role is no longer held."""

    input = assignments.Ending
    on = forms.DateField(label="结束日期", help_text="从这一天起不再有这些权限。填今天，立即失效。")
    reason = _reason()

    def prepare(self) -> None:
        self.fields["on"].initial = localdate()


class ExtendForm(ActionForm):
    """Until when it runs now."""

    input = assignments.Extension
    until = forms.DateField(label="新的截止日期", required=False, help_text=UNTIL)
    reason = _reason()

    def prepare(self) -> None:
        if self.obj.until is not None:
            self.fields["until"].initial = self.obj.until.replace(
                day=min(self.obj.until.day, 28), year=self.obj.until.year + 1
            )


class DelegateForm(ActionForm):
    """Who stands in, and for how long."""

    input = assignments.Delegation
    account = AccountField(label="代理人", help_text="填姓名、工号或用户名。只能委托给您管理范围内有账号的人。")
    since = forms.DateField(label="起始日期")
    until = forms.DateField(
        label="截止日期",
        help_text=f"到这一天零点失效，最长 {rules.MAX_DELEGATION_DAYS} 天。原角色提前结束的，代理随之结束。",
    )
    reason = _reason(help_text="例如出差、学习、病假。")

    def prepare(self) -> None:
        reach = Account.objects.visible_to(self.actor, DELEGATE).filter(is_active=True)
        field: Any = self.fields["account"]
        field.reach, field.actor = reach.exclude(pk=self.actor.account_id), self.actor
        self.fields["since"].initial = localdate()
        self.fields["until"].initial = localdate() + timedelta(days=7)


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label="用户名",
        max_length=100,
        help_text="也可以填手机号或工号。",
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": "请填写用户名、手机号或工号"},
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写密码", "max_length": "密码太长了，请检查后重新输入"},
    )


class PasswordForm(forms.Form):
    """The old password once, the new one twice."""

    old = forms.CharField(
        label="现在的密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: Account, prove: Callable[[str], None], **kwargs: Any) -> None:
        """`prove` raises Refused when the present password is wrong or was tried too often."""
        super().__init__(*args, **kwargs)
        self.account, self.prove = account, prove
        self.fields["new"].help_text = (
            f"至少 {number('password_length')} 个字符，大写字母、小写字母、数字、符号至少用 {number('password_classes')} 类。"
            "不要用姓名、生日或常见密码，不能含有用户名、手机号或工号。"
        )

    def clean_old(self) -> str:
        """Refuse a wrong present password."""
        old: str = self.cleaned_data["old"]
        try:
            self.prove(old)
        except Refused as refused:
            locked = refused.code == "locked"
            raise forms.ValidationError(refused.message if locked else "现在的密码不对，请重新输入") from refused
        return old

    def clean_new(self) -> str:
        """Apply the password rules."""
        new: str = self.cleaned_data["new"]
        if new == self.data.get("old"):
            raise forms.ValidationError("新密码不能与现在的密码相同")
        validate_password(new, self.account)
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", "两次输入的新密码不一样，请重新输入")
        return data
