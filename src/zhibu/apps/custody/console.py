"""The declared lists of care, agreements and services."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate

from zhibu.apps.custody import console_duty, queries  # noqa: F401 - its lists register themselves
from zhibu.apps.custody.models import Agreement, CareRecord, ServiceBatch, ServiceRecord
from zhibu.apps.custody.permissions import ALLOWANCE, VIEW
from zhibu.apps.people.models import Person
from zhibu.kernel import files
from zhibu.kernel.actor import Actor
from zhibu.kernel.console import Column, Screen, register
from zhibu.kernel.money.amounts import format_amount
from zhibu.kernel.ui.parts import Fact

SECTION = "托养托管"
F = "zhibu.apps.custody.filters"
#: services and other lines that the page of a record shows; the rest is in the list
SHOWN = 10
BATCH_TONES = {"open": "info", "closed": "ok", "dropped": "plain"}


def search_cares(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep the records of the people meant."""
    return queries.of_people(rows, text, actor, "person")


def search_hanging(rows: "QuerySet[Any]", text: str, actor: Actor) -> "QuerySet[Any]":
    """Keep what hangs on the records of the people meant."""
    return queries.of_people(rows, text, actor, "care__person")


def visit_tone(care: CareRecord) -> str:
    """Return the colour of the visit that is due: only one that was missed has any."""
    return "late" if care.is_overdue(localdate()) else ""


def visit_words(care: CareRecord) -> str:
    """Return by when the next visit is due."""
    if not care.is_open or care.next_visit_on is None:
        return ""
    return f"{care.next_visit_on.isoformat()}{'（逾期）' if care.is_overdue(localdate()) else ''}"


def care_page(request: HttpRequest, care: CareRecord) -> dict[str, Any]:
    """Return what the page of a record of care shows."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    path, person = care.organization.path, care.person
    reachable = Person.objects.visible_to(actor).filter(pk=person.pk).exists()
    facts = [
        Fact("姓名", person.name, url=person.get_absolute_url() if reachable else ""), Fact("类别", care.category_label),
        Fact("服务工作站", care.organization), Fact("负责人", care.clerk), Fact("派出单位", care.sent_by), Fact("进入日期", care.since),
        Fact("最近走访", care.last_visit_on), Fact("应走访日期", visit_words(care), hint=f"每 {care.visit_months} 个月一次"),
    ]  # fmt: skip
    if actor.may(ALLOWANCE, path):
        facts.append(
            Fact("补贴标准", f"每月 {format_amount(care.allowance)} 元" if care.allowance is not None else None)
        )
    if not care.is_open:
        facts += [
            Fact("结束日期", care.until),
            Fact("结束原因", care.get_ending_display()),
            Fact("结束说明", care.ending_words),
        ]
    living = [
        Fact("居住情况", care.get_living_display()), Fact("居住说明", care.living_words), Fact("特殊需要", care.special_needs, wide=True),
        Fact("联系家属", " ".join(filter(None, (care.kin_name, care.kin_relation and f"（{care.kin_relation}）")))),
        Fact("家属电话", care.kin_phone),
    ]  # fmt: skip
    today = localdate()
    agreements = queries.listed_agreements(actor).filter(care=care)
    services = list(queries.listed_services(actor).filter(care=care)[: SHOWN + 1])
    return {
        "facts": [fact for fact in facts if not fact.absent], "living": living, "today": today,
        "agreements": [(one, *one.state(today)) for one in agreements],
        "checks": [(one, *one.state(today)) for one in queries.listed_checks(actor).filter(care=care).order_by("-due_on")[:SHOWN]],
        "proxies": [(one, *one.state(today)) for one in queries.listed_proxies(actor).filter(care=care)],
        "services": [(one, *one.state) for one in services[:SHOWN]], "more": len(services) > SHOWN,
        "overdue": care.is_overdue(today),
    }  # fmt: skip


def agreement_page(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return what the page of an agreement shows."""
    words, tone = agreement.state(localdate())
    facts = [
        Fact("姓名", agreement.care.person.name, url=agreement.care.get_absolute_url()), Fact("协议编号", agreement.number),
        Fact("起始日期", agreement.since), Fact("到期日期", agreement.until), Fact("工作站", agreement.care.organization),
        Fact("续签自", agreement.extends and agreement.extends.number, url=agreement.extends.get_absolute_url() if agreement.extends else ""),
        Fact("终止日期", agreement.ended_on), Fact("终止原因", agreement.ended_why), Fact("备注", agreement.note),
    ]  # fmt: skip
    found = files.attached(request.actor, agreement)  # type: ignore[attr-defined]
    return {"facts": [f for f in facts if not f.absent], "state": words, "tone": tone, "files": found}


