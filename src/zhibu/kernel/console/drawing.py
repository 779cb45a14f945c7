"""The rows of a list, drawn in Python: two hundred cells through the tags of a template take ten times as long."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime

from zhibu.kernel.console.declare import Column

HIDDEN = '<span class="muted" title="您没有查看这一项的权限">···<span class="hidden">无权查看</span></span>'
_CLASSES = {"number": "num", "money": "num", "date": "date", "short": "date"}


def body(records: Sequence[tuple[Any, Sequence[Any]]], *, ticked: bool = False) -> SafeString:
    """Return the rows of the table: (record, its cells) each; `ticked` puts a box before each, to choose records."""
    heads: dict[str, str] = {}
    rows = []
    for obj, cells in records:
        rows.append(f"<tr>{_tick(obj)}" if ticked else "<tr>")
        for cell in cells:
            if cell.column.primary:
                rows.append(
                    f'<th scope="row"><a href="{escape(obj.get_absolute_url())}">{_text(cell.column, cell.value)}</a></th>'
                )
                continue
            head = heads.get(cell.column.key)
            if head is None:
                head = heads[cell.column.key] = _head(cell.column)
            rows.append(f"{head}{_content(cell)}</td>")
        rows.append("</tr>")
    return mark_safe("".join(rows))  # every piece is escaped where it is made


def _tick(obj: Any) -> str:
    box = f'<input type="checkbox" name="uid" value="{obj.uid}">'
    return f'<td class="tick"><label>{box}<span class="hidden">勾选 {escape(str(obj))}</span></label></td>'


def _head(column: Column) -> str:
    css = _CLASSES.get(column.kind, "") + ("" if column.phone else " desk-only")
    return f'<td data-label="{escape(column.label)}" class="{css}">'


def _content(cell: Any) -> str:
    from zhibu.kernel.templatetags.ui import tag

    if cell.hidden:
        return HIDDEN
    if cell.tone and cell.value not in (None, "") and cell.column.kind not in ("money", "date"):
        return str(tag(cell.value, cell.tone))
    return _text(cell.column, cell.value)


def _text(column: Column, value: Any) -> str:
    from zhibu.kernel.templatetags.ui import NOTHING, money

    if value is None or value == "":
        return str(NOTHING)
    if value.__class__ is str:
        return escape(value)
    if column.kind == "money":
        return str(money(value))
    if isinstance(value, datetime) and is_aware(value):
        value = localtime(value)
    if column.kind == "date":
        return escape(f"{value:%Y-%m-%d}")
    return str(conditional_escape(localize(value)))
