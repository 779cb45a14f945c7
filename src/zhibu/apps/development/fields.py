"""Form fields of this app: full members of a branch, a meeting that was held."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.meetings.models import Meeting
from zhibu.apps.meetings.models import State as MeetingState

#: meetings are offered so many days back
BACK = 400


class MembersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Full members of a branch; `open_for` says which branch."""

    def __init__(self, **kwargs: Any) -> None:
        from zhibu.apps.people.models import Person

        super().__init__(queryset=Person.objects.all(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.staff_number}）" if obj.staff_number else str(obj.name)


class MeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A meeting that was held: its day is the day of the step, its minutes are the paper."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", "会议")
        kwargs.setdefault("empty_label", "（没有在本平台开，凭签字的会议记录登记）")
        super().__init__(queryset=Meeting.objects.all(), **kwargs)

    def open_for(self, organization: Any, kinds: tuple[str, ...]) -> None:
        """Offer the meetings of these kinds that the branch held lately."""
        since = localdate() - timedelta(days=BACK)
        rows = Meeting.objects.system("meetings of the branch of a case in hand").filter(
            organization=organization, kind__in=kinds, state=MeetingState.HELD, on__gte=since
        )
        self.queryset = rows.order_by("-on", "-pk")

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.on.isoformat()} {obj.kind_label}：{obj.title}"
