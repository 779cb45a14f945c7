"""The declared lists of yearly checks, proxies and requests for help."""

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate

from zhibu.apps.custody import queries
from zhibu.apps.custody.models import HelpRequest, Proxy, YearlyCheck
from zhibu.apps.custody.models.help import HELP_TONES
from zhibu.apps.custody.permissions import VIEW
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.ui.parts import Fact

SECTION, F, HINT = "托养托管", "zhibu.apps.custody.filters", "姓名、拼音、首字母、工号"
C = "zhibu.apps.custody.console_duty"


def searched(rows: Any, text: str, actor: Actor) -> Any:
    """Keep what hangs on the records of the people meant."""
    return queries.of_people(rows, text, actor, "care__person")


def check_page(request: HttpRequest, check: YearlyCheck) -> dict[str, Any]:
    """Return what the page of a check shows."""
    words, tone = check.state(localdate())
    facts = [
        Fact("姓名", check.care.person.name, url=check.care.get_absolute_url()), Fact("认证种类", check.kind_label),
        Fact("年度", str(check.year)), Fact("应办日期", check.due_on), Fact("办理日期", check.done_on), Fact("办理情况", check.words),
        Fact("经办人", check.done_by), Fact("工作站", check.care.organization),
    ]  # fmt: skip
    found = files.attached(request.actor, check)  # type: ignore[attr-defined]
    kept = [f for f in facts if not f.absent]
    return {
        "facts": kept,
        "state": words,
        "tone": tone,
        "files": found,
        "papers": "证明材料",
        "none": "没有附证明材料。",
    }


def proxy_page(request: HttpRequest, proxy: Proxy) -> dict[str, Any]:
    """Return what the page of a proxy shows; the document's number is never shown whole."""
    words, tone = proxy.state(localdate())
    facts = [
        Fact("本人", proxy.care.person.name, url=proxy.care.get_absolute_url()), Fact("代办人", proxy.name),
        Fact("与本人关系", proxy.relation), Fact("代办人电话", proxy.phone), Fact("代办人证件号码", proxy.masked_document),
        Fact("委托事项", proxy.matters_words, wide=True), Fact("起始日期", proxy.since), Fact("截止日期", proxy.until),
        Fact("撤销日期", proxy.revoked_on), Fact("撤销原因", proxy.revoked_why), Fact("备注", proxy.note),
    ]  # fmt: skip
    found = files.attached(request.actor, proxy)  # type: ignore[attr-defined]
    kept = [f for f in facts if not f.absent]
    return {"facts": kept, "state": words, "tone": tone, "files": found, "papers": "委托书", "none": "没有附委托书。"}


def searched_help(rows: Any, text: str, actor: Actor) -> Any:
    """Keep the requests of the people meant."""
    return queries.of_people(rows, text, actor, "person")


def help_page(request: HttpRequest, wanted: HelpRequest) -> dict[str, Any]:
    """Return what the page of a request for help shows."""
    service = wanted.service
    facts = [
        Fact("本人", wanted.person.name, url=wanted.care.get_absolute_url()), Fact("需要帮什么", wanted.words, wide=True),
        Fact("希望哪天以前", wanted.wanted_on), Fact("怎样提出", "本人提出" if wanted.by_self else "工作站登记"),
        Fact("登记人", wanted.asked_by), Fact("提出时间", wanted.created_at), Fact("认领人", wanted.claimed_name),
        Fact("认领时间", wanted.claimed_at), Fact("服务记录", service and str(service.on), url=service.get_absolute_url() if service else ""),
        Fact("不办原因", wanted.closed_why),
    ]  # fmt: skip
    offered = wanted.offers.system("how many a request in hand was offered to").count()
    return {"facts": [f for f in facts if not f.absent], "tone": HELP_TONES[wanted.state], "offered_to": offered}


register(
    Screen(
        slug="checks", model="custody.YearlyCheck", label="年度认证", permission=VIEW, rows=queries.listed_checks, order="due_on",
        columns=(
            Column("name", "姓名", lambda c: c.care.person.name, sort="care__person__name", primary=True),
            Column("kind", "认证种类", "kind_label", sort="kind", kind="short"),
            Column("year", "年度", lambda c: str(c.year), sort="year", kind="short", phone=False),
            Column("due", "应办日期", "due_on", sort="due_on", kind="date"),
            Column("done", "办理日期", "done_on", sort="done_on", kind="date"),
            Column("words", "办理情况", "words", phone=False),
            Column("organization", "工作站", "care.organization", sort="care__organization__path", kind="short", phone=False),
            Column("state", "状态", lambda c: c.state(localdate())[0], kind="short", tone=lambda c: c.state(localdate())[1]),
        ),
        search=searched, search_hint=HINT, filterset=f"{F}.CheckFilter", record=f"{C}.check_page",
        record_template="custody/duty.html", empty="还没有到期的年度认证。应办日期前 60 天，会自动出现在这里和待办里。",
        section=SECTION, icon="check-badge", position=39,
    ),
    Screen(
        slug="proxies", model="custody.Proxy", label="委托代办", permission=VIEW, rows=queries.listed_proxies, order="-until",
        columns=(
            Column("name", "代办人", str, sort="name", primary=True),
            Column("person", "本人", lambda p: p.care.person.name, sort="care__person__name"),
            Column("matters", "委托事项", "matters_words"),
            Column("until", "截止日期", "until", sort="until", kind="date"),
            Column("organization", "工作站", "care.organization", sort="care__organization__path", kind="short", phone=False),
            Column("state", "状态", lambda p: p.state(localdate())[0], kind="short", tone=lambda p: p.state(localdate())[1]),
        ),
        search=searched, search_hint=HINT, filterset=f"{F}.ProxyFilter", record=f"{C}.proxy_page",
        record_template="custody/duty.html", empty="还没有委托代办。打开一份托管档案，点“登记委托代办”。",
        section=SECTION, icon="users", position=39,
    ),
    Screen(
        slug="help-requests", model="custody.HelpRequest", label="求助", permission=VIEW, rows=queries.listed_help, order="-id",
        columns=(
            Column("name", "姓名", lambda h: h.person.name, sort="person__name", primary=True),
            Column("words", "需要帮什么", "words"),
            Column("wanted", "希望哪天以前", "wanted_on", sort="wanted_on", kind="date"),
            Column("asked", "提出时间", "created_at", kind="date", phone=False),
            Column("claimed", "认领人", "claimed_name", kind="short"),
            Column("organization", "工作站", "care.organization", sort="care__organization__path", kind="short", phone=False),
            Column("state", "状态", "get_state_display", sort="state", kind="short", tone=lambda h: HELP_TONES[h.state]),
        ),
        search=searched_help, search_hint=HINT, filterset=f"{F}.HelpFilter", record=f"{C}.help_page", record_template="custody/help.html",
        empty="还没有人求助。本人可以在“我的主档”里提出，来电来站的，在托管档案里点“登记求助”。", section=SECTION,
        icon="hand-raised", position=38,
    ),
)  # fmt: skip