def service_page(request: HttpRequest, service: ServiceRecord) -> dict[str, Any]:
    """Return what the page of a service shows."""
    words, tone = service.state
    follow = ""
    if service.follow_up_on:
        follow = f"已办结：{service.followed_words}" if service.followed_at else "待跟进"
    facts = [
        Fact("姓名", service.care.person.name, url=service.care.get_absolute_url()), Fact("服务日期", service.on),
        Fact("地点", service.place), Fact("费用", f"{format_amount(service.cost)} 元" if service.cost is not None else None),
        Fact("工作站", service.care.organization), Fact("委托代办", service.proxy, url=service.proxy.get_absolute_url() if service.proxy else ""),
        Fact("登记人", service.by_name), Fact("登记时间", service.recorded_at),
        Fact("下次跟进日期", service.follow_up_on), Fact("跟进事项", service.follow_up_words), Fact("跟进情况", follow),
        Fact("撤回原因", service.withdrawn_why), Fact("情况记录", service.words, wide=True),
    ]  # fmt: skip
    after = getattr(service, "corrected_by", None)
    return {
        "facts": [f for f in facts if not f.absent], "state": words, "tone": tone, "after": after, "before": service.corrects,
        "photos": files.attached(request.actor, service),  # type: ignore[attr-defined]
    }  # fmt: skip


