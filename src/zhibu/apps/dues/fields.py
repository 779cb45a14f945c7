"""Form fields of this app: amounts as people type them, months, scans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.dues import months
from zhibu.kernel import files
from zhibu.kernel.actions import ActionForm
from zhibu.kernel.money.amounts import MoneyError, format_amount, parse_amount

PICTURES = "image/jpeg,image/png,image/webp"
MOST = Decimal("10000000.00")


class AmountField(forms.CharField):
    """An amount in yuan, not negative; None where it is left empty."""

    def __init__(self, *, most: Decimal = MOST, least: Decimal = Decimal(0), **kwargs: Any) -> None:
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


class MonthField(forms.ChoiceField):
    """A month, chosen from a window around today; its value is the first day."""

    def __init__(self, *, back: int, ahead: int, **kwargs: Any) -> None:
        self.back, self.ahead = back, ahead
        super().__init__(choices=self._window, **kwargs)

    def _window(self) -> list[tuple[str, str]]:
        now = months.first(localdate())
        rows = [months.later(now, n) for n in range(self.ahead, -self.back - 1, -1)]
        head = [] if self.required else [("", "（不限）")]
        return [*head, *((month.isoformat(), f"{month.year} 年 {month.month} 月") for month in rows)]

    def prepare_value(self, value: Any) -> Any:
        return months.first(value).isoformat() if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return date.fromisoformat(found) if found else None


@dataclass(frozen=True)
class Scan:
    """A stored file and the name it was sent under."""

    blob: Any
    name: str


def stored(upload: Any) -> Scan:
    """Store an upload before the transaction; a refused file is an error of the form, with its name."""
    try:
        return Scan(files.store(upload, name=upload.name, policy=files.DOCUMENT), upload.name)
    except files.FileRefused as refused:
        raise forms.ValidationError(f"{upload.name}：{refused}") from refused


class ScanField(forms.FileField):
    """A scan, as PDF or picture; `UploadForm` makes a `Scan` of it, None where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "PDF 或照片，20 MB 以内，可以不传。")
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.FileInput(attrs={"accept": f"application/pdf,{PICTURES}"}), **kwargs)

    def kept(self, sent: Any) -> Any:
        """Store what was sent."""
        return stored(sent) if sent else None


class SeveralInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ScansField(forms.FileField):
    """Several scans; `UploadForm` makes a tuple of `Scan` of them."""

    def __init__(self, *, most: int = 12, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("required", False)
        widget = SeveralInput(attrs={"accept": f"application/pdf,{PICTURES}", "multiple": True})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(sent) > self.most:
            raise forms.ValidationError(f"最多 {self.most} 个文件")
        return [super(ScansField, self).clean(one, initial) for one in sent]

    def kept(self, sent: Sequence[Any]) -> Any:
        """Store what was sent."""
        return tuple(stored(one) for one in sent or ())


class UploadForm(ActionForm):
    """A form with files: they are stored once everything else is right, so that a refused form leaves nothing behind."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(field, ScanField | ScansField) and not self.errors:
                try:
                    self.cleaned_data[name] = field.kept(self.cleaned_data[name])
                except forms.ValidationError as refused:
                    self.add_error(name, refused)
