"""Component tags, loaded everywhere as template builtins. Small ones are written here, larger ones are partials.

Block tags: {% card "待办" %}…{% endcard %} and {% notice "due" "还不能办" %}…{% endnotice %}.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django import forms, template
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from zhibu.kernel.ui import parts
from zhibu.kernel.ui.forms import error_links
from zhibu.kernel.ui.icons import icon as draw_icon
from zhibu.kernel.ui.nav import Section

register = template.Library()

STATE_ICONS = {
    "ok": "check-circle",
    "due": "clock",
    "late": "exclamation-circle",
    "info": "information-circle",
    "plain": "minus-circle",
}
MESSAGE_KINDS = {"success": "ok", "error": "late", "warning": "due", "info": "info", "debug": "plain"}
HUES = 5
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NOTHING = mark_safe('<span class="muted"><span aria-hidden="true">—</span><span class="hidden">未填写</span></span>')


@register.simple_tag
def icon(name: str, style: str = "outline") -> SafeString:
    """{% icon "user" %}: a decorative icon; the words beside it carry the meaning."""
    return draw_icon(name, style)


@register.simple_tag
def main_menu(sections: Iterable[Section]) -> SafeString:
    """{% main_menu nav %}: the entries of the side navigation. A page has them twice, and the next page the same again."""
    return _menu(tuple(sections))


@lru_cache(maxsize=256)
def _menu(sections: tuple[Section, ...]) -> SafeString:
    long = any(section.folds for section in sections)
    return mark_safe(render_to_string("ui/parts/nav.html", {"nav": sections, "long": long}))


@register.simple_tag
@lru_cache(maxsize=1)
def page_head() -> SafeString:
    """{% page_head %}: style sheets and scripts of every page, whose addresses stay the same as long as the site runs."""
    return mark_safe(render_to_string("ui/head.html"))


@register.simple_tag
def tag(text: object, kind: str = "plain") -> SafeString:
    """{% tag "逾期 3 天" "late" %}: a state, by sign, words and colour. Kinds: ok, due, late, info, plain."""
    kind = kind if kind in STATE_ICONS else "plain"
    sign = "" if kind == "plain" else draw_icon(STATE_ICONS[kind], "mini")
    return format_html('<span class="tag {}">{}{}</span>', kind, sign, text)


@register.simple_tag
def button(label: object, url: str = "", kind: str = "", icon: str = "", tail: str = "", **attrs: object) -> SafeString:
    """{% button "导出" url=… kind="go" icon="arrow-down-tray" %}; without `url` it submits the form around it.

    `tail` is an icon behind the label. Kinds: go (the one primary act), grave (takes something away), quiet;
    more classes may follow.
    Further keywords become attributes, `_` for `-`: name="do" value="x" formaction=…
    """
    given = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items() if value not in (None, False)}
    sign, end = (draw_icon(name, "mini") if name else "" for name in (icon, tail))
    css = f"btn {kind}".strip()
    if url:
        return format_html('<a class="{}" href="{}"{}>{}{}{}</a>', css, url, flatatt(given), sign, label, end)
    given.setdefault("type", "submit")
    return format_html('<button class="{}"{}>{}{}{}</button>', css, flatatt(given), sign, label, end)


@register.simple_tag
def money(amount: Decimal | int | None, capital: str = "") -> SafeString:
    """{% money amount %}: ¥1,486.50 with a true minus sign; `capital` adds the amount in words beneath."""
    if amount is None:
        return NOTHING
    sign = "−" if amount < 0 else ""
    figure = format_html('<span class="num">{}¥{}</span>', sign, f"{abs(Decimal(amount)):,.2f}")
    return format_html('{} <span class="capital">{}</span>', figure, capital) if capital else figure


@register.simple_tag
def avatar(name: str, photo_url: str = "", size: str = "") -> SafeString:
    """{% avatar person.name photo_url "large" %}: the photo, or the first character on a gradient. Decoration."""
    if photo_url:
        return format_html('<img class="avatar {}" src="{}" alt="" loading="lazy">', size, photo_url)
    hue = sum(map(ord, name or "")) % HUES
    return format_html('<span class="avatar {} hue-{}" aria-hidden="true">{}</span>', size, hue, (name or "？")[:1])


@register.simple_tag
def bar(value: object, total: object, label: str, kind: str = "") -> SafeString:
    """{% bar 36 41 "党费已交" "ok" %}: a measured bar; `label` is what screen readers say."""
    return format_html(
        '<progress class="bar {}" value="{}" max="{}" aria-label="{}"></progress>', kind, value, total or 1, label
    )


@register.filter
def dash(value: object) -> object:
    """Return the value, or a dash that is read out as 未填写 when there is none."""
    return NOTHING if value is None or value == "" else value


@register.filter
def when(value: date | datetime | str) -> str:
    """Return a day as 2026-11-06 and a moment as 2026-11-06 14:20 in local time; other text stays."""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


@register.filter
def whole_dates(text: str) -> SafeString:
    """Return the text with its days (2026-11-06) marked as dates, which are never broken over two lines."""
    return mark_safe(DAY.sub(r'<span class="date">\g<0></span>', escape(text)))


@register.filter
def thousands(number: int) -> str:
    """Return a count with separators: 1204 -> 1,204."""
    return f"{number:,}"


@register.filter
def capped(count: int, cap: int = parts.COUNT_CAP) -> str:
    """Return a count that was taken up to `cap` only: 201 -> 200+."""
    return parts.count_text(count, cap)


@register.filter
def message_kind(level: str) -> str:
    """Return the kind of notice for a level tag of django.contrib.messages."""
    return MESSAGE_KINDS.get(level.split(" ")[-1], "info")


@register.simple_block_tag
def card(content: str, title: str = "", link_url: str = "", link_label: str = "", css: str = "") -> str:
    """{% card "待办" link_url=… link_label="全部 6 项" %}…{% endcard %}; css="flush" leaves the padding out."""
    return render_to_string(
        "ui/parts/card.html",
        {"content": content, "title": title, "link_url": link_url, "link_label": link_label, "flush": css == "flush"},
    )


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> str:
    """{% notice "due" "还不能列为发展对象" %}公示未满 5 个工作日…{% endnotice %}."""
    kind = kind if kind in STATE_ICONS else "info"
    head = format_html("<strong>{}</strong> ", title) if title else ""
    return format_html(
        '<div class="notice {}">{}<div>{}{}</div></div>', kind, draw_icon(STATE_ICONS[kind]), head, content
    )


@register.inclusion_tag("ui/parts/kpi.html")
def kpi(value: object, label: str, url: str = "", of: object = "") -> dict[str, object]:
    """{% kpi 36 "本月党费已交" url of="41" %}: one figure."""
    return {"value": value, "label": label, "url": url, "of": of}


@register.inclusion_tag("ui/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "", icon: str = "inbox") -> dict[str, object]:
    """{% empty "还没有人员" "先导入花名册…" url "导入花名册" icon="users" %}: nothing here, and what to do next."""
    return {"title": title, "text": text, "url": url, "label": label, "icon": icon}


@register.inclusion_tag("ui/parts/pager.html")
def pager(page: parts.Page) -> dict[str, object]:
    """{% pager page %} with a parts.Page."""
    return {"page": page}


@register.inclusion_tag("ui/parts/chips.html")
def chips(items: Iterable[parts.Chip], label: str = "筛选条件") -> dict[str, object]:
    """{% chips chips %} with parts.Chip."""
    return {"chips": items, "label": label}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[parts.Link], label: str = "本页内容") -> dict[str, object]:
    """{% tabs links %} with parts.Link: the parts of a record, each a page of its own."""
    return {"tabs": items, "label": label}


@register.inclusion_tag("ui/parts/facts.html", takes_context=True)
def facts(context: template.Context, items: Iterable[parts.Fact]) -> dict[str, object]:
    """{% facts rows %} with parts.Fact: labelled values; masked ones get a reveal button (POST)."""
    return {"facts": items, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(entries: Iterable[parts.Happening]) -> dict[str, object]:
    """{% timeline entries %} with parts.Happening."""
    return {"entries": entries}


@register.inclusion_tag("ui/parts/history.html")
def history(entries: Iterable[parts.Entry]) -> dict[str, object]:
    """{% history entries %} with parts.Entry: who changed which field from what to what."""
    return {"entries": entries}


@register.inclusion_tag("ui/parts/steps.html")
def steps(labels: Sequence[str], current: int, label: str = "步骤") -> dict[str, object]:
    """{% steps labels 2 %}: where one is in a wizard; `current` counts from 1."""
    return {"steps": list(enumerate(labels, 1)), "current": current, "label": label}


@register.inclusion_tag("ui/parts/progress.html")
def progress(work: parts.Progress) -> dict[str, object]:
    """{% progress work %} with parts.Progress; its `url` answers with this same part. See `refresh_seconds`."""
    return {"work": work}


@register.inclusion_tag("ui/parts/tree.html")
def tree(nodes: Iterable[parts.TreeNode], label: str = "") -> dict[str, object]:
    """{% tree nodes "组织机构" %} with parts.TreeNode: opens and closes without script."""
    return {"nodes": nodes, "label": label}


@register.inclusion_tag("ui/parts/orgchart.html")
def org_chart(nodes: Iterable[parts.TreeNode], label: str = "组织架构图") -> dict[str, object]:
    """{% org_chart nodes %} with parts.TreeNode: boxes joined by lines."""
    return {"nodes": nodes, "label": label}


@register.inclusion_tag("ui/parts/bar_chart.html")
def bar_chart(rows: Sequence[parts.Bar], title: str, unit: str = "人") -> dict[str, object]:
    """{% bar_chart rows "各支部人数" unit="人" %} with parts.Bar: server-made SVG and the table beneath."""
    top = max((row.value for row in rows), default=0)
    scaled = [(row, int(max(row.value, 0) * 1000 / top) if top else 0) for row in rows]
    return {"rows": scaled, "title": title, "unit": unit, "linked": any(row.url for row in rows)}


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, object]:
    """{% error_summary form %}: what to mend, each linked to its field. Part of {{ form }} already."""
    return {"links": error_links(form)}


@register.inclusion_tag("ui/parts/group.html")
def field_group(form: forms.BaseForm, names: str, legend: str = "") -> dict[str, object]:
    """{% field_group form "name sex birth_date" legend="身份" %}: some fields of a form under a title.

    A name that the form lacks (the actor may not edit it) is left out.
    """
    return {"fields": [form[name] for name in names.split() if name in form.fields], "legend": legend}
