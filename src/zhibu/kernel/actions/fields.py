"""Fields of the forms of actions: an amount as people type it, scans that are stored before the transaction."""

from decimal import Decimal
from typing import Any

from django import forms

from zhibu.kernel import files
from zhibu.kernel.actions.forms import ActionForm
from zhibu.kernel.money.amounts import MoneyError, format_amount, parse_amount

PICTURES = "image/jpeg,image/png,image/webp"
MOST_YUAN = Decimal("10000000.00")


class AmountField(forms.CharField):
    """An amount in yuan between `least` and `most`, a Decimal of two places; None where it is left empty."""

    def __init__(self, *, most: Decimal = MOST_YUAN, least: Decimal = Decimal(0), **kwargs: Any) -> None:
        self.most, self.least = most, least
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except MoneyError as error:
            raise forms.ValidationError(str(error)) from error
        if not self.least <= amount <= self.most:
            raise forms.ValidationError(f"金额应在 {format_amount(self.least)} 到 {format_amount(self.most)} 之间")
        return amount


def stored(upload: Any, policy: files.Policy) -> files.Scan:
    """Store an upload before the transaction; a refused file is an error of the form, with its name."""
    try:
        return files.Scan(files.store(upload, name=upload.name, policy=policy), upload.name)
    except files.FileRefused as refused:
        raise forms.ValidationError(f"{upload.name}：{refused}") from refused


class ScanField(forms.FileField):
    """A scan, as PDF or picture; `UploadForm` makes a `Scan` of it, None where there is none."""

    def __init__(self, *, pictures_only: bool = False, **kwargs: Any) -> None:
        self.policy = files.PHOTO if pictures_only else files.DOCUMENT
        kwargs.setdefault("required", False)
        optional = "" if kwargs["required"] else "，可以不传"
        kwargs.setdefault("help_text", f"PDF 或照片，20 MB 以内{optional}。")
        accept = PICTURES if pictures_only else f"application/pdf,{PICTURES}"
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept}))
        super().__init__(**kwargs)

    def stored(self, upload: Any) -> Any:
        """Return the `Scan` of what was sent."""
        return stored(upload, self.policy) if upload else None


class SeveralInput(forms.FileInput):
    """Several files, from the camera, the album or the disk."""

    allow_multiple_selected = True


class ScansField(ScanField):
    """Several scans at once; `UploadForm` makes a tuple of `Scan` of them."""

    def __init__(self, *, most: int = 10, pictures_only: bool = False, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("help_text", f"PDF 或照片，每个 20 MB 以内，最多 {most} 个，可以一次选几个。")
        super().__init__(pictures_only=pictures_only, **kwargs)
        accept = self.widget.attrs["accept"]
        self.widget = SeveralInput(attrs={"accept": accept, "multiple": True})
        self.widget.is_required = self.required

    def clean(self, data: Any, initial: Any = None) -> tuple[Any, ...]:
        sent = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if self.required and not sent:
            raise forms.ValidationError("请选择文件")
        if len(sent) > self.most:
            raise forms.ValidationError(f"一次最多 {self.most} 个文件，请合并或分几次上传")
        return tuple(super(ScansField, self).clean(one, initial) for one in sent)

    def stored(self, upload: Any) -> Any:
        """Return the `Scan` of each; the first that is refused is named."""
        return tuple(stored(one, self.policy) for one in upload)


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
