"""The forms of the large-print service."""

from typing import Any

from django import forms

from zhibu.apps.cards.models import Consent
from zhibu.apps.cards.permissions import ASSIST
from zhibu.apps.cards.services.assisting import Begin, Read
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actions import ActionForm


class BeginForm(ActionForm):
    """At which desk, and how the person agreed."""

    input = Begin
    organization = OrganizationField(label="识别台")
    consent = forms.ChoiceField(label="本人同意的方式", choices=[("", "请选择"), *Consent.choices])

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        rows = Organization.objects.visible_to(self.actor, ASSIST).filter(dissolved_on__isnull=True)
        field.queryset = rows.filter(path__in=self.actor.paths(ASSIST))
        if first := field.queryset.order_by("path").first():
            self.initial.setdefault("organization", first.uid)


class ReadForm(ActionForm):
    """Which notice was read."""

    input = Read
    message = forms.UUIDField(label="通知", widget=forms.HiddenInput())
