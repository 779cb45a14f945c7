"""Form fields of this app: amounts as people type them, several pictures at once."""

from decimal import Decimal
from typing import Any

from django import forms

from zhibu.apps.custody.services.agreements import Scan
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.money.amounts import MoneyError, format_amount, parse_amount

PICTURES = "image/jpeg,image/png,image/webp"


class AmountField(forms.CharField):
    """An amount in yuan, not negative; None where it is left empty."""

    def __init__(self, *, most: Decimal, **kwargs: Any) -> None:
        self.most = most
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except MoneyError as error:
            raise forms.ValidationError(str(error)) from error
        if amount < 0 or amount > self.most:
            raise forms.ValidationError(f"金额应在 0 到 {format_amount(self.most)} 之间")
        return amount


class PhotosInput(forms.FileInput):
    """Several pictures, from the camera or the album."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Pictures; `UploadForm` makes a tuple of `Scan` of them."""

    policy = files.PHOTO

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        widget = PhotosInput(attrs={"accept": PICTURES, "multiple": True})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> tuple[Any, ...]:
        sent = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(sent) > self.most:
            raise forms.ValidationError(f"最多 {self.most} 张照片，请分两次登记")
        return tuple(super(PhotosField, self).clean(one, initial) for one in sent)

    def stored(self, uploads: Any) -> tuple[Scan, ...]:
        """Store the uploads; the first that is refused is named."""
        return tuple(stored(one, self.policy) for one in uploads)


class ScanField(forms.FileField):
    """A scan, as PDF or picture; `UploadForm` makes a `Scan` of it, None where there is none."""

    def __init__(self, *, pictures_only: bool = False, **kwargs: Any) -> None:
        self.policy = files.PHOTO if pictures_only else files.DOCUMENT
        widget = forms.FileInput(attrs={"accept": PICTURES if pictures_only else f"application/pdf,{PICTURES}"})
        kwargs.setdefault("help_text", "PDF 或照片，20 MB 以内，可以不传。")
        kwargs.setdefault("required", False)
        super().__init__(widget=widget, **kwargs)

    def stored(self, upload: Any) -> Scan | None:
        """Store the upload."""
        return stored(upload, self.policy) if upload else None


def stored(upload: Any, policy: files.Policy) -> Scan:
    """Store an upload before the transaction; a refused file is an error of the form, with its name."""
    try:
        return Scan(files.store(upload, name=upload.name, policy=policy), upload.name)
    except files.FileRefused as refused:
        raise forms.ValidationError(f"{upload.name}：{refused}") from refused


class UploadForm(ActionForm):
    """A form with files: they are stored once everything else is right, so that a refused form leaves nothing behind."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(field, PhotosField | ScanField) and not self.errors:
                try:
                    self.cleaned_data[name] = field.stored(self.cleaned_data[name])
                except forms.ValidationError as refused:
                    self.add_error(name, refused)
