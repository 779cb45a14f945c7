"""The forms of the desk's acts."""

from typing import Any

from django import forms

from zhibu.apps.cards import queries
from zhibu.apps.cards.fields import CardInput, ReaderField
from zhibu.apps.cards.models import Source
from zhibu.apps.cards.permissions import IDENTIFY
from zhibu.apps.cards.services.taps import LookUp, Read
from zhibu.apps.organizations.fields import OrganizationField
from zhibu.apps.organizations.models import Organization
from zhibu.kernel.actions import ActionForm

#: what comes in by this form: an agent's taps and looks by name come otherwise
TYPED_IN = [one for one in Source.choices if one[0] not in (Source.READER, Source.NAME)]


def _desks(actor: Any) -> Any:
    rows = Organization.objects.visible_to(actor, IDENTIFY).filter(dissolved_on__isnull=True)
    return rows.filter(path__in=actor.paths(IDENTIFY))


class TapForm(ActionForm):
    """A card at a desk."""

    input = Read
    organization = OrganizationField(label="识别台")
    raw = forms.CharField(label="刷卡或输入卡号", max_length=60, widget=CardInput())
    reader = ReaderField(required=False, empty_label="（只输入卡面号码）")
    source = forms.ChoiceField(label="方式", choices=TYPED_IN, initial=Source.TYPED)

    def prepare(self) -> None:
        self.fields["organization"].queryset = _desks(self.actor)  # type: ignore[attr-defined]
        self.fields["reader"].queryset = queries.readers(self.actor, IDENTIFY)  # type: ignore[attr-defined]


class LookUpForm(ActionForm):
    """The desk at which somebody is looked up."""

    input = LookUp
    organization = OrganizationField(label="识别台")

    def prepare(self) -> None:
        field: Any = self.fields["organization"]
        field.queryset = _desks(self.actor)
        if first := field.queryset.order_by("path").first():
            self.initial.setdefault("organization", first.uid)
