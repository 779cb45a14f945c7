"""Form fields of this app: scans of signed papers, full members of a branch, a meeting that was held."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.development.services.steps import Given, Scan
from zhibu.apps.meetings.models import Meeting
from zhibu.apps.meetings.models import State as MeetingState
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm

PICTURES = "image/jpeg,image/png,image/webp"
#: meetings are offered so many days back
BACK = 400


class ScanField(forms.FileField):
    """A scan, as PDF or picture; `UploadForm` makes a `Scan` of it, None where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "签好字的 PDF 或照片，20 MB 以内。")
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.FileInput(attrs={"accept": f"application/pdf,{PICTURES}"}), **kwargs)

    def stored(self, upload: Any) -> Scan | None:
        """Store the upload before the transaction; a refused file is an error of the form, with its name."""
        if not upload:
            return None
        try:
            return Scan(files.store(upload, name=upload.name, policy=files.DOCUMENT), upload.name)
        except files.FileRefused as refused:
            raise forms.ValidationError(f"{upload.name}：{refused}") from refused


class UploadForm(ActionForm):
    """A form with files: they are stored once everything else is right, so that a refused form leaves nothing behind."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(field, ScanField) and not self.errors:
                try:
                    self.cleaned_data[name] = field.stored(self.cleaned_data[name])
                except forms.ValidationError as refused:
                    self.add_error(name, refused)

    def given(self, codes: Any) -> tuple[Given, ...]:
        """Return the papers that were uploaded under their codes, dated as the step."""
        on = self.cleaned_data.get("on")
        found = [(code, self.cleaned_data.get(f"paper_{code}")) for code in codes]
        return tuple(Given(code, scan, on) for code, scan in found if scan is not None)


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
