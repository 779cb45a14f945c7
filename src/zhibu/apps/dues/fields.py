"""Form fields of this app: months."""

from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import localdate

from zhibu.apps.dues import months


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
