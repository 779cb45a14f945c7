"""The declared list of lights."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from zhibu.apps.compliance import queries
from zhibu.apps.compliance.models import Light
from zhibu.apps.compliance.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact


def light_page(request: HttpRequest, light: Light) -> dict[str, Any]:
    """Return what the page of a light shows: what is asked, by which article, and why it shows what it shows."""
    year = reverse("compliance-branch", args=[light.organization.uid])
    facts = [
        Fact("党组织", light.organization, url=year), Fact("组织生活", light.duty_label), Fact("要求", light.rule.how_often),
        Fact("依据", light.source, wide=True), Fact("最近一次", light.last_on), Fact("说明", light.words()),
        Fact("免于要求至", light.excused_until), Fact("免于要求的原因", light.excused_why, wide=True),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent], "light": light}


def search(rows: Any, text: str, actor: Actor) -> Any:
    """Keep the organisations whose name holds the text."""
    return rows.filter(organization__name__icontains=text)


def board_link(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the list."""
    return [("落实情况", reverse("compliance-board"))]


register(
    Screen(
        slug="lights", model="compliance.Light", label="组织生活提示", permission=VIEW, rows=queries.listed, order="due_until",
        columns=(
            Column("organization", "党组织", "organization", sort="organization__path", primary=True),
            Column("duty", "组织生活", "duty_label", sort="duty", kind="short"),
            Column("state", "状态", "word", kind="short", tone=lambda light: light.tone),
            Column("last", "最近一次", "last_on", sort="last_on", kind="date"),
            Column("words", "说明", lambda light: light.words()),
            Column("due", "逾期日期", "due_until", sort="due_until", kind="date", where="export"),
            Column("source", "依据", "source", phone=False),
        ),
        search=search, search_hint="党组织名称", filterset="zhibu.apps.compliance.filters.LightFilter", links=board_link,
        record="zhibu.apps.compliance.console.light_page", record_template="compliance/light.html",
        empty="还没有组织生活提示。有了党支部，提示会自动出现。", section="组织生活", icon="light-bulb", position=61,
    )
)  # fmt: skip
