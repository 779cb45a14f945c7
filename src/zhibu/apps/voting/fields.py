"""Fields of this app's forms: a scan, a choice for every question."""

from typing import Any

from django import forms

from zhibu.apps.voting.services.papers import Evidence
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm

ACCEPTED = "application/pdf,image/jpeg,image/png,image/webp"


class ScanField(forms.FileField):
    """A scan, as PDF or picture; `UploadForm` stores it and leaves (blob, name), or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "PDF 或照片，20 MB 以内。")
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.FileInput(attrs={"accept": ACCEPTED}), **kwargs)

    def stored(self, upload: Any) -> tuple[Any, str] | None:
        """Store the upload before the transaction; a refused file is an error of the form, with its name."""
        if not upload:
            return None
        try:
            return files.store(upload, name=upload.name, policy=files.DOCUMENT), str(upload.name)
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

    def evidence(self, words: str = "", scan: Any = None, url: str = "") -> Evidence:
        """Return a paper from what was filled in."""
        blob, name = scan or (None, "")
        return Evidence(words.strip(), blob, name, url)


class NumberField(forms.IntegerField):
    """A number of people or slips."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(min_value=0, max_value=100_000, widget=widget, **kwargs)