def batch_page(request: HttpRequest, batch: ServiceBatch) -> dict[str, Any]:
    """Return what the page of a round shows: the list with who signed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    lines = list(queries.lines(batch))
    inside = {care.pk for care in CareRecord.objects.visible_to(actor).filter(batch_lines__batch=batch).only("pk")}
    signed = sum(line.received for line in lines)
    facts = [
        Fact("办理单位", batch.organization), Fact("服务类别", batch.get_kind_display()), Fact("日期", batch.on),
        Fact("每人的内容", batch.gift), Fact("每人费用", f"{format_amount(batch.cost)} 元" if batch.cost is not None else None),
        Fact("已签领", f"{signed} / {len(lines)} 人"),
        Fact("已发放合计", f"{format_amount(batch.cost * signed)} 元" if batch.cost is not None else None),
        Fact("经办人", batch.by_name), Fact("办结时间", batch.closed_at),
    ]  # fmt: skip
    shown = [(line, line.care.get_absolute_url() if line.care_id in inside else "") for line in lines]
    return {
        "facts": [f for f in facts if not f.absent], "lines": shown, "signed": signed, "tone": BATCH_TONES[batch.state],
        "sheets": files.attached(actor, batch),
    }  # fmt: skip


def board_link(actor: Actor) -> list[tuple[str, str]]:
    """Return what stands beside the lists."""
    return [("服务看板", reverse("care-board"))]


register(
    Screen(
        slug="care", model="custody.CareRecord", label="托管档案", permission=VIEW, rows=queries.listed, order="next_visit_on",
        columns=(
            Column("name", "姓名", lambda c: c.person.name, sort="person__name", primary=True),
            Column("staff_number", "工号", "person.staff_number", kind="short", where="export"),
            Column("category", "类别", "category_label", sort="category", kind="short"),
            Column("organization", "工作站", "organization", sort="organization__path", kind="short"),
            Column("clerk", "负责人", lambda c: str(c.clerk) if c.clerk_id else None, kind="short", where="export"),
            Column("sent_by", "派出单位", "sent_by", where="export"),
            Column("since", "进入日期", "since", sort="since", kind="date", where="export"),
            Column("last", "最近走访", "last_visit_on", sort="last_visit_on", kind="date"),
            Column("next", "应走访日期", visit_words, sort="next_visit_on", tone=visit_tone),
            Column("agreed", "协议到期", "agreed_until", kind="date", phone=False),
            Column("state", "状态", lambda c: "在托管" if c.is_open else c.get_ending_display(), kind="short",
                   tone=lambda c: "ok" if c.is_open else "plain"),
            Column("living", "居住情况", "get_living_display", where="export"),
            Column("mobile", "手机", "person.mobile", gate="people.see.contact", where="export"),
            Column("address", "现住址", "person.address_living", gate="people.see.contact", where="export"),
            Column("allowance", "补贴标准", "allowance", kind="money", gate=ALLOWANCE, where="export"),
        ),
        search=search_cares, search_hint="姓名、拼音、首字母、工号", filterset=f"{F}.CareFilter", links=board_link,
        record="zhibu.apps.custody.console.care_page", record_template="custody/care.html",
        empty="还没有托管档案。在人员主档里办理“进入托养托管”，档案随之建立。", section=SECTION, icon="heart", position=36,
    ),
    Screen(
        slug="services", model="custody.ServiceRecord", label="服务记录", permission=VIEW, rows=queries.listed_services, order="-on",
        columns=(
            Column("name", "姓名", lambda s: s.care.person.name, sort="care__person__name", primary=True),
            Column("on", "服务日期", "on", sort="on", kind="date"),
            Column("kind", "服务类别", "get_kind_display", sort="kind", kind="short"),
            Column("place", "地点", "place", phone=False),
            Column("words", "情况记录", lambda s: s.words[:60]),
            Column("whole", "情况全文", "words", where="export"),
            Column("cost", "费用（元）", "cost", sort="cost", kind="money", phone=False),
            Column("follow", "下次跟进", "follow_up_on", sort="follow_up_on", kind="date", phone=False),
            Column("organization", "工作站", "care.organization.name", sort="care__organization__path", phone=False),
            Column("by", "登记人", "by_name", kind="short", phone=False),
            Column("state", "状态", lambda s: s.state[0], kind="short", tone=lambda s: s.state[1]),
        ),
        search=search_hanging, search_hint="姓名、拼音、首字母、工号", filterset=f"{F}.ServiceFilter", links=board_link,
        record="zhibu.apps.custody.console.service_page", record_template="custody/service.html",
        empty="还没有服务记录。打开一份托管档案，点“登记服务”。", section=SECTION, icon="clipboard-document-check", position=37,
    ),
    Screen(
        slug="agreements", model="custody.Agreement", label="托管协议", permission=VIEW, rows=queries.listed_agreements, order="until",
        columns=(
            Column("number", "协议编号", "number", sort="number", kind="short", primary=True),
            Column("name", "姓名", lambda a: a.care.person.name, sort="care__person__name"),
            Column("since", "起始日期", "since", sort="since", kind="date"),
            Column("until", "到期日期", "until", sort="until", kind="date"),
            Column("state", "状态", lambda a: a.state(localdate())[0], kind="short", tone=lambda a: a.state(localdate())[1]),
            Column("organization", "工作站", "care.organization.name", sort="care__organization__path", phone=False),
        ),
        search=search_hanging, search_hint="姓名、拼音、首字母、工号", filterset=f"{F}.AgreementFilter", links=board_link,
        record="zhibu.apps.custody.console.agreement_page", record_template="custody/agreement.html",
        empty="还没有协议。打开一份托管档案，点“登记协议”。", section=SECTION, icon="document-text", position=38,
    ),
    Screen(
        slug="batches", model="custody.ServiceBatch", label="批量走访慰问", permission=VIEW, rows=queries.listed_batches, order="-on",
        columns=(
            Column("title", "名称", "title", sort="title", primary=True),
            Column("on", "日期", "on", sort="on", kind="date"),
            Column("kind", "服务类别", "get_kind_display", kind="short"),
            Column("organization", "办理单位", "organization", sort="organization__path", kind="short", phone=False),
            Column("count", "人数", "count", kind="number"),
            Column("signed", "已签领", "signed", kind="number"),
            Column("cost", "每人费用（元）", "cost", kind="money", phone=False),
            Column("state", "状态", "get_state_display", sort="state", kind="short", tone=lambda b: BATCH_TONES[b.state]),
        ),
        filterset=f"{F}.BatchFilter", head=("custody.batch.create",), links=board_link,
        record="zhibu.apps.custody.console.batch_page", record_template="custody/batch.html",
        empty="还没有批量走访慰问。在托管档案名单里筛选或勾选，点“批量走访慰问”。", section=SECTION, icon="user-group", position=39,
    ),
)  # fmt: skip
