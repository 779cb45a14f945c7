"""Words of Django's own validation, said so that one knows what to mend. Messages written by our code stay."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise

CHOOSING = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput)


def messages(bound: BoundField) -> list[str]:
    """Return what is wrong with a field, one sentence each."""
    found: list[str] = []
    for error in bound.errors.as_data():
        # Django's defaults are lazy translations, ours are plain strings.
        plain = _plain(bound, error) if isinstance(getattr(error, "message", None), Promise) else ""
        found += [plain] if plain else [str(message) for message in error.messages]
    return found


def _plain(bound: BoundField, error: ValidationError) -> str:
    widget, limit = bound.field.widget, (error.params or {}).get("limit_value", "")
    if error.code == "required":
        if isinstance(widget, forms.CheckboxInput):
            return f"请勾选“{bound.label}”"
        return f"请{'选择' if isinstance(widget, CHOOSING) else '填写'}{bound.label}"
    by_code = {
        "max_length": f"太长了，最多 {limit or (error.params or {}).get('max', '')} 个字",
        "min_length": f"太短了，至少 {limit} 个字",
        "max_value": f"不能大于 {limit}",
        "min_value": f"不能小于 {limit}",
        "invalid_choice": f"请从列表中选择{bound.label}",
        "max_decimal_places": f"小数最多 {(error.params or {}).get('max', '')} 位",
        "empty": "这个文件是空的，请换一个",
        "missing": "没有收到文件，请重新选择",
        "invalid_pk_value": f"请从列表中选择{bound.label}",
        "invalid_list": f"请从列表中选择{bound.label}",
        "max_digits": f"数字太长了，最多 {(error.params or {}).get('max', '')} 位",
        "max_whole_digits": f"整数部分最多 {(error.params or {}).get('max', '')} 位",
        "null_characters_not_allowed": "含有看不见的字符，请重新输入",
        "overflow": "数字或日期超出了范围，请核对",
        "contradiction": "又选了文件又勾了清除，请只做一样",
    }
    if error.code == "invalid":
        return _invalid(bound)
    return by_code.get(error.code or "", "")


def _invalid(bound: BoundField) -> str:
    field = bound.field
    # a record is chosen by its uid: nobody needs to read what a UUID is
    if isinstance(field, forms.ModelChoiceField | forms.UUIDField):
        return f"请从列表中选择{bound.label}"
    if isinstance(field, forms.FileField):
        return "没有收到文件，请重新选择"
    if isinstance(field, forms.DateTimeField):
        return "请填写日期和时间，例如 2026-03-12 09:30"
    if isinstance(field, forms.DateField):
        return "没有这一天，请写成 1958-03-12 的样子"
    if isinstance(field, forms.TimeField):
        return "请写成 09:30 的样子"
    if isinstance(field, forms.IntegerField):  # decimals too
        whole = not isinstance(field, forms.DecimalField | forms.FloatField)
        return "请填写整数，例如 12" if whole else "请填写数字，例如 1200.50"
    if isinstance(field, forms.URLField):
        return "请填写完整的网址，以 https:// 开头"
    return "请填写完整的电子邮箱，例如 name@example.com" if isinstance(field, forms.EmailField) else ""
