"""The forms of the acts on machines with readers."""

from django import forms

from zhibu.apps.cards.forms import keepers
from zhibu.apps.cards.services.devices import NewDevice
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.kernel.actions import ActionForm, Why


class NewDeviceForm(ActionForm):
    """Where it stands."""

    input = NewDevice
    organization = OrganizationField(label="识别台", help_text="哪个单位的识别台用它。刷卡只认得出归这个单位服务的人。")
    name = forms.CharField(label="名称", max_length=40, help_text="例如“一号窗口”。")

    def prepare(self) -> None:
        self.fields["organization"].queryset = keepers(self.actor)  # type: ignore[attr-defined]


class RevokeForm(ActionForm):
    """Why."""

    input = Why
    reason = forms.CharField(label="事由", max_length=200, help_text="写进历史记录，例如“电脑更换”。")
