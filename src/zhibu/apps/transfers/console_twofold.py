"""The declared list of members who take part in two places."""

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate

from zhibu.apps.transfers import queries
from zhibu.apps.transfers.console_away import HINT, SECTION, link_to, search
from zhibu.apps.transfers.models import Twofold
from zhibu.apps.transfers.permissions import VIEW
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

C = "zhibu.apps.transfers.console_twofold"


def twofold_page(request: HttpRequest, one: Twofold) -> dict[str, Any]:
    """Return what the page of one of them shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words, tone = one.standing(localdate())
    facts = [
        Fact("党员", one.person.name, url=link_to(one.person, actor)), Fact("所在党支部", one.organization),
        Fact("另外参加的党组织", one.host.name), Fact("原因", one.get_ground_display()), Fact("起", one.since),
        Fact("结束日期", one.until), Fact("结束原因", one.ended_why), Fact("登记人", one.by_name), Fact("说明", one.words, wide=True),
    ]  # fmt: skip
    return {"facts": [fact for fact in facts if not fact.absent], "state": words, "tone": tone}


register(
    Screen(
        slug="twofold", model="transfers.Twofold", label="双重组织生活", permission=VIEW, rows=queries.listed_twofold, order="-id",
        columns=(
            Column("name", "党员", "person.name", sort="person__name", primary=True),
            Column("organization", "所在党支部", "organization.name", sort="organization__path", phone=False),
            Column("host", "另外参加的党组织", "host.name"),
            Column("ground", "原因", "get_ground_display", sort="ground", kind="short", phone=False),
            Column("since", "起", "since", sort="since", kind="date"),
            Column("until", "止", "until", sort="until", kind="date", phone=False),
            Column("state", "状态", lambda t: t.standing(localdate())[0], kind="short", tone=lambda t: t.standing(localdate())[1]),
        ),
        search=search, search_hint=HINT, filterset="zhibu.apps.transfers.filters_twofold.TwofoldFilter", record=f"{C}.twofold_page",
        record_template="transfers/twofold.html", empty="还没有登记。打开一名党员，点“登记双重组织生活”。",
        section=SECTION, icon="user-plus", position=47,
    ),
)  # fmt: skip
