"""Every look at a sensitive field, for those who audit: who, whom, which field, when, why, from which page."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localtime

from zhibu.apps.people import search
from zhibu.apps.people.models import Person, Reveal
from zhibu.apps.people.services.parts import PARTS
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact


def moment(look: Reveal) -> str:
    """Return when it happened, to the minute."""
    return f"{localtime(look.at):%Y-%m-%d %H:%M}"


def field_label(look: Reveal) -> str:
    """Return what was looked at: a column, or entries of a part table."""
    part = PARTS.get(look.field.removeprefix("part_"))
    if part is not None and look.field.startswith("part_"):
        return str(part._meta.verbose_name)
    known: Any = {field.name: field for field in Person._meta.concrete_fields}.get(look.field)
    return str(known.verbose_name) if known else look.field


def rows(actor: Actor) -> "QuerySet[Reveal]":
    """Return the looks at people within the actor's reach."""
    found: QuerySet[Reveal] = Reveal.objects.visible_to(actor).select_related("person")
    return found


def searched(found: "QuerySet[Reveal]", text: str, actor: Actor) -> "QuerySet[Reveal]":
    """Keep the looks at the people the text means, and those by accounts of that name."""
    people = search.matching(Person.objects.visible_to(actor), text, actor).order_by().values("pk")
    return found.filter(person__in=people) | found.filter(account_name__contains=text)


class RevealFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters of the log."""

    viewer = django_filters.CharFilter(
        label="查看人", field_name="account_name", lookup_expr="contains", max_length=100
    )
    page = django_filters.ChoiceFilter(
        label="在哪里查看", choices=[(name, name) for name in ("人员主档", "采集审核", "我的主档")], empty_label="不限"
    )
    since = django_filters.DateFilter(
        label="从", field_name="at", lookup_expr="date__gte", widget=forms.DateInput(attrs={"class": "short"})
    )
    until = django_filters.DateFilter(
        label="到", field_name="at", lookup_expr="date__lte", widget=forms.DateInput(attrs={"class": "short"})
    )

    class Meta:
        model = Reveal
        fields: list[str] = []


def page(request: HttpRequest, look: Reveal) -> dict[str, Any]:
    """Return what the page of a look shows."""
    facts = [
        Fact("查看人", look.account_name), Fact("被查看人", look.person, url=look.person.get_absolute_url()),
        Fact("查看的内容", field_label(look)), Fact("时间", moment(look)), Fact("在哪里查看", look.page or "人员主档"),
        Fact("事由", look.reason, wide=True),
    ]  # fmt: skip
    return {"facts": facts}


register(
    Screen(
        slug="reveals",
        model="people.Reveal",
        label="敏感信息查看记录",
        permission="audit.view",
        rows=rows,
        order="-id",
        columns=(
            Column("at", "时间", moment, sort="id", kind="short", primary=True),
            Column("viewer", "查看人", "account_name"),
            Column("person", "被查看人", lambda look: look.person.name),
            Column("field", "内容", field_label, kind="short"),
            Column("reason", "事由", "reason"),
            Column("page", "在哪里查看", lambda look: look.page or "人员主档", phone=False),
        ),
        search=searched,
        search_hint="被查看人姓名、工号，或查看人",
        filterset="zhibu.apps.people.reveal_log.RevealFilter",
        record="zhibu.apps.people.reveal_log.page",
        empty="还没有人查看过敏感信息。每次查看完整号码都会记在这里，本人也看得到。",
        section="系统",
        icon="eye",
        position=60,
    )
)
